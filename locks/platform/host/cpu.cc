#include "locks/platform/host/cpu.h"

#include <algorithm>
#include <fstream>
#include <string>

namespace lockgauge::host {
namespace {

// From the kernel's list of possible CPUs ("0-3,8-11"): numbers may have gaps,
// so counting CPUs would not do.
std::uint32_t read_cpu_limit() {
  std::ifstream file("/sys/devices/system/cpu/possible");
  std::string list;
  if (!(file >> list)) return kMaxCpus;
  const std::size_t last = list.find_last_of("-,");
  const std::string number =
      last == std::string::npos ? list : list.substr(last + 1);
  return std::min<std::uint32_t>(std::stoul(number) + 1, kMaxCpus);
}

}  // namespace

std::uint32_t cpu_limit() {
  static const std::uint32_t limit = read_cpu_limit();
  return limit;
}

}  // namespace lockgauge::host
