// The kernel's queued locks hold in all interleavings with few preemptions.

#include <gtest/gtest.h>

#include "locks/platform/sim/explore/explore.h"
#include "locks/platform/sim/sim.h"
#include "locks/platform/sim/test_machines.h"
#include "locks/qspinlock.h"
#include "locks/rqspinlock.h"

namespace lockgauge::sim {
namespace {

// One poll of a hand-over, as on arm64, is enough to fail to see it.
Description machine() {
  Description description = one_llc(4);
  description.pending_polls = 1;
  return description;
}

// A section of each thread, and a second one of the first.
template <class L>
void sections(Machine& machine) {
  auto& lock = machine.make<L>();
  auto& count = machine.make<std::uint64_t>();
  machine.name(lock, "lock");
  machine.name(count, "count");
  for (std::uint32_t cpu = 0; cpu < 3; ++cpu) {
    machine.spawn(cpu, [&, cpu] {
      const Sim::Thread self;
      for (int i = 0; i < (cpu == 0 ? 2 : 1); ++i) {
        require(lock.lock() == Result::kOk, "everybody gets the lock");
        ++count;
        lock.unlock();
      }
    });
  }
  machine.run();
  require(count == 4, "every section was counted");
  require(lock.snapshot() == 0, "the lock is free in the end");
}

template <class L>
class Explored : public testing::Test {};
using Locks = testing::Types<Qspinlock<Sim>, Rqspinlock<Sim>>;
TYPED_TEST_SUITE(Explored, Locks);

TYPED_TEST(Explored, HoldsWithTwoPreemptions) {
  Exhaustive strategy(2);
  const Exploration result = explore(machine(), strategy, sections<TypeParam>);
  EXPECT_TRUE(result.exhausted);
  EXPECT_FALSE(result.failure) << result.failure->what << '\n'
                               << result.failure->interleaving;
  this->RecordProperty("executions", std::to_string(result.executions));
}

TYPED_TEST(Explored, HoldsInRandomInterleavings) {
  Pct strategy(1, 4, 5'000);
  const Exploration result = explore(machine(), strategy, sections<TypeParam>);
  EXPECT_FALSE(result.failure) << result.failure->what << '\n'
                               << result.failure->interleaving;
}

// Whoever diagnoses the cycle leaves; the other one gets both locks. The
// kernel's clocks and intervals.
TEST(ExploredRqspinlock, BreaksAbba) {
  int failures = 0;
  const auto test = [&](Machine& machine) {
    auto& a = machine.make<Rqspinlock<Sim>>();
    auto& b = machine.make<Rqspinlock<Sim>>();
    const auto both = [&](Rqspinlock<Sim>& first, Rqspinlock<Sim>& second) {
      const Sim::Thread self;
      require(first.lock() == Result::kOk, "the first is never refused");
      const Result result = second.lock();
      require(result == Result::kOk || result == Result::kDeadlock,
              "got, or a deadlock");
      if (result == Result::kOk) {
        second.unlock();
      } else {
        ++failures;
      }
      first.unlock();
    };
    machine.spawn(0, [&] { both(a, b); });
    machine.spawn(1, [&] { both(b, a); });
    machine.run();
    require((a.snapshot() | b.snapshot()) == 0, "both are free in the end");
  };
  Exhaustive strategy(2);
  const Exploration result = explore(machine(), strategy, test);
  EXPECT_TRUE(result.exhausted);
  EXPECT_FALSE(result.failure) << result.failure->what << '\n'
                               << result.failure->interleaving;
  EXPECT_GT(failures, 0);
}

TEST(ExploredRqspinlock, GivesUpOnALostOwner) {
  const auto test = [](Machine& machine) {
    auto& lock = machine.make<Rqspinlock<Sim>>();
    auto& over = machine.make<Sim::Atomic<int>>();
    machine.spawn(0, [&] {
      const Sim::Thread self;
      require(lock.lock() == Result::kOk, "free");
      machine.spawn(1, [&] {
        const Sim::Thread waiter;
        require(lock.lock() == Result::kTimeout, "never released");
        require(lock.snapshot() == lock_bits::kLocked, "nothing left behind");
        over.store(1, std::memory_order_release);
      });
      Sim::wait_until(over, std::memory_order_acquire,
                      [](int value) { return value == 1; });
    });
    machine.run();
  };
  Exhaustive strategy(2);
  const Exploration result = explore(machine(), strategy, test);
  EXPECT_TRUE(result.exhausted);
  EXPECT_FALSE(result.failure) << result.failure->what << '\n'
                               << result.failure->interleaving;
}

}  // namespace
}  // namespace lockgauge::sim
