#ifndef LOCKGAUGE_WORKLOADS_MACHINE_PLACEMENT_H_
#define LOCKGAUGE_WORKLOADS_MACHINE_PLACEMENT_H_

#include <array>
#include <string_view>
#include <vector>

#include "workloads/machine/topology.h"

namespace lockgauge::machine {

// In which order threads fill the CPUs.
enum class Placement {
  kCompact,     // neighbours: SMT siblings, then core by core, cache by cache
  kScatter,     // apart: packages in turn, then nodes, caches, cores, SMT last
  kOnePerCore,  // compact, but only the first CPU of each core
  kOnePerNode,  // the first CPU of each NUMA node
  kSameCpu,     // all on one CPU
};

inline constexpr std::array kPlacements = {
    Placement::kCompact, Placement::kScatter, Placement::kOnePerCore,
    Placement::kOnePerNode, Placement::kSameCpu};

std::string_view name(Placement placement);

// Throws UsageError.
Placement parse_placement(std::string_view text);

// One OS index per thread, out of `within` (OS indices; empty: all allowed
// CPUs; one that is not allowed throws UsageError). More threads than places
// go round again: that is oversubscription, and the caller's to notice.
std::vector<int> place(const Topology& topology, Placement placement,
                       int threads, const std::vector<int>& within = {});

// Numbers of threads at which a curve over the places of a placement may bend:
// 1, 2, 4, ... and all places, and where the first core, last-level cache, node
// or package is left (compact) or first gets a second thread (scatter).
// Ascending, each once. `within` as for place().
std::vector<int> ladder(const Topology& topology, Placement placement,
                        const std::vector<int>& within = {});

// Several of the threads that are to run on these CPUs share one.
bool oversubscribed(const std::vector<int>& cpus);

}  // namespace lockgauge::machine

#endif  // LOCKGAUGE_WORKLOADS_MACHINE_PLACEMENT_H_
