#ifndef LOCKGAUGE_LOCKS_PLATFORM_SIM_CORE_H_
#define LOCKGAUGE_LOCKS_PLATFORM_SIM_CORE_H_

#include <cstdint>
#include <vector>

#include "locks/platform/sim/coherence.h"

namespace lockgauge::sim {

class Cpu;

// The CPUs that share a core's execution units (simultaneous multithreading):
// while more than one of them runs a thread, each is slower.
struct Core {
  const CostsPs& alone;
  const CostsPs& shared;
  std::vector<Cpu*> cpus = {};
  std::uint32_t busy = 0;  // CPUs that run a thread

  // What a CPU pays while so many of the others run a thread.
  const CostsPs& costs(std::uint32_t others) const {
    return others == 0 ? alone : shared;
  }
};

}  // namespace lockgauge::sim

#endif  // LOCKGAUGE_LOCKS_PLATFORM_SIM_CORE_H_
