#include "workloads/measure/stamps.h"

#include <gtest/gtest.h>

#include <memory>

#include "workloads/measure/arrivals.h"

namespace lockgauge::measure {
namespace stamps_test {

// A clock that the test sets; waiting takes 1 ns a turn.
struct Scripted {
  static inline std::uint64_t clock_ns = 0;
  static std::uint64_t now_ns() { return clock_ns; }
  static void relax() { ++clock_ns; }
  static void compiler_barrier() {}
};

}  // namespace stamps_test

template <>
struct World<stamps_test::Scripted> {
  static std::uint64_t stamp_ns() { return stamps_test::Scripted::now_ns(); }
  struct PreemptionWatch {
    void begin() { began_with = taken; }
    bool preempted() const { return taken != began_with; }
    static inline int taken = 0;  // times the CPU was
    int began_with = 0;
  };
};

namespace {

using stamps_test::Scripted;

struct Stop {
  bool requested() const { return is_requested; }
  bool is_requested = false;
};

class StampsTest : public testing::Test {
 protected:
  StampsTest() { Scripted::clock_ns = 1'000'000; }

  // 1000 operations of 100 ns, but the first of them of 10'000'000.
  template <class Loop>
  void run_with_a_stall(Loop loop) {
    Stamps<Scripted, Loop> stamps(loop, *recorder_);
    for (int i = 0; i < 1000; ++i) {
      stamps.begin(Stop());
      Scripted::clock_ns += i == 0 ? 10'000'000 : 100;
      stamps.end();
      stamps.operation(true);
    }
  }
  std::uint64_t per_mille(Latency kind, int part) {
    return recorder_->latencies()[kind].value_at(part, 1000);
  }

  const std::unique_ptr<LatencyRecorder> recorder_ =
      std::make_unique<LatencyRecorder>();
};

TEST_F(StampsTest, AClosedLoopMeetsAStallOnce) {
  run_with_a_stall(ClosedLoop<Scripted>());
  EXPECT_EQ(per_mille(Latency::kOperation, 500), 100u);
  EXPECT_EQ(per_mille(Latency::kOperation, 999), 100u);
  EXPECT_EQ(per_mille(Latency::kOperation, 1000), 10'000'000u);
}

TEST_F(StampsTest, AnOpenLoopMeetsItAsOftenAsOperationsWereDue) {
  // Due every 50 us: the stall makes 200 of them late, by 10 ms to nothing.
  const auto gaps = Lengths(Shape::kFixed, 50'000, Random(1, 0));
  run_with_a_stall(OpenLoop<Scripted>(gaps, Scripted::now_ns()));
  EXPECT_EQ(per_mille(Latency::kOperation, 500), 100u);
  EXPECT_NEAR(static_cast<double>(per_mille(Latency::kOperation, 900)), 5e6,
              5e6 / 100);
  EXPECT_NEAR(static_cast<double>(per_mille(Latency::kOperation, 999)), 10e6,
              10e6 / 100);
  EXPECT_EQ(per_mille(Latency::kOperation, 1000), 10'000'000u);
}

TEST_F(StampsTest, ASectionHasWaitAndHoldTimesAFailureItsOwn) {
  ClosedLoop<Scripted> loop;
  Stamps<Scripted, ClosedLoop<Scripted>> stamps(loop, *recorder_);
  stamps.begin(Stop());
  Scripted::clock_ns += 70;
  stamps.acquired();
  Scripted::clock_ns += 30;
  stamps.end();
  stamps.section(true);
  stamps.begin(Stop());
  Scripted::clock_ns += 55;
  stamps.end();
  stamps.section(false);
  stamps.operation(false);
  EXPECT_EQ(per_mille(Latency::kWait, 1000), 70u);
  EXPECT_EQ(per_mille(Latency::kHold, 1000), 30u);
  EXPECT_EQ(per_mille(Latency::kFailed, 1000), 55u);
  EXPECT_EQ(recorder_->latencies()[Latency::kWait].count(), 1u);
  EXPECT_EQ(recorder_->latencies()[Latency::kFailed].count(), 2u);
  EXPECT_EQ(recorder_->latencies()[Latency::kOperation].count(), 0u);
}

TEST_F(StampsTest, ASectionIsPreemptedWhereItsHolderIs) {
  auto& taken = World<Scripted>::PreemptionWatch::taken;
  ClosedLoop<Scripted> loop;
  Stamps<Scripted, ClosedLoop<Scripted>> stamps(loop, *recorder_);
  for (const bool while_held : {false, true, false}) {
    stamps.begin(Stop());
    ++taken;  // while it waits: nobody else is kept
    stamps.acquired();
    taken += while_held;
    stamps.releasing();
    ++taken;  // by whom it wakes
    stamps.end();
    stamps.section(true);
  }
  EXPECT_EQ(recorder_->preempted(), 1u);
}

TEST_F(StampsTest, EveryLatencyIsThereOnce) {
  for (std::uint64_t ns = 0; ns < 200; ++ns) {
    recorder_->record(Latency::kOperation, ns);
    ASSERT_EQ(recorder_->latencies()[Latency::kOperation].count(), ns + 1);
  }
  recorder_->latencies()[Latency::kOperation].for_each(
      [](const Histogram::Bucket& bucket) { EXPECT_EQ(bucket.count, 1u); });
}

TEST_F(StampsTest, NobodyWaitsForAnArrivalAfterTheEnd) {
  const auto gaps = Lengths(Shape::kFixed, 1e9, Random(1, 0));
  OpenLoop<Scripted> loop(gaps, Scripted::now_ns());
  EXPECT_EQ(loop.next_ns(Stop{true}), 1'001'000'000u);
  EXPECT_EQ(Scripted::now_ns(), 1'000'000u);
}

TEST_F(StampsTest, WhatWasDueIsCounted) {
  const auto gaps = Lengths(Shape::kExponential, 1000, Random(/*seed=*/1, 0));
  OpenLoop<Scripted> counted(gaps, 0);
  std::uint64_t due_ns = counted.next_ns(Stop());
  EXPECT_EQ(counted.due(due_ns - 1), 0u);
  // Over several rounds of the gaps, against going there one by one.
  OpenLoop<Scripted> stepped = counted;
  for (std::uint64_t steps = 1; steps < 3 * gaps.size(); ++steps) {
    ASSERT_EQ(counted.due(due_ns), steps);
    due_ns = stepped.next_ns(Stop{true});
  }
}

}  // namespace
}  // namespace lockgauge::measure
