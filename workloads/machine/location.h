#ifndef LOCKGAUGE_WORKLOADS_MACHINE_LOCATION_H_
#define LOCKGAUGE_WORKLOADS_MACHINE_LOCATION_H_

#include <string_view>
#include <vector>

#include "workloads/machine/topology.h"

namespace lockgauge::machine {

// The OS indices of the CPUs that `location` names, each once, in hwloc's
// logical order. Throws UsageError. Valid are
//   OS indices      "0,2-5"
//   a mask of them  "0x3"
//   everything      "all"
//   hwloc objects   "core:0-1", "numa:1", "package:all.core:0.pu:0", with the
//                   ranges of hwloc(7): N, N-M, N-, N:count (wraps round), all,
//                   odd, even; indices are logical, inside the object before.
//   kinds of cores  "kind:0", the least capable first
// Terms may be joined by commas or spaces.
std::vector<int> parse_location(const Topology& topology,
                                std::string_view location);

// What is meant where none is named: the CPUs of the most capable kind, all of
// them where no kinds are known. A team on fast and slow cores measures neither.
std::vector<int> default_location(const Topology& topology);

}  // namespace lockgauge::machine

#endif  // LOCKGAUGE_WORKLOADS_MACHINE_LOCATION_H_
