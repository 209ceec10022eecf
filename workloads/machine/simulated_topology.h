#ifndef LOCKGAUGE_WORKLOADS_MACHINE_SIMULATED_TOPOLOGY_H_
#define LOCKGAUGE_WORKLOADS_MACHINE_SIMULATED_TOPOLOGY_H_

#include "locks/platform/sim/description.h"
#include "workloads/machine/topology.h"

namespace lockgauge::machine {

// A simulated machine as hwloc would see it: OS indices are its CPU numbers.
// Caches are of level 3, sizes unknown.
Topology topology_of(const sim::Description& description);

// The shape of a topology, at the default costs. CPUs are numbered from 0 in
// the order of their OS indices, without the gaps those may have. Of what hwloc
// does not show, there is one in each next larger: CPUs without a known cache
// share one per node. What reaches beyond a larger one (a node over all
// packages, a cache over two nodes) is taken apart there. Kinds of cores are
// not told apart. Throws DescriptionError for more CPUs than can be simulated.
sim::Description description_of(const Topology& topology);

}  // namespace lockgauge::machine

#endif  // LOCKGAUGE_WORKLOADS_MACHINE_SIMULATED_TOPOLOGY_H_
