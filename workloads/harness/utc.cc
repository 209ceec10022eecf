#include "workloads/harness/utc.h"

#include <fmt/chrono.h>

#include <chrono>

namespace lockgauge::harness {

std::string utc_now() {
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}Z",
                     std::chrono::floor<std::chrono::milliseconds>(
                         std::chrono::system_clock::now()));
}

}  // namespace lockgauge::harness
