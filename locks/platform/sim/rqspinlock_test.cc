// rqspinlock's answers to recursion, cycles and owners that never release, with
// the kernel's own timeouts: a second of waiting costs nothing here.

#include "locks/rqspinlock.h"

#include <gtest/gtest.h>

#include <array>

#include "locks/cache_line.h"
#include "locks/platform/sim/machine.h"
#include "locks/platform/sim/sim.h"
#include "locks/platform/sim/test_machines.h"

namespace lockgauge::sim {
namespace {

constexpr std::uint64_t kMs = 1'000'000;
constexpr std::uint64_t kSecond = 1000 * kMs;

// A look at the clock every 65536 polls of 10 ns (9 of pause, 1 of load) and
// 10 ns for reading it: what a wait lasts is a whole number of these.
constexpr std::uint64_t kCheck_ns = 65536 * 10 + 10;

// The first look at which more than `limit_ns` have passed since the first.
constexpr std::uint64_t gives_up_after_ns(std::uint64_t limit_ns) {
  return (limit_ns / kCheck_ns + 1) * kCheck_ns;
}

// No look for cycles in between, which would cost a little.
struct NoAbba : KernelTimeouts {
  static constexpr std::uint64_t kAbbaInterval_ns = 3600 * kSecond;
};
using PlainLock = Rqspinlock<Sim, Waiting::kQueued, NoAbba>;
using PlainTestAndSet = Rqspinlock<Sim, Waiting::kTestAndSet, NoAbba>;
using Lock = Rqspinlock<Sim>;

// How an attempt ended, and what it took.
struct Attempt {
  Result result;
  std::uint64_t took_ns;
};

class Resilience : public testing::Test {
 protected:
  template <class L>
  Attempt attempt(L& lock) {
    const Time before = machine_.task().time;
    const Result result = lock.lock();
    return {result, (machine_.task().time - before) / kPsPerNs};
  }

  // act() on a CPU after `delay_ns`.
  void spawn(std::uint32_t cpu, std::uint64_t delay_ns,
             std::function<void()> act) {
    machine_.spawn(cpu, [this, delay_ns, act = std::move(act)] {
      const Sim::Thread self;
      machine_.work_ns(delay_ns);
      act();
      EXPECT_EQ(Sim::this_slot<HeldLocks<Sim>>().size(), 0u)
          << "entries left behind";
    });
  }

  // On CPU 0, a thread that locks and never unlocks.
  template <class L>
  void lose(L& lock) {
    machine_.spawn(0, [&] {
      const Sim::Thread self;
      EXPECT_EQ(lock.lock(), Result::kOk);
      machine_.work_ns(10 * kSecond);
    });
  }

  template <class L>
  L& make() {
    return machine_.make<Padded<L>>().value;
  }

  // Waiters that gave up took so long, but for getting there and away.
  static void expect_about(std::uint64_t took_ns, std::uint64_t expected_ns) {
    EXPECT_GE(took_ns, expected_ns);
    EXPECT_LT(took_ns, expected_ns + 1000);
  }

