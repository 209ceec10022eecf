#ifndef LOCKGAUGE_WORKLOADS_HARNESS_MEASURED_MACHINE_H_
#define LOCKGAUGE_WORKLOADS_HARNESS_MEASURED_MACHINE_H_

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "locks/platform/sim/description.h"
#include "workloads/machine/topology.h"

namespace lockgauge::harness {

// This computer, to be simulated.
struct MeasuredMachine {
  sim::Description description;
  std::vector<int> os_indices;  // by CPU number of the description
  // As measure::CoreToCore answers; empty: could not be measured.
  std::array<std::optional<double>, sim::kDistances> one_way_ns;
  // What was left at its default, and why: "memory_ns: no cache sizes known".
  std::vector<std::string> defaults;
};

// Takes a few seconds, in which nothing else should run. Uncontended costs are
// those of the first CPU. Throws UsageError if `topology` is of another
// machine, DescriptionError if it has more CPUs than can be simulated.
MeasuredMachine measure_machine(const machine::Topology& topology);

// The transfer with which a simulated CoreToCore takes `one_way_ns`, at hit_ns
// and jitter_percent of `costs`. It is about half of it: the line moves twice
// on each way.
double transfer_ns(double one_way_ns, const sim::Costs& costs);

// What CoreToCore answers between two CPUs of a simulated machine.
double simulated_one_way_ns(const sim::Description& description,
                            std::uint32_t ping, std::uint32_t pong);

// Two CPUs at each distance that there is, spread over the machine: all pairs,
// or `most` of them.
using Pairs = std::vector<std::array<std::uint32_t, 2>>;
std::array<Pairs, sim::kDistances> pairs_by_distance(
    const sim::Description& description, std::size_t most);

}  // namespace lockgauge::harness

#endif  // LOCKGAUGE_WORKLOADS_HARNESS_MEASURED_MACHINE_H_
