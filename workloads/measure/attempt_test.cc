#include "workloads/measure/attempt.h"

#include <gtest/gtest.h>

#include "workloads/measure/streak.h"

namespace lockgauge::measure {
namespace {

struct Ordered {
  using P = NativeHost;
  static constexpr bool kOneLockOrder = true;
};
struct Unordered : Ordered {
  static constexpr bool kOneLockOrder = false;
};

TEST(Attempt, CountsFailuresByCause) {
  Tally tally;
  for (const Result result :
       {Result::kBusy, Result::kDeadlock, Result::kDeadlock, Result::kTimeout,
        Result::kAgain, Result::kNoMem}) {
    EXPECT_FALSE(attempt<Ordered>(tally, [&] { return result; }));
  }
  EXPECT_EQ(tally.fail_busy, 1u);
  EXPECT_EQ(tally.fail_deadlock, 2u);
  EXPECT_EQ(tally.fail_timeout, 1u);
  EXPECT_EQ(tally.fail_again, 1u);
  EXPECT_EQ(tally.fail_nomem, 1u);
  EXPECT_EQ(tally.spurious, 4u) << "a lost race and no memory are neither";
}

TEST(Attempt, AnAnswerIsNotAFailure) {
  Tally tally;
  EXPECT_TRUE(attempt<Ordered>(tally, [] { return Result::kOk; }));
  EXPECT_TRUE(attempt<Ordered>(tally, [] { return Result::kNoEnt; }));
  EXPECT_TRUE(attempt<Ordered>(tally, [] { return Result::kExist; }));
  EXPECT_EQ(tally.spurious + tally.real, 0u);
}

TEST(Attempt, OnlyWhoIsInsideAlreadyFailsForReal) {
  Tally tally;
  attempt<Ordered>(tally, [&] {
    attempt<Ordered>(tally, [] { return Result::kBusy; });  // as in a handler
    return Result::kOk;
  });
  EXPECT_EQ(tally.real, 1u);
  attempt<Ordered>(tally, [] { return Result::kBusy; });
  EXPECT_EQ(tally.real, 1u);
  EXPECT_EQ(tally.spurious, 1u);
}

TEST(Attempt, WithoutALockOrderACycleIsRealATimeoutMayBeAnything) {
  Tally tally;
  attempt<Unordered>(tally, [] { return Result::kDeadlock; });
  EXPECT_EQ(tally.real, 1u);
  attempt<Unordered>(tally, [] { return Result::kTimeout; });
  EXPECT_EQ(tally.real, 1u);
  EXPECT_EQ(tally.spurious, 1u);
}

TEST(Streak, IsOneIncidentHoweverManyAttempts) {
  host::Clock::calibrate();
  Tally tally;
  Streak<NativeHost> streak(tally);
  streak.over();
  EXPECT_EQ(tally.incidents, 0u);
  for (int i = 0; i < 5; ++i) streak.failed();
  streak.over();
  streak.failed();
  streak.over();
  streak.over();
  EXPECT_EQ(tally.incidents, 2u);
  EXPECT_EQ(tally.streak_max, 5u);
  EXPECT_GT(tally.streak_max_ns, 0u);
}

TEST(Tally, AddsCountsAndKeepsMaxima) {
  Tally a;
  Tally b;
  a.ops = 1;
  b.ops = 2;
  a.retries_max = 7;
  b.retries_max = 3;
  a.add(b);
  EXPECT_EQ(a.ops, 3u);
  EXPECT_EQ(a.retries_max, 7u);
}

}  // namespace
}  // namespace lockgauge::measure