  Machine machine_{two_packages(), 1};
};

TEST_F(Resilience, PendingWaiterGivesUpAfter250ms) {
  static_assert(gives_up_after_ns(KernelTimeouts::kPending_ns) == 250'351'340);
  auto& lock = make<PlainLock>();
  lose(lock);
  spawn(1, 1000, [&] {
    const auto [result, took_ns] = attempt(lock);
    EXPECT_EQ(result, Result::kTimeout);
    expect_about(took_ns, 250'351'340);
    EXPECT_EQ(lock.snapshot(), lock_bits::kLocked);
  });
  machine_.run();
}

TEST_F(Resilience, QueueHeadGivesUpAfter500msAndTakesTheQueueWithIt) {
  static_assert(gives_up_after_ns(KernelTimeouts::kHead_ns) == 500'047'310);
  auto& lock = make<PlainLock>();
  lose(lock);
  // The pending waiter goes after 250 ms; the others stay where they are.
  spawn(1, 1000, [&] { EXPECT_EQ(lock.lock(), Result::kTimeout); });
  spawn(2, 2000, [&] {
    const auto [result, took_ns] = attempt(lock);
    EXPECT_EQ(result, Result::kTimeout);
    expect_about(took_ns, 500'047'310);
  });
  // Innocent: it came half a second later and waits no time at all.
  spawn(3, 500 * kMs, [&] {
    const auto [result, took_ns] = attempt(lock);
    EXPECT_EQ(result, Result::kTimeout);
    EXPECT_LT(took_ns, 100'000u);
  });
  machine_.run();
  EXPECT_EQ(lock.snapshot(), lock_bits::kLocked);
}

TEST_F(Resilience, TestAndSetGivesUpAfter1s) {
  static_assert(gives_up_after_ns(KernelTimeouts::kTestAndSet_ns) ==
                1'000'094'620);
  auto& lock = make<PlainTestAndSet>();
  lose(lock);
  spawn(1, 1000, [&] {
    const auto [result, took_ns] = attempt(lock);
    EXPECT_EQ(result, Result::kTimeout);
    expect_about(took_ns, 1'000'094'620);
  });
  machine_.run();
}

TEST_F(Resilience, RecursionIsADeadlockAtOnce) {
  auto& lock = make<Lock>();
  spawn(0, 0, [&] {
    ASSERT_EQ(lock.lock(), Result::kOk);
    const auto [result, took_ns] = attempt(lock);
    EXPECT_EQ(result, Result::kDeadlock);
    EXPECT_LT(took_ns, 100u);
    lock.unlock();
  });
  machine_.run();
}

TEST_F(Resilience, AbbaIsFoundAtTheFirstLookAfter1ms) {
  auto& a = make<Lock>();
  auto& b = make<Lock>();
  int failed = 0;
  const auto cross = [&](Lock& first, Lock& second) {
    ASSERT_EQ(first.lock(), Result::kOk);
    machine_.work_ns(1000);
    const auto [result, took_ns] = attempt(second);
    if (result == Result::kOk) {
      second.unlock();
    } else {
      EXPECT_EQ(result, Result::kDeadlock);
      expect_about(took_ns, 2 * kCheck_ns);
      ++failed;
    }
    first.unlock();
  };
  spawn(0, 0, [&] { cross(a, b); });
  spawn(1, 0, [&] { cross(b, a); });
  machine_.run();
  EXPECT_GE(failed, 1);
  EXPECT_EQ(a.snapshot() | b.snapshot(), 0u);
}

TEST_F(Resilience, CycleOfThreeIsLeftToTheTimeout) {
  std::array<Lock*, 3> locks = {&make<Lock>(), &make<Lock>(), &make<Lock>()};
  int timeouts = 0;
  for (std::uint32_t i = 0; i < 3; ++i) {
    // A little apart, so that one gives up first and the others go on.
    spawn(i, i * 10'000, [&, i] {
      ASSERT_EQ(locks[i]->lock(), Result::kOk);
      machine_.work_ns(100'000);
      const auto [result, took_ns] = attempt(*locks[(i + 1) % 3]);
      if (result == Result::kOk) {
        locks[(i + 1) % 3]->unlock();
      } else {
        EXPECT_EQ(result, Result::kTimeout);
        EXPECT_GT(took_ns, 250 * kMs);
        EXPECT_LT(took_ns, 251 * kMs);
        ++timeouts;
      }
      locks[i]->unlock();
    });
  }
  machine_.run();
  EXPECT_EQ(timeouts, 1);
}

TEST_F(Resilience, RecursionBeyondTheTableIsLeftToTheTimeout) {
  std::vector<Lock*> locks;
  for (std::uint32_t i = 0; i <= HeldLocks<Sim>::kMaxEntries; ++i) {
    locks.push_back(&make<Lock>());
  }
  spawn(0, 0, [&] {
    for (Lock* lock : locks) ASSERT_EQ(lock->lock(), Result::kOk);
    EXPECT_EQ(attempt(*locks.front()).result, Result::kDeadlock);
    const auto [result, took_ns] = attempt(*locks.back());
    EXPECT_EQ(result, Result::kTimeout);
    EXPECT_GT(took_ns, 250 * kMs);
    for (std::size_t i = locks.size(); i-- > 0;) locks[i]->unlock();
  });
  machine_.run();
}

// When a queue's head gives up it tells whoever is behind to leave, and that one
// the next. Who comes back at once is behind somebody who leaves: it is told to
// leave too, and never looks at the lock, free as that may be by now.
TEST_F(Resilience, ADrainOutlivesItsCauseAmongCallersThatRetryAtOnce) {
  constexpr std::uint64_t kStall_ns = 510 * kMs;  // a head waits 500 ms
  auto& lock = make<Lock>();
  const auto acquired_after_stall = [&](std::uint64_t pause_ns) {
    const std::uint64_t begin_ns = machine_.statistics().now_ns;
    int acquired = 0;
    spawn(0, 0, [&] {
      ASSERT_EQ(lock.lock(), Result::kOk);
      machine_.work_ns(kStall_ns);
      lock.unlock();
    });
    for (std::uint32_t cpu = 1; cpu < 5; ++cpu) {
      spawn(cpu, 1000 * cpu, [&, pause_ns, begin_ns] {
        while (Sim::now_ns() < begin_ns + kStall_ns + kMs) {
          if (lock.lock() == Result::kOk) {
            ++acquired;
            lock.unlock();
          }
          machine_.work_ns(pause_ns);
        }
      });
    }
    machine_.run();
    return acquired;
  };
  EXPECT_EQ(acquired_after_stall(/*pause_ns=*/0), 0);
  EXPECT_GT(acquired_after_stall(/*pause_ns=*/10'000), 100);
}

// Four levels of waiting use up a slot's nodes; a fifth may only try.
TEST_F(Resilience, WithoutANodeThereIsOneAttempt) {
  auto& lock = make<Lock>();
  spawn(0, 0, [&] {
    ASSERT_EQ(lock.lock(), Result::kOk);
    machine_.work_ns(100'000);
    lock.unlock();
  });
  spawn(1, 1000, [&] {
    ASSERT_EQ(lock.lock(), Result::kOk);
    lock.unlock();
  });
  spawn(2, 2000, [&] {
    auto& nodes = Sim::this_slot<McsNodes<Sim, Lock>>();
    for (int level = 0; level < 4; ++level) (void)nodes.enter();
    const auto [result, took_ns] = attempt(lock);
    EXPECT_EQ(result, Result::kDeadlock);
    EXPECT_LT(took_ns, 1000u);
    for (int level = 0; level < 4; ++level) nodes.leave();
  });
  machine_.run();
}

}  // namespace
}  // namespace lockgauge::sim
