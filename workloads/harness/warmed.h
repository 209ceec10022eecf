#ifndef LOCKGAUGE_WORKLOADS_HARNESS_WARMED_H_
#define LOCKGAUGE_WORKLOADS_HARNESS_WARMED_H_

#include <utility>

#include "workloads/harness/benchmarks.h"
#include "workloads/harness/trial.h"

namespace lockgauge::harness {

// The first trial of a process finds its code, its pages and the CPU cold: one
// more than was asked for comes before it, and nobody sees that one, unless it
// went wrong.
inline Benchmarks::RunTrial warmed(Benchmarks::RunTrial run_trial) {
  return [run_trial = std::move(run_trial),
          cold = true](const TrialSpec& spec) mutable {
    if (cold) {
      const TrialResult first = run_trial(spec);
      if (!first.error.empty() || !first.findings.hung.empty()) return first;
      cold = !first.skipped.empty();
    }
    return run_trial(spec);
  };
}

}  // namespace lockgauge::harness

#endif  // LOCKGAUGE_WORKLOADS_HARNESS_WARMED_H_
