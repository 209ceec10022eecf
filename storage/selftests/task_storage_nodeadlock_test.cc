// 32 tasks on one CPU, each creating and deleting a value of its own and
// preempted wherever its slice ends: nothing is shared, so nothing may fail.
// The kernel's test takes a second; here everything is shorter by a hundred,
// slices too.

#include <gtest/gtest.h>

#include <deque>

#include "locks/platform/sim/machine.h"
#include "locks/platform/sim/test_machines.h"
#include "storage/selftests/steps.h"

namespace lockgauge::storage::selftests {
namespace {

constexpr int kTasks = 32;
constexpr std::uint64_t kRun_ns = 10'000'000;
constexpr std::uint64_t kSlice_ns = 30'000;

template <class B>
class TaskStorageNodeadlock : public testing::Test {
 protected:
  using C = Config<B, EraOf<B>, owner_type::task>;

  void run() {
    sim::Description description = sim::one_llc(1);
    description.scheduling.time_slice_ns = kSlice_ns;
    sim::Machine machine(description, /*seed=*/1);
    auto& type = machine.make<StorageType<C>>();
    auto& map = machine.make<Smap<C>>(type, 8);
    for (int i = 0; i < kTasks; ++i) {
      auto& task = machine.make<Owner<C>>(type);
      machine.spawn(0, [&] {
        const Sim::Thread self;
        while (Sim::now_ns() < kRun_ns) get_and_delete(task, map);
        destroy(task);
      });
    }
    machine.run();
    machine.spawn(0, [&] {
      const Sim::Thread self;
      map_free(map);
    });
    machine.run();
  }

  int calls_ = 0;
  int get_errors_ = 0;
  int delete_busy_ = 0;
  int delete_errors_ = 0;  // of locks

 private:
  void get_and_delete(Owner<C>& task, Smap<C>& map) {
    const RcuReadSection<Sim> section;
    ++calls_;
    get_errors_ += program::get_or_create(task, map, nullptr).sdata == nullptr;
    const Result result = program::remove(task, map);
    delete_busy_ += result == Result::kBusy;
    delete_errors_ += result == Result::kDeadlock || result == Result::kTimeout;
  }
};
TYPED_TEST_SUITE(TaskStorageNodeadlock, Steps::As<testing::Types>, Name);

TYPED_TEST(TaskStorageNodeadlock, TasksOfOneCpuDoNotFailEachOther) {
  this->run();
  EXPECT_GT(this->calls_, 10'000);
  EXPECT_EQ(this->delete_errors_, 0);
  if (kGated<TypeParam>) {
    EXPECT_GT(this->get_errors_, 100);
  } else {
    EXPECT_EQ(this->get_errors_, 0);
    EXPECT_EQ(this->delete_busy_, 0);
  }
}

}  // namespace
}  // namespace lockgauge::storage::selftests
