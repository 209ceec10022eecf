#include "workloads/machine/placement.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <utility>

#include "workloads/machine/usage_error.h"

namespace lockgauge::machine {
namespace {

std::vector<Cpu> candidates(const Topology& topology,
                            const std::vector<int>& within) {
  if (within.empty()) return topology.cpus();
  for (int os_index : within) {
    if (!topology.find(os_index)) {
      throw UsageError(
          fmt::format("placement: CPU {} is not one of the {} allowed CPUs",
                      os_index, topology.cpus().size()));
    }
  }
  std::vector<Cpu> chosen;
  std::copy_if(topology.cpus().begin(), topology.cpus().end(),
               std::back_inserter(chosen), [&](const Cpu& cpu) {
                 return std::find(within.begin(), within.end(), cpu.os_index) !=
                        within.end();
               });
  return chosen;
}

// From the outermost object to the CPU itself.
constexpr int kLevels = 5;
std::array<int, kLevels> path(const Cpu& cpu) {
  return {cpu.package, cpu.node, cpu.llc, cpu.core, cpu.os_index};
}

// Round robin over packages, then nodes, ...: sort by the rank each object has
// among its siblings, the innermost level counting most.
std::vector<Cpu> scattered(const std::vector<Cpu>& cpus) {
  using Path = std::vector<int>;
  using Ranks = std::array<int, kLevels>;
  std::map<Path, std::map<int, int>> children;
  std::vector<std::pair<Ranks, Cpu>> ranked;
  for (const Cpu& cpu : cpus) {
    Ranks ranks{};
    Path parent;
    for (int level = 0; level < kLevels; ++level) {
      const int child = path(cpu)[level];
      auto& siblings = children[parent];
      const int next_rank = static_cast<int>(siblings.size());
      ranks[kLevels - 1 - level] =
          siblings.try_emplace(child, next_rank).first->second;
      parent.push_back(child);
    }
    ranked.emplace_back(ranks, cpu);
  }
  std::stable_sort(
      ranked.begin(), ranked.end(),
      [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<Cpu> order;
  for (const auto& [ranks, cpu] : ranked) order.push_back(cpu);
  return order;
}

// The first CPU of each core, node, ...
std::vector<Cpu> first_of_each(int Cpu::*object, const std::vector<Cpu>& cpus) {
  std::set<int> seen;
  std::vector<Cpu> firsts;
  for (const Cpu& cpu : cpus) {
    if (seen.insert(cpu.*object).second) firsts.push_back(cpu);
  }
  return firsts;
}

std::vector<Cpu> ordered(Placement placement, const std::vector<Cpu>& cpus) {
  switch (placement) {
    case Placement::kCompact:
      return cpus;  // hwloc's logical order walks the tree depth first
    case Placement::kScatter:
      return scattered(cpus);
    case Placement::kOnePerCore:
      return first_of_each(&Cpu::core, cpus);
    case Placement::kOnePerNode:
      return first_of_each(&Cpu::node, cpus);
    case Placement::kSameCpu:
      return {cpus.front()};
  }
  __builtin_unreachable();
}

}  // namespace

std::string_view name(Placement placement) {
  switch (placement) {
    case Placement::kCompact:
      return "compact";
    case Placement::kScatter:
      return "scatter";
    case Placement::kOnePerCore:
      return "one-per-core";
    case Placement::kOnePerNode:
      return "one-per-node";
    case Placement::kSameCpu:
      return "same-cpu";
  }
  __builtin_unreachable();
}

Placement parse_placement(std::string_view text) {
  std::vector<std::string_view> names;
  for (Placement placement : kPlacements) {
    if (name(placement) == text) return placement;
    names.push_back(name(placement));
  }
  throw UsageError(fmt::format("placement '{}': valid are {}", text,
                               fmt::join(names, ", ")));
}

std::vector<int> place(const Topology& topology, Placement placement,
                       int threads, const std::vector<int>& within) {
  const std::vector<Cpu> order =
      ordered(placement, candidates(topology, within));
  std::vector<int> places;
  for (int thread = 0; thread < threads; ++thread) {
    places.push_back(order[thread % order.size()].os_index);
  }
  return places;
}

std::vector<int> ladder(const Topology& topology, Placement placement,
                        const std::vector<int>& within) {
  const std::vector<Cpu> order =
      ordered(placement, candidates(topology, within));
  const int places = static_cast<int>(order.size());
  std::set<int> rungs = {places};
  for (int rung = 1; rung < places; rung *= 2) rungs.insert(rung);
  for (const auto object : {&Cpu::core, &Cpu::llc, &Cpu::node, &Cpu::package}) {
    std::set<int> seen = {order.front().*object};
    bool left = false;
    bool shared = false;
    for (int next = 1; next < places; ++next) {
      const bool is_new = seen.insert(order[next].*object).second;
      if (!std::exchange(is_new ? left : shared, true)) rungs.insert(next);
    }
  }
  return {rungs.begin(), rungs.end()};
}

bool oversubscribed(const std::vector<int>& cpus) {
  return std::set<int>(cpus.begin(), cpus.end()).size() < cpus.size();
}

}  // namespace lockgauge::machine
