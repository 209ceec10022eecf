#include "locks/platform/sim/description.h"

#include <map>

namespace lockgauge::sim {
namespace {

// Far above any machine, far below where sums of picoseconds overflow.
constexpr double kMaxCost_ns = 1e9;

using Index = std::uint32_t CpuPlace::*;

// Throws if CPUs that share the inner thing do not share the outer one.
void require_nesting(const Description& description, Index inner, Index outer,
                     const std::string& what) {
  std::map<std::uint32_t, std::uint32_t> outer_of;
  for (const CpuPlace& place : description.cpus) {
    const auto [known, first] = outer_of.emplace(place.*inner, place.*outer);
    if (!first && known->second != place.*outer) {
      throw DescriptionError(what + " " + std::to_string(place.*inner) +
                             " is in two places; it may be in one");
    }
  }
}

void validate(const Costs& costs) {
  for (const double cost_ns :
       {costs.hit_ns, costs.store_ns, costs.rmw_ns, costs.memory_ns,
        costs.pause_ns, costs.clock_ns, costs.transfer_ns[0],
        costs.transfer_ns[1], costs.transfer_ns[2], costs.transfer_ns[3],
        costs.transfer_ns[4]}) {
    // A wait without any cost would never let time go on.
    if (!(cost_ns > 0)) throw DescriptionError("a cost must be above 0 ns");
    if (cost_ns > kMaxCost_ns) {
      throw DescriptionError("a cost must be 1e9 ns (a second) at most");
    }
  }
  if (!(costs.jitter_percent >= 0 && costs.jitter_percent < 100)) {
    throw DescriptionError("jitter_percent must be in 0 to below 100");
  }
  if (!(costs.upgrade_percent >= 0 && costs.upgrade_percent <= 1000)) {
    throw DescriptionError("upgrade_percent must be in 0 to 1000");
  }
}

void validate(const Scheduling& scheduling) {
  constexpr std::uint64_t kHour_ns = 3'600'000'000'000;
  if (scheduling.time_slice_ns < 1 || scheduling.time_slice_ns > kHour_ns) {
    throw DescriptionError("time_slice_ns must be in 1 to one hour");
  }
  if (scheduling.switch_ns > kHour_ns) {
    throw DescriptionError("switch_ns must be one hour at most");
  }
  if (scheduling.steal_every_ns > kHour_ns) {
    throw DescriptionError("steal_every_ns must be one hour at most");
  }
  if (scheduling.steal_every_ns > 0 &&
      (scheduling.steal_ns < 1 ||
       scheduling.steal_ns >= scheduling.steal_every_ns)) {
    throw DescriptionError("steal_ns must be in 1 to below steal_every_ns");
  }
  if (!(scheduling.smt_percent >= 0 && scheduling.smt_percent <= 1000)) {
    throw DescriptionError("smt_percent must be in 0 to 1000");
  }
}

}  // namespace

Distance Description::distance(std::uint32_t a, std::uint32_t b) const {
  const CpuPlace& one = cpus[a];
  const CpuPlace& other = cpus[b];
  if (one.core == other.core) return Distance::kCore;
  if (one.llc == other.llc) return Distance::kLlc;
  if (one.node == other.node) return Distance::kNode;
  if (one.package == other.package) return Distance::kPackage;
  return Distance::kRemote;
}

Description from_shape(const Shape& shape) {
  const std::uint64_t cores = std::uint64_t{shape.packages} *
                              shape.nodes_per_package * shape.llcs_per_node *
                              shape.cores_per_llc;
  if (cores * shape.cpus_per_core > kMaxCpus) {
    throw DescriptionError("a machine may have " + std::to_string(kMaxCpus) +
                           " CPUs at most");
  }
  Description description;
  for (std::uint32_t rank = 0; rank < shape.cpus_per_core; ++rank) {
    for (std::uint32_t core = 0; core < cores; ++core) {
      const std::uint32_t llc = core / shape.cores_per_llc;
      const std::uint32_t node = llc / shape.llcs_per_node;
      description.cpus.push_back(
          {core, llc, node, node / shape.nodes_per_package});
    }
  }
  validate(description);
  return description;
}

void validate(const Description& description) {
  if (description.cpus.empty() || description.cpus.size() > kMaxCpus) {
    throw DescriptionError("a machine has 1 to " + std::to_string(kMaxCpus) +
                           " CPUs, not " +
                           std::to_string(description.cpus.size()));
  }
  require_nesting(description, &CpuPlace::core, &CpuPlace::llc, "core");
  require_nesting(description, &CpuPlace::llc, &CpuPlace::node, "llc");
  require_nesting(description, &CpuPlace::node, &CpuPlace::package, "node");
  validate(description.costs);
  validate(description.scheduling);
  if (!(description.frequency_mhz > 0)) {
    throw DescriptionError("frequency_mhz must be above 0");
  }
  if (description.pending_polls < 1) {
    throw DescriptionError("pending_polls must be 1 or more");
  }
}

}  // namespace lockgauge::sim
