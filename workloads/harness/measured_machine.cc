#include "workloads/harness/measured_machine.h"

#include <fmt/format.h>
#include <hwloc.h>
#include <sys/mman.h>

#include <algorithm>

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
    constexpr std::size_t kProbes = 64;  // for each distance
    const auto pairs = pairs_by_distance(machine_.description, kProbes);
    for (int distance = 0; distance < sim::kDistances; ++distance) {
      const std::string what =
          fmt::format("transfer_ns, {}: ", sim::kDistanceNames[distance]);
      if (pairs[distance].empty()) {
        machine_.defaults.push_back(what + "no two CPUs are so far apart");
        continue;
      }
      std::vector<measure::CoreToCore> probes(kProbes);
      std::vector<double> one_way_ns;
      for (std::size_t i = 0; i < kProbes; ++i) {
        const auto answer =
            probe(pairs[distance][i % pairs[distance].size()], probes[i]);
        if (answer) one_way_ns.push_back(*answer);
      }
      if (one_way_ns.empty()) {
        machine_.defaults.push_back(what + "threads cannot be pinned");
        continue;
      }
      const auto median = one_way_ns.begin() + one_way_ns.size() / 2;
      std::nth_element(one_way_ns.begin(), median, one_way_ns.end());
      machine_.one_way_ns[distance] = *median;
      costs().transfer_ns[distance] = transfer_ns(*median, costs());
    }
  }

  std::optional<double> probe(const std::array<std::uint32_t, 2>& pair,
                              measure::CoreToCore& probe) const {
    using Side = measure::CoreToCore::Side;
    Team team(topology_, {os_index(pair[0]), os_index(pair[1])});
    if (team.pinned() != machine::PinStatus::kVerified) return std::nullopt;
    double one_way_ns = 0;
    team.run([&](int thread) {
      if (thread == 0) one_way_ns = probe.run_ns(Side::kPing);
      if (thread == 1) probe.run_ns(Side::kPong);
    });
    return one_way_ns;
  }

  const machine::Topology& topology_;
  MeasuredMachine machine_;
};

}  // namespace

MeasuredMachine measure_machine(const machine::Topology& topology) {
  if (!topology.is_this_machine()) {
    throw UsageError(
        "only this computer can be measured, and hwloc is told to show another "
        "one; unset HWLOC_XMLFILE and HWLOC_SYNTHETIC");
  }
  return Measurement(topology).run();
}

// On each way, the poller and the storer both have the line when the store
// begins. The storer's request takes away the poller's copy: one transfer, T.
// The poller's next poll then fetches the line: another, which sets out only
// when the first is done; the poll ends hit_ns later, and the answer begins:
//
//   one way = 2 T + hit_ns
//
// A line is free for the next request no earlier than a transfer without jitter
// would have ended, so of jitter only what is late shows: T becomes
// T E[max(1, 1 + x)] = T (1 + j / 4), for x even in -j to j.
double transfer_ns(double one_way_ns, const sim::Costs& costs) {
  const double late = 1 + costs.jitter_percent / 100 / 4;
  return (one_way_ns - costs.hit_ns) / (2 * late);
}

double simulated_one_way_ns(const sim::Description& description,
                            std::uint32_t ping, std::uint32_t pong) {
  using Probe = measure::CoreToCoreOn<Sim>;
  sim::Machine machine(description, /*seed=*/1);
  auto& probe = machine.make<Probe>();
  double one_way_ns = 0;
  machine.spawn(ping, [&] { one_way_ns = probe.run_ns(Probe::Side::kPing); });
  machine.spawn(pong, [&] { probe.run_ns(Probe::Side::kPong); });
  machine.run();
  return one_way_ns;
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
