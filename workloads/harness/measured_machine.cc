#include "workloads/harness/measured_machine.h"

#include <fmt/format.h>
#include <hwloc.h>
#include <sys/mman.h>

#include <algorithm>
#include <utility>

#include "locks/platform/host/host.h"
#include "locks/platform/sim/machine.h"
#include "locks/platform/sim/sim.h"
#include "workloads/harness/team.h"
#include "workloads/machine/memory.h"
#include "workloads/machine/simulated_topology.h"
#include "workloads/machine/usage_error.h"
#include "workloads/measure/core_to_core.h"
#include "workloads/measure/unit_costs.h"

namespace lockgauge::harness {
namespace {

// The caches that a CPU sees, together. 0: unknown.
std::size_t caches_bytes(const machine::Topology& topology, int os_index) {
  hwloc_obj_t above = hwloc_get_pu_obj_by_os_index(
      topology.handle(), static_cast<unsigned>(os_index));
  std::size_t bytes = 0;
  for (; above; above = above->parent) {
    if (hwloc_obj_type_is_dcache(above->type)) bytes += above->attr->cache.size;
  }
  return bytes;
}

class Measurement {
 public:
  explicit Measurement(const machine::Topology& topology)
      : topology_(topology) {
    machine_.description = machine::description_of(topology);
    for (const machine::Cpu& cpu : topology.cpus()) {
      machine_.os_indices.push_back(cpu.os_index);
    }
    std::sort(machine_.os_indices.begin(), machine_.os_indices.end());
  }

  MeasuredMachine run() {
    machine_.description.pending_polls = host::kPendingPolls;
    measure_first_cpu();
    measure_transfers();
    machine_.defaults.push_back("jitter_percent: not measured");
    sim::validate(machine_.description);
    return std::move(machine_);
  }

 private:
  sim::Costs& costs() { return machine_.description.costs; }
  int os_index(std::uint32_t cpu) const { return machine_.os_indices[cpu]; }

  void measure_first_cpu() {
    Team team(topology_, {os_index(0)});
    team.run([&](int) {
      const measure::UnitCosts unit = measure::measure_unit_costs();
      costs().hit_ns = unit.hit_ns;
      costs().store_ns = unit.store_ns;
      costs().rmw_ns = unit.rmw_ns;
      costs().pause_ns = unit.pause_ns;
      costs().clock_ns = unit.clock_ns;
      machine_.description.frequency_mhz = unit.frequency_mhz;
      measure_memory();
    });
  }

  void measure_memory() {
    constexpr std::size_t kChase_bytes = 64 << 20;
    const std::size_t caches = caches_bytes(topology_, os_index(0));
    const std::size_t free = machine::available_bytes();
    if (caches == 0) {
      machine_.defaults.push_back("memory_ns: the size of caches is unknown");
    } else if (kChase_bytes + 2 * caches > free / 2) {
      machine_.defaults.push_back(
          fmt::format("memory_ns: takes {} MiB, {} MiB are free",
                      (kChase_bytes + 2 * caches) >> 20, free >> 20));
    } else {
      const int node = topology_.find(os_index(0))->node;
      using machine::Touch;
      const machine::NodeMemory chase(topology_, node, kChase_bytes,
                                      Touch::kByFirstUser);
      const machine::NodeMemory flush(topology_, node, 2 * caches,
                                      Touch::kByFirstUser);
      // Where it is refused, misses of the TLB are in the figure.
      madvise(chase.data(), chase.size_bytes(), MADV_HUGEPAGE);
      costs().memory_ns = measure::measure_memory_ns(
          chase.data(), chase.size_bytes(), flush.data(), flush.size_bytes());
    }
  }

  void measure_transfers() {
    const auto pairs = pairs_by_distance(machine_.description, kProbes);
    bool upgrade_known = false;
    for (int distance = 0; distance < sim::kDistances; ++distance) {
      const std::string what =
          fmt::format("transfer_ns, {}: ", sim::kDistanceNames[distance]);
      const Pairs& here = pairs[distance];
      if (here.empty()) {
        machine_.defaults.push_back(what + "no two CPUs are so far apart");
        continue;
      }
      using measure::Pass;
      const auto polled = probe<Pass::kPolled>(here);
      const auto swapped = probe<Pass::kSwapped>(here);
      const auto guarded = probe<Pass::kGuarded>(here);
      if (!polled || !swapped || !guarded) {
        machine_.defaults.push_back(what + "threads cannot be pinned");
        continue;
      }
      machine_.one_ways_ns[distance] = {*polled, *swapped, *guarded};
      const auto [ping, pong] = here.front();
      fit_transfer(machine_.description, ping, pong, *swapped);
      // Of the distances that there are, the one between cores that most locks
      // are passed over.
      if (distance == static_cast<int>(sim::Distance::kCore)) continue;
      if (std::exchange(upgrade_known, true)) continue;
      fit_upgrade(machine_.description, ping, pong, *guarded);
    }
    if (!upgrade_known) {
      machine_.defaults.push_back("upgrade_percent: takes two cores");
    }
  }

