#include "workloads/harness/benchmarks.h"

#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <cmath>
#include <memory>
#include <string>
#include <utility>

#include "workloads/harness/totals.h"
#include "workloads/machine/usage_error.h"

namespace lockgauge::harness {
namespace {

std::string case_name(const TrialSpec& spec) {
  return fmt::format("{}/{}/{}/{}/threads:{}", spec.subject->scenario->name,
                     spec.subject->backend, spec.parameters.path(),
                     machine::name(spec.placement), spec.cpus.size());
}

// What google-benchmark shows of a trial; all of it is in trials.csv. A trial
// without figures has no time: reported as an error of the first repetition, it
// would crash version 1.7, which then has no statistics to compute for others.
void report(const TrialSpec& spec, const TrialResult& result,
            benchmark::State& state) {
  const measure::Tally sum = total(result);
  const bool figures =
      result.error.empty() && result.findings.hung.empty() && sum.ops > 0;
  state.SetIterationTime(figures ? result.elapsed_ns * 1e-9 /
                                       static_cast<double>(sum.ops)
                                 : std::nan(""));
  if (figures) {
    const auto per_s = [&](std::uint64_t count) {
      return static_cast<double>(count) * 1e9 / result.elapsed_ns;
    };
    state.counters["ops_per_s"] = per_s(sum.ops);
    if (spec.subject->scenario->hands_over && result.threads.size() > 1) {
      state.counters["handovers_per_s"] = per_s(sum.handovers());
    }
    state.counters["spurious"] = static_cast<double>(sum.spurious);
  }
  if (const std::string valid = validity(spec, result); valid != "ok") {
    state.SetLabel(valid);
  }
}

}  // namespace

Benchmarks::Benchmarks(const std::vector<TrialSpec>& specs, int repetitions,
                       RunTrial run_trial, OpenFolder open_folder)
    : specs_(specs),
      repetitions_(repetitions),
      run_trial_(std::move(run_trial)),
      open_folder_(std::move(open_folder)) {}

int Benchmarks::run(int argc, char** argv) {
  int failed = 0;
  int order = 0;
  RunFolder* folder = nullptr;
  bool opened = false;
  for (const TrialSpec& spec : specs_) {
    const auto repetitions = std::make_shared<int>(0);
    const auto body = [&, repetitions](benchmark::State& state) {
      if (!std::exchange(opened, true)) folder = open_folder_();
      for (auto _ : state) {
        const int repetition = (*repetitions)++;
        TrialSpec trial = spec;
        trial.seed += repetition;
        const TrialResult result = run_trial_(trial);
        if (folder != nullptr) {
          const Subject& subject = folder->subject();
          const TrialId id{subject.target, subject.machine,
                           folder->invocation(), repetition, order++};
          folder->add(id, trial, result);
        }
        failed += !result.error.empty();
        if (!result.skipped.empty()) {
          state.SkipWithError(("skipped: " + result.skipped).c_str());
        } else {
          report(trial, result, state);
        }
      }
    };
    benchmark::RegisterBenchmark(case_name(spec).c_str(), body)
        ->Iterations(1)
        ->Repetitions(repetitions_)
        ->UseManualTime();
  }
  benchmark::Initialize(&argc, argv);
  if (argc > 1) {
    throw UsageError(
        fmt::format("{}: google-benchmark has no such flag", argv[1]));
  }
  const std::size_t matched = benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  if (matched == 0) return 3;
  return failed > 0 ? 1 : 0;
}

}  // namespace lockgauge::harness
