#include "locks/platform/sim/explore/explore.h"

#include <algorithm>
#include <utility>

#include "locks/platform/sim/explore/execution.h"

namespace lockgauge::sim {
namespace {

using Test = std::function<void(Machine&)>;

class Explorer {
 public:
  Explorer(const Description& description, const Test& test,
           const Options& options)
      : test_(test),
        show_unnamed_(options.show_unnamed),
        execution_(options),
        machine_(description, execution_) {}

  // What went wrong in one execution; nullopt if nothing did.
  std::optional<std::string> run(Strategy& strategy, Trace* trace) {
    execution_.begin(strategy, trace);
    std::optional<std::string> what;
    try {
      test_(machine_);
    } catch (const std::exception& error) {
      what = error.what();
    }
    if (execution_.broken()) std::rethrow_exception(execution_.broken());
    machine_.restart();
    return what;
  }

  // The same again, for people.
  Failure record(const std::string& schedule, std::uint64_t seed) {
    Trace trace(show_unnamed_);
    Replay replay(schedule);
    replay.next();
    const auto what = run(replay, &trace);
    if (!what) {
      throw std::logic_error("an execution that failed does not fail again");
    }
    return {*what, schedule, seed, trace.interleaving()};
  }

  const Schedule& schedule() const { return execution_.schedule(); }

 private:
  const Test& test_;
  const bool show_unnamed_;
  Execution execution_;
  Machine machine_;
};

}  // namespace

Exploration explore(const Description& description, Strategy& strategy,
                    const Test& test, const Options& options) {
  Explorer explorer(description, test, options);
  Exploration result;
  std::optional<Schedule> best;
  std::uint64_t seed = 0;
  std::uint64_t until = options.executions;
  // Fewer switches read better than fewer steps.
  const auto length = [](const Schedule& schedule) {
    return std::pair(schedule.switches(), schedule.size());
  };
  while (result.executions < until && strategy.next()) {
    const bool failed = explorer.run(strategy, nullptr).has_value();
    result.executions += !strategy.repeated();
    if (!failed) continue;
    const Schedule& schedule = explorer.schedule();
    if (!best) {
      until =
          std::min(until, result.executions + options.executions_after_failure);
    }
    if (!best || length(schedule) < length(*best)) {
      best = schedule;
      seed = strategy.seed();
    }
  }
  result.exhausted = strategy.exhausted();
  if (best) result.failure = explorer.record(best->text(), seed);
  return result;
}

}  // namespace lockgauge::sim
