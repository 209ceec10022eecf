#ifndef LOCKGAUGE_WORKLOADS_HARNESS_WINDOW_H_
#define LOCKGAUGE_WORKLOADS_HARNESS_WINDOW_H_

#include <functional>

#include "workloads/harness/layout.h"
#include "workloads/harness/team.h"
#include "workloads/harness/trial.h"
#include "workloads/measure/tally.h"

namespace lockgauge::harness {

// The window of a measured trial, and what is looked at around it. All threads
// begin at the same clock reading; run(thread, tally) returns soon after stop()
// was called, and what it counts ended before. Fills in elapsed time, threads,
// steal and core-to-core times.
void measure_window(Team& team, const Layout& layout, const TrialSpec& spec,
                    const std::function<void(int, measure::Tally&)>& run,
                    const std::function<void()>& stop, TrialResult& result);

// Now, as ISO 8601 in UTC.
std::string utc_now();

}  // namespace lockgauge::harness

#endif  // LOCKGAUGE_WORKLOADS_HARNESS_WINDOW_H_
