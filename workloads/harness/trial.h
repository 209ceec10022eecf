#ifndef LOCKGAUGE_WORKLOADS_HARNESS_TRIAL_H_
#define LOCKGAUGE_WORKLOADS_HARNESS_TRIAL_H_

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "locks/platform/sim/line.h"
#include "workloads/harness/findings.h"
#include "workloads/harness/parameters.h"
#include "workloads/harness/scenario.h"
#include "workloads/machine/affinity.h"
#include "workloads/machine/placement.h"
#include "workloads/measure/counters.h"
#include "workloads/measure/tally.h"
#include "workloads/measure/usage.h"

namespace lockgauge::harness {

// What is to be measured once.
struct TrialSpec {
  const Case* subject;
  Parameters parameters;
  machine::Placement placement;
  std::vector<int> cpus;  // OS index for each thread
  std::chrono::nanoseconds duration;
  std::vector<std::string> counters;  // libpfm4 names
  std::uint64_t seed = 1;             // of what the workload draws
};

// Why this team cannot run the subject: a control that excludes nobody would
// let its threads, or their interrupts, tear apart what they share. Empty if it
// can.
std::string unfit(const TrialSpec& spec, std::size_t nodes = 1);

// NUMA nodes from the first thread's on to the one that the lock lives on.
std::size_t home_distance(const TrialSpec& spec);

struct ThreadResult {
  int cpu = 0;       // where it was pinned
  int last_cpu = 0;  // where it was when it came back from the window
  measure::Tally tally;
  measure::Usage usage{};  // CPU time in the window; switches until it was back
  std::vector<measure::Reading> counters;
};

// Counts that only a simulation has.
struct Simulated {
  sim::LineCounts lines;   // of all lines
  std::uint64_t accesses;  // to atomics
};

struct TrialResult {
  // Why nothing was measured; then nothing below is set.
  std::string skipped;
  // What was wrong with the outcome; the figures are then worthless.
  std::string error;

  std::string start_utc;  // ISO 8601; empty if simulated
  std::string preemption;
  machine::PinStatus pinned = machine::PinStatus::kFailed;
  double elapsed_ns = 0;  // of the window
  std::vector<ThreadResult> threads;
  Findings findings;
  // One way between two CPUs of the team, just before and after; empty where
  // the team has but one.
  std::optional<double> core_to_core_before_ns;
  std::optional<double> core_to_core_after_ns;
  // Taken from the team's CPUs by the hypervisor; empty if not known.
  std::optional<double> steal_ns;
  // What our clock gained on the system's over the window; empty if simulated.
  std::optional<double> clock_step_ns;
  // Simulated trials: what the window cost, exactly.
  std::optional<Simulated> simulated;
};

}  // namespace lockgauge::harness

#endif  // LOCKGAUGE_WORKLOADS_HARNESS_TRIAL_H_
