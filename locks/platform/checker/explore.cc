#include "locks/platform/checker/explore.h"

#include <iostream>
#include <stdexcept>

#include "locks/platform/checker/relacy.h"
#include "locks/platform/checker/slot.h"

namespace lockgauge::checker {
namespace {

// An execution that takes more steps (accesses, yields, the construction of the
// slots' storage) is taken for one that never ends.
constexpr unsigned kMaxSteps = 5'000;

std::unique_ptr<Model> (*make_model)();

// One execution, as Relacy sees it.
template <unsigned kThreads>
class Suite : public rl::test_suite<Suite<kThreads>, kThreads> {
 public:
  void before() {
    SlotStorageBase::construct_all();
    model_ = make_model();
  }
  void thread(unsigned index) { model_->thread(index); }
  void after() {
    model_->finish();
    model_.reset();
    SlotStorageBase::destroy_all();
  }

 private:
  std::unique_ptr<Model> model_;
};

// rl::simulate() would do, but it prints, and compiles three schedulers.
template <unsigned kThreads>
std::string_view run(std::uint64_t executions) {
  static_assert(kThreads <= kMaxThreads);
  const auto run_test =
      rl::run_test<Suite<kThreads>, rl::random_scheduler<kThreads>>;
  std::ostream nowhere(nullptr);
  rl::test_params params;
  params.iteration_count = executions;
  params.execution_depth_limit = kMaxSteps;
  params.progress_stream = &nowhere;
  rl::ostringstream failed;
  if (run_test(params, failed, false) == rl::test_result_success) return {};
  // Once more, only the execution that failed, with its history recorded.
  params.collect_history = true;
  params.initial_state = failed.str();
  return rl::test_result_str(run_test(params, failed, true));
}

}  // namespace

std::string_view explore(unsigned threads, std::unique_ptr<Model> (*make)(),
                         std::uint64_t executions) {
  make_model = make;
  switch (threads) {
    case 2:
      return run<2>(executions);
    case 3:
      return run<3>(executions);
    case 4:
      return run<4>(executions);
    case 5:
      return run<5>(executions);
  }
  throw std::invalid_argument("explore: 2 to 5 threads");
}

}  // namespace lockgauge::checker
