#ifndef LOCKGAUGE_WORKLOADS_HARNESS_WARMED_H_
#define LOCKGAUGE_WORKLOADS_HARNESS_WARMED_H_

#include <algorithm>
#include <chrono>
#include <utility>

#include "workloads/harness/benchmarks.h"
#include "workloads/harness/trial.h"

namespace lockgauge::harness {

// The first trial of a process finds its code, its pages and the CPU cold: one
// more than was asked for comes before it, and nobody sees that one, unless it
// went wrong. However long the others are, that one is warm sooner.
inline Benchmarks::RunTrial warmed(Benchmarks::RunTrial run_trial) {
  return [run_trial = std::move(run_trial),
          cold = true](const TrialSpec& spec) mutable {
    if (cold) {
      constexpr std::chrono::nanoseconds kWarm = std::chrono::milliseconds(200);
      TrialSpec brief = spec;
      brief.duration = std::min(spec.duration, kWarm);
      const TrialResult first = run_trial(brief);
      if (!first.error.empty() || !first.findings.hung.empty()) return first;
      cold = !first.skipped.empty();
    }
    return run_trial(spec);
  };
}

}  // namespace lockgauge::harness

#endif  // LOCKGAUGE_WORKLOADS_HARNESS_WARMED_H_
