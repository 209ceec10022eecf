#ifndef LOCKGAUGE_WORKLOADS_HARNESS_BENCHMARKS_H_
#define LOCKGAUGE_WORKLOADS_HARNESS_BENCHMARKS_H_

#include <functional>
#include <vector>

#include "workloads/harness/run_folder.h"
#include "workloads/harness/trial.h"

namespace lockgauge::harness {

// google-benchmark runs the trials: its names, filters, repetitions, JSON and
// comparison tools work, while what a trial is stays ours. One iteration is one
// whole trial, in manual time, so that versions which differ in how they divide
// time among threads agree.
class Benchmarks {
 public:
  using RunTrial = std::function<TrialResult(const TrialSpec&)>;
  // Called once, before the first trial; null: no results are written.
  using OpenFolder = std::function<RunFolder*()>;

  // `specs` must outlive the last call. Each repetition of a case has its seed
  // one above that of the one before.
  Benchmarks(const std::vector<TrialSpec>& specs, int repetitions,
             RunTrial run_trial, OpenFolder open_folder);

  // argv as benchmark::Initialize takes it. Answers the exit code: 0, 1 if a
  // trial failed, 3 if no case matched. Throws UsageError.
  int run(int argc, char** argv);

 private:
  const std::vector<TrialSpec>& specs_;
  const int repetitions_;
  const RunTrial run_trial_;
  const OpenFolder open_folder_;
};

}  // namespace lockgauge::harness

#endif  // LOCKGAUGE_WORKLOADS_HARNESS_BENCHMARKS_H_
