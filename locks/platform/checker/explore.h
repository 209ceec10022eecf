#ifndef LOCKGAUGE_LOCKS_PLATFORM_CHECKER_EXPLORE_H_
#define LOCKGAUGE_LOCKS_PLATFORM_CHECKER_EXPLORE_H_

#include <cstdint>
#include <iostream>
#include <memory>
#include <string_view>

#include "locks/platform/checker/relacy.h"
#include "locks/platform/checker/slot.h"

namespace lockgauge::checker {

// What is checked: constructed before each execution, destroyed after it.
//   kThreads         how many threads run thread(0), thread(1), ...
//   thread(index)    claims by require().
//   finish()         after the last thread has ended, with all in sight.
template <class M>
concept Model = std::default_initializable<M> && requires(M& model) {
  { M::kThreads } -> std::convertible_to<int>;
  model.thread(0u);
  model.finish();
};

// An execution that takes more steps (accesses, yields, the construction of the
// slots' storage) than this will never end.
inline constexpr unsigned kMaxSteps = 20'000;

template <Model M>
class Suite : public rl::test_suite<Suite<M>, M::kThreads> {
 public:
  static_assert(M::kThreads <= kMaxThreads);
  void before() {
    SlotStorageBase::construct_all();
    model_ = std::make_unique<M>();
  }
  void thread(unsigned index) { model_->thread(index); }
  void after() {
    model_->finish();
    model_.reset();
    SlotStorageBase::destroy_all();
  }

 private:
  std::unique_ptr<M> model_;
};

// Runs `executions` executions of M. Number n is the same execution each time:
// its schedule, its stale loads and its spurious failures are drawn from n.
// Answers what went wrong first, in Relacy's words ("DATA RACE", "LIVELOCK",
// which a deadlock of spinning threads is, ...), with a trace on stdout; empty
// if nothing did.
template <Model M>
std::string_view explore(std::uint64_t executions) {
  using Scheduler = rl::random_scheduler<M::kThreads>;
  std::ostream nowhere(nullptr);
  rl::test_params params;
  params.iteration_count = executions;
  params.execution_depth_limit = kMaxSteps;
  params.progress_stream = &nowhere;
  rl::ostringstream failed;
  if (rl::run_test<Suite<M>, Scheduler>(params, failed, false) ==
      rl::test_result_success) {
    return {};
  }
  // Once more, and only that execution, with its history recorded.
  params.collect_history = true;
  params.initial_state = failed.str();
  return rl::test_result_str(
      rl::run_test<Suite<M>, Scheduler>(params, failed, true));
}

}  // namespace lockgauge::checker

#endif  // LOCKGAUGE_LOCKS_PLATFORM_CHECKER_EXPLORE_H_
