#ifndef LOCKGAUGE_WORKLOADS_HARNESS_WINDOW_H_
#define LOCKGAUGE_WORKLOADS_HARNESS_WINDOW_H_

#include <cstdint>
#include <functional>

#include "workloads/harness/layout.h"
#include "workloads/harness/team.h"
#include "workloads/harness/trial.h"
#include "workloads/measure/tally.h"

namespace lockgauge::harness {

// What happens in a window. Times are of host::Clock.
struct WindowCalls {
  // Before all threads begin, all at `start_ns`.
  std::function<void(std::uint64_t start_ns)> start;
  // By each thread: returns soon after stop() was called, and what it counts
  // ended before.
  std::function<void(int thread, measure::Tally&)> run;
  std::function<void(std::uint64_t now_ns)> stop;
};

// The window of a measured trial, and what is looked at around it. Fills in
// elapsed time, threads, steal and core-to-core times.
void measure_window(Team& team, const Layout& layout, const TrialSpec& spec,
                    const WindowCalls& calls, TrialResult& result);

}  // namespace lockgauge::harness

#endif  // LOCKGAUGE_WORKLOADS_HARNESS_WINDOW_H_
