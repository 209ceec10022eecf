#include "workloads/harness/trial.h"

#include <fmt/format.h>

namespace lockgauge::harness {

std::string unfit(const TrialSpec& spec) {
  if (spec.subject->excludes || spec.cpus.size() == 1) return "";
  return fmt::format("{} excludes nobody: one thread only",
                     spec.subject->backend);
}

}  // namespace lockgauge::harness
