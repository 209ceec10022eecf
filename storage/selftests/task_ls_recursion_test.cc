// Programs inside programs: on_enter creates values in two maps; on_update runs
// whenever that comes to the engine's update, creates in both maps itself, and
// deletes what it counted in. Nothing is locked at that point, so nothing
// stands against it; but the gate did.

#include <gtest/gtest.h>

#include <functional>
#include <utility>

#include "locks/platform/sim/machine.h"
#include "locks/platform/sim/test_machines.h"
#include "storage/selftests/steps.h"

namespace lockgauge::storage::selftests {
namespace {

// A program attached to the engine's update, at its beginning: there a program
// that creates asks whether the task is alive.
struct Attached {
  // Empty: none.
  static inline std::function<void()> on_update;
  // Times that it did not run because it was running already.
  static inline int misses = 0;

  static void run() {
    static bool active = false;
    if (!on_update) return;
    if (std::exchange(active, true)) {
      ++misses;
      return;
    }
    on_update();
    active = false;
  }
};

struct traced_task : owner_type::task {
  template <class P>
  struct Life : owner_type::task::Life<P> {
    bool begin_create() {
      Attached::run();
      return owner_type::task::Life<P>::begin_create();
    }
  };
};

template <class B>
class TaskLsRecursion : public testing::Test {
 protected:
  using C = Config<B, EraOf<B>, traced_task, CountingAudit>;
  using Number = std::uint64_t;

  TaskLsRecursion() : machine_(sim::one_llc(1), /*seed=*/1) {
    Attached::misses = 0;
    Attached::on_update = [this] { on_update(); };
  }
  ~TaskLsRecursion() override { Attached::on_update = nullptr; }

  void run() {
    machine_.spawn(0, [this] {
      const Sim::Thread self;
      {
        const RcuReadSection<Sim> section;
        on_enter();
        a_ = value(program::get(task_, map_a_));
        b_ = value(program::get(task_, map_b_));
      }
      Attached::on_update = nullptr;
      map_free(map_a_);
      destroy(task_);
      map_free(map_b_);
      reclaim_barrier<Sim>();
    });
    machine_.run();
    EXPECT_EQ(type_.audit.elements().live(), 0u);
    EXPECT_EQ(type_.audit.storages().live(), 0u);
  }

  // 0: no value.
  Number a_ = 0;
  Number b_ = 0;
  int delete_errors_ = 0;

 private:
  void on_enter() {
    if (Number* const a = created(map_a_); a != nullptr && *a == 0) *a = 200;
    if (Number* const b = created(map_b_); b != nullptr && *b == 0) *b = 100;
  }

  void on_update() {
    if (Number* const a = created(map_a_)) {
      ++*a;
      delete_errors_ += program::remove(task_, map_a_) == Result::kBusy;
    }
    if (Number* const b = created(map_b_)) ++*b;
  }

  Number* created(Smap<C>& map) {
    Sdata<C>* const sdata = program::get_or_create(task_, map, nullptr).sdata;
    return sdata == nullptr ? nullptr
                            : reinterpret_cast<Number*>(sdata->value());
  }
  static Number value(const Outcome<C>& outcome) {
    return outcome.sdata == nullptr
               ? 0
               : *reinterpret_cast<Number*>(outcome.sdata->value());
  }

  sim::Machine machine_;
  StorageType<C>& type_ = machine_.make<StorageType<C>>();
  Smap<C>& map_a_ = machine_.make<Smap<C>>(type_, sizeof(Number));
  Smap<C>& map_b_ = machine_.make<Smap<C>>(type_, sizeof(Number));
  Owner<C>& task_ = machine_.make<Owner<C>>(type_);
};
TYPED_TEST_SUITE(TaskLsRecursion, Steps::As<testing::Types>, Name);

// With the gate, the inner program finds what is there and gets nothing else.
// Without, it creates and deletes as if it were alone; only it is not run
// inside itself, which would be for each of its two creates.
TYPED_TEST(TaskLsRecursion, CountsAreTheKernels) {
  this->run();
  constexpr bool kOld = kGated<TypeParam>;
  EXPECT_EQ(this->a_, kOld ? 201u : 200u);
  EXPECT_EQ(this->b_, kOld ? 100u : 1u);
  EXPECT_EQ(this->delete_errors_, kOld ? 1 : 0);
  EXPECT_EQ(Attached::misses, kOld ? 0 : 2);
}

}  // namespace
}  // namespace lockgauge::storage::selftests
