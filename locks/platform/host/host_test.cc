#include "locks/platform/host/host.h"

#include <gtest/gtest.h>
#include <sched.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <deque>
#include <thread>
#include <vector>

namespace lockgauge {
namespace {

using P = NativeHost;
static_assert(StoragePlatform<NativeHost>);
static_assert(StoragePlatform<TokenHost>);

TEST(HostThread, SlotsAreDenseAndUsedAgain) {
  std::vector<std::uint32_t> slots;
  for (int i = 0; i < 3; ++i) {
    std::thread([&] {
      const P::Thread self;
      slots.push_back(P::slot());
    }).join();
  }
  EXPECT_EQ(slots, std::vector<std::uint32_t>(3, slots[0]));
  const P::Thread self;
  std::thread([&] {
    const P::Thread other;
    EXPECT_NE(P::slot(), slots[0]) << "taken by the thread outside";
  }).join();
  EXPECT_GT(P::slot_limit(), P::slot());
}

TEST(HostRcu, WhatAnInterruptDefersIsReclaimed) {
  const P::Thread self;
  static int reclaimed;
  reclaimed = 0;
  P::RcuHead heads[2];
  {
    const P::NmiScope nmi;
    for (P::RcuHead& head : heads) {
      P::call_rcu(head, [](P::RcuHead*) { ++reclaimed; });
    }
  }
  P::rcu_barrier();
  EXPECT_EQ(reclaimed, 2);
}

// However many a grace period sets free, and though each defers another.
TEST(HostRcu, NoCallReclaimsMuch) {
  struct Object {
    P::RcuHead head;
    P::RcuHead second;
  };
  const P::Thread self;
  static int reclaimed;
  reclaimed = 0;
  std::deque<Object> objects;
  int most = 0;
  while (reclaimed < 10'000) {
    const int before = reclaimed;
    P::call_rcu(objects.emplace_back().head, [](P::RcuHead* head) {
      ++reclaimed;
      P::call_rcu(reinterpret_cast<Object*>(head)->second,
                  [](P::RcuHead*) { ++reclaimed; });
    });
    most = std::max(most, reclaimed - before);
  }
  EXPECT_GT(most, 2) << "what is left would grow for ever";
  EXPECT_LT(most, 10);
  for (int i = 0; i < 2; ++i) P::rcu_barrier();
  EXPECT_EQ(reclaimed, 2 * static_cast<int>(objects.size()));
}

TEST(HostClock, RunsLikeTheKernelsMonotonicClock) {
  const auto& calibration = host::Clock::calibrate();
  EXPECT_GT(calibration.ticks_per_s, 1e6);
  const auto monotonic_ns = [] {
    return static_cast<double>(
        std::chrono::steady_clock::now().time_since_epoch().count());
  };
  const std::uint64_t begin_ns = P::now_ns();
  const double kernel_begin_ns = monotonic_ns();
  while (monotonic_ns() < kernel_begin_ns + 20e6) {
  }
  const double kernel_ns = monotonic_ns() - kernel_begin_ns;
  const auto own_ns = static_cast<double>(P::now_ns() - begin_ns);
  // Both intervals hold each other up to a preemption between two readings.
  EXPECT_NEAR(own_ns / kernel_ns, 1, 0.5);
}

TEST(HostCpu, IsTheOneTheKernelSays) {
  cpu_set_t before;
  ASSERT_EQ(sched_getaffinity(0, sizeof(before), &before), 0);
  for (int cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
    if (!CPU_ISSET(cpu, &before)) continue;
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET(cpu, &one);
    ASSERT_EQ(sched_setaffinity(0, sizeof(one), &one), 0);
    EXPECT_EQ(P::cpu(), static_cast<std::uint32_t>(cpu));
    EXPECT_LT(P::cpu(), P::cpu_limit());
  }
  sched_setaffinity(0, sizeof(before), &before);
}

TEST(HostWait, ChecksAfterTheFirstPollAndThenAtTheCadence) {
  std::atomic<std::uint32_t> word{0};
  int polls = 0;
  std::vector<int> checked_at;
  const auto wait = P::wait_until(
      word, std::memory_order_acquire,
      [&](std::uint32_t) {
        ++polls;
        return false;
      },
      10,
      [&] {
        checked_at.push_back(polls);
        return polls > 20 ? Result::kTimeout : Result::kOk;
      });
  EXPECT_EQ(wait.result, Result::kTimeout);
  EXPECT_EQ(checked_at, (std::vector<int>{1, 11, 21}));
}

TEST(HostWait, WhatIsFreeIsTakenHoweverLate) {
  std::atomic<std::uint32_t> word{7};
  const auto wait = P::wait_until(
      word, std::memory_order_acquire,
      [](std::uint32_t value) { return value == 7; }, 1,
      [] { return Result::kTimeout; });
  EXPECT_EQ(wait.result, Result::kOk);
  EXPECT_EQ(wait.value, 7u);
}

TEST(HostPreemption, TokenNestsAndShutsOutTheSameCpuOnly) {
  cpu_set_t before;
  ASSERT_EQ(sched_getaffinity(0, sizeof(before), &before), 0);
  cpu_set_t here;
  CPU_ZERO(&here);
  CPU_SET(sched_getcpu(), &here);
  ASSERT_EQ(sched_setaffinity(0, sizeof(here), &here), 0);
  const P::Thread self;
  std::atomic<bool> entered{false};
  TokenHost::preempt_disable();
  TokenHost::preempt_disable();
  std::thread other([&] {
    const P::Thread registration;
    TokenHost::preempt_disable();
    entered.store(true, std::memory_order_release);
    TokenHost::preempt_enable();
  });
  TokenHost::preempt_enable();
  for (int i = 0; i < 100; ++i) sched_yield();
  EXPECT_FALSE(entered.load(std::memory_order_acquire)) << "still disabled";
  TokenHost::preempt_enable();
  other.join();
  EXPECT_TRUE(entered.load(std::memory_order_acquire));
  sched_setaffinity(0, sizeof(before), &before);
}

TEST(HostNmi, IsWhereItSaysAndNests) {
  EXPECT_FALSE(P::in_nmi());
  {
    const P::NmiScope outer;
    { const P::NmiScope inner; }
    EXPECT_TRUE(P::in_nmi());
  }
  EXPECT_FALSE(P::in_nmi());
}

}  // namespace
}  // namespace lockgauge
