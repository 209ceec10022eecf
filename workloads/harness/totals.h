#ifndef LOCKGAUGE_WORKLOADS_HARNESS_TOTALS_H_
#define LOCKGAUGE_WORKLOADS_HARNESS_TOTALS_H_

#include <optional>
#include <string>

#include "workloads/harness/trial.h"
#include "workloads/measure/tally.h"
#include "workloads/measure/usage.h"

// What a trial comes to, all threads together.
namespace lockgauge::harness {

measure::Tally total(const TrialResult& result);
measure::Usage total_usage(const TrialResult& result);

// CPU time over wall time: 1 if every thread ran all the time.
std::optional<double> cpu_time_ratio(const TrialResult& result);

// "ok", or what makes the trial doubtful; "skipped: why", "failed: why" or
// "hung: why" if there are no figures at all.
std::string validity(const TrialSpec& spec, const TrialResult& result);

}  // namespace lockgauge::harness

#endif  // LOCKGAUGE_WORKLOADS_HARNESS_TOTALS_H_
