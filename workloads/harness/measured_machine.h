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

// What ping-pongs (measure/core_to_core.h) take one way, in nanoseconds.
struct OneWays {
  double polled;
  double swapped;
  double guarded;
};

// This computer, to be simulated.
struct MeasuredMachine {
  sim::Description description;
  std::vector<int> os_indices;  // by CPU number of the description
  // By distance; empty: there is none, or it could not be measured.
  std::array<std::optional<OneWays>, sim::kDistances> one_ways_ns;
  // What was left at its default, and why: "memory_ns: no cache sizes known".
  std::vector<std::string> defaults;
};

// Takes a few seconds, in which nothing else should run. Uncontended costs are
// those of the first CPU. Throws UsageError if `topology` is of another
// machine, DescriptionError if it has more CPUs than can be simulated.
MeasuredMachine measure_machine(const machine::Topology& topology);

// What the same take between two CPUs of a simulated machine.
OneWays simulated_one_ways_ns(const sim::Description& description,
                              std::uint32_t ping, std::uint32_t pong);
// What the probe around trials, measure::CoreToCore, would answer there.
double simulated_probe_ns(const sim::Description& description,
                          std::uint32_t ping, std::uint32_t pong);

// Sets transfer_ns at the distance of two CPUs so that a simulated `swapped`
// takes what the real one took.
void fit_transfer(sim::Description& description, std::uint32_t ping,
                  std::uint32_t pong, double swapped_ns);
// Sets upgrade_percent in the same way by `guarded`, after the transfer.
void fit_upgrade(sim::Description& description, std::uint32_t ping,
                 std::uint32_t pong, double guarded_ns);

// Two CPUs at each distance that there is, spread over the machine: all pairs,
// or `most` of them.
using Pairs = std::vector<std::array<std::uint32_t, 2>>;
std::array<Pairs, sim::kDistances> pairs_by_distance(
    const sim::Description& description, std::size_t most);

}  // namespace lockgauge::harness

#endif  // LOCKGAUGE_WORKLOADS_HARNESS_MEASURED_MACHINE_H_
