#ifndef LOCKGAUGE_LOCKS_PLATFORM_SIM_TEST_MACHINES_H_
#define LOCKGAUGE_LOCKS_PLATFORM_SIM_TEST_MACHINES_H_

#include "locks/platform/sim/description_file.h"

namespace lockgauge::sim {

// Round costs, no jitter: see the file.
inline Description two_packages() {
  return read_description(LOCKGAUGE_SIM_MACHINES "/two_packages.machine");
}

// So many cores around one cache, at the same costs.
inline Description one_llc(std::uint32_t cores) {
  Description description = from_shape({.cores_per_llc = cores});
  description.costs = two_packages().costs;
  description.scheduling = two_packages().scheduling;
  return description;
}

}  // namespace lockgauge::sim

#endif  // LOCKGAUGE_LOCKS_PLATFORM_SIM_TEST_MACHINES_H_