  // The median over many probes of pairs at one distance.
  template <measure::Pass kPass>
  std::optional<double> probe(const Pairs& pairs) const {
    using Probe = measure::PingPong<NativeHost, kPass>;
    std::vector<Probe> probes(kProbes);
    std::vector<double> one_way_ns(kProbes);
    for (std::size_t i = 0; i < kProbes; ++i) {
      const auto [ping, pong] = pairs[i % pairs.size()];
      Team team(topology_, {os_index(ping), os_index(pong)});
      if (team.pinned() != machine::PinStatus::kVerified) return std::nullopt;
      team.run([&](int thread) {
        using Side = typename Probe::Side;
        if (thread == 0) one_way_ns[i] = probes[i].run_ns(Side::kPing);
        if (thread == 1) probes[i].run_ns(Side::kPong);
      });
    }
    const auto median = one_way_ns.begin() + kProbes / 2;
    std::nth_element(one_way_ns.begin(), median, one_way_ns.end());
    return *median;
  }

  static constexpr std::size_t kProbes = 64;  // of each kind, at each distance

  const machine::Topology& topology_;
  MeasuredMachine machine_;
};

template <measure::Pass kPass>
double simulated_ns(const sim::Description& description, std::uint32_t ping,
                    std::uint32_t pong) {
  using Probe = measure::PingPong<Sim, kPass>;
  sim::Machine machine(description, /*seed=*/1);
  auto& probe = machine.make<Probe>();
  double one_way_ns = 0;
  machine.spawn(ping, [&] { one_way_ns = probe.run_ns(Probe::Side::kPing); });
  machine.spawn(pong, [&] { probe.run_ns(Probe::Side::kPong); });
  machine.run();
  return one_way_ns;
}

// Bisects a cost until what is simulated takes `target_ns`; where no value in
// the range does, the nearest end of it.
template <class Simulate>
void fit(double& cost, double target_ns, double least, double most,
         Simulate simulate) {
  constexpr int kSteps = 14;
  for (int step = 0; step < kSteps; ++step) {
    cost = (least + most) / 2;
    (simulate() < target_ns ? least : most) = cost;
  }
}

}  // namespace

MeasuredMachine measure_machine(const machine::Topology& topology) {
  if (!topology.is_this_machine()) {
    throw UsageError(
        "only this computer can be measured, and hwloc is told to show another "
        "one; unset HWLOC_XMLFILE and HWLOC_SYNTHETIC");
  }
  return Measurement(topology).run();
}

double simulated_probe_ns(const sim::Description& description,
                          std::uint32_t ping, std::uint32_t pong) {
  return simulated_ns<measure::Pass::kSwapped>(description, ping, pong);
}

OneWays simulated_one_ways_ns(const sim::Description& description,
                              std::uint32_t ping, std::uint32_t pong) {
  using measure::Pass;
  return {simulated_ns<Pass::kPolled>(description, ping, pong),
          simulated_ns<Pass::kSwapped>(description, ping, pong),
          simulated_ns<Pass::kGuarded>(description, ping, pong)};
}

void fit_transfer(sim::Description& description, std::uint32_t ping,
                  std::uint32_t pong, double swapped_ns) {
  const auto distance = static_cast<int>(description.distance(ping, pong));
  fit(description.costs.transfer_ns[distance], swapped_ns,
      /*least=*/0.1, /*most=*/swapped_ns, [&] {
        return simulated_ns<measure::Pass::kSwapped>(description, ping, pong);
      });
}

void fit_upgrade(sim::Description& description, std::uint32_t ping,
                 std::uint32_t pong, double guarded_ns) {
  fit(description.costs.upgrade_percent, guarded_ns, /*least=*/0,
      /*most=*/200, [&] {
        return simulated_ns<measure::Pass::kGuarded>(description, ping, pong);
      });
}

std::array<Pairs, sim::kDistances> pairs_by_distance(
    const sim::Description& description, std::size_t most) {
  std::array<Pairs, sim::kDistances> pairs;
  for (std::uint32_t a = 0; a < description.cpu_count(); ++a) {
    for (std::uint32_t b = a + 1; b < description.cpu_count(); ++b) {
      pairs[static_cast<int>(description.distance(a, b))].push_back({a, b});
    }
  }
  for (Pairs& all : pairs) {
    const std::size_t count = all.size();
    if (count <= most) continue;
    for (std::size_t i = 0; i < most; ++i) all[i] = all[i * count / most];
    all.resize(most);
  }
  return pairs;
}

}  // namespace lockgauge::harness
