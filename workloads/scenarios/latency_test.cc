// What latency scenarios find, on a simulated machine.

#include <string>

#include "workloads/scenarios/sim_trial_test.h"

namespace lockgauge::harness {
namespace {

using measure::Latency;

class LatencyTest : public SimTrialTest {
 protected:
  TrialResult run(const std::string& scenario, const std::string& backend,
                  const Settings& settings, int threads,
                  machine::Placement placement,
                  std::chrono::nanoseconds duration) {
    const TrialResult result = SimTrialTest::run(scenario, backend, settings,
                                              threads, placement, duration);
    EXPECT_EQ(result.skipped, "");
    return result;
  }
  static double us(const TrialResult& result, Latency kind, int per_mille) {
    const auto& histogram = (*result.findings.latencies())[kind];
    return static_cast<double>(histogram.value_at(per_mille, 1000)) / 1000;
  }
};

// The same lock, the same thread that stays in it for 10 ms.
class StallTest : public LatencyTest {
 protected:
  TrialResult run(const std::string& arrivals) {
    return LatencyTest::run("handoff_latency", "qspinlock",
                            {{"arrivals", {arrivals}},
                             {"rate_per_s", {"20000"}},
                             {"stall_ns", {"10000000"}},
                             {"think_ns", {"2000"}}},
                            2, machine::Placement::kCompact,
                            std::chrono::milliseconds(50));
  }
};

TEST_F(StallTest, IsOneLongWaitToAClosedLoop) {
  const TrialResult closed = run("closed");
  EXPECT_GT(total(closed).ops, 10'000u);
  EXPECT_LT(us(closed, Latency::kWait, 999), 10);
  EXPECT_GT(us(closed, Latency::kWait, 1000), 9'900);
  EXPECT_FALSE(closed.findings.get("unserved_count"));
}

TEST_F(StallTest, IsAFifthOfAllWaitsToAnOpenLoop) {
  for (const char* arrivals : {"fixed", "poisson"}) {
    const TrialResult open = run(arrivals);
    EXPECT_NEAR(static_cast<double>(total(open).ops), 1000, 70) << arrivals;
    EXPECT_LT(us(open, Latency::kWait, 500), 10) << arrivals;
    EXPECT_NEAR(us(open, Latency::kWait, 900), 5'000, 1'000) << arrivals;
    EXPECT_GT(us(open, Latency::kWait, 999), 9'500) << arrivals;
    EXPECT_LT(*open.findings.get("unserved_count"), 5) << arrivals;
  }
}

TEST_F(LatencyTest, WhatARateTooHighLeavesUndoneIsCounted) {
  const TrialResult open = run("handoff_latency", "qspinlock",
                               {{"arrivals", {"fixed"}},
                                {"rate_per_s", {"1000000"}},
                                {"hold_ns", {"10000"}}},
                               1, machine::Placement::kCompact,
                               std::chrono::milliseconds(10));
  const auto served = static_cast<double>(total(open).ops);
  EXPECT_LT(served, 1'100);
  EXPECT_NEAR(served + *open.findings.get("unserved_count"), 10'000, 20);
}

TEST_F(LatencyTest, ArrivalsWaitForNoThreadAndEndWithTheWindow) {
  // Most of the time of the window most threads wait for the CPU.
  constexpr int kThreads = 8;
  const TrialResult open = run("handoff_latency", "qspinlock",
                               {{"arrivals", {"fixed"}},
                                {"rate_per_s", {"8000"}},
                                {"hold_ns", {"1000000"}}},
                               kThreads, machine::Placement::kSameCpu,
                               std::chrono::milliseconds(10));
  EXPECT_NEAR(static_cast<double>(total(open).ops) +
                  *open.findings.get("unserved_count"),
              80, kThreads);
}

TEST_F(LatencyTest, FailuresAreApart) {
  const TrialResult result = run("handoff_latency", "percpu_busy",
                                 {{"arrivals", {"closed"}},
                                  {"hold_ns", {"2000"}}},
                                 4, machine::Placement::kSameCpu,
                                 std::chrono::milliseconds(50));
  const auto& latencies = *result.findings.latencies();
  const measure::Tally sum = total(result);
  EXPECT_GT(sum.fail_busy, 0u);
  EXPECT_EQ(latencies[Latency::kFailed].count(), sum.fail_busy);
  EXPECT_EQ(latencies[Latency::kWait].count(), sum.ops);
  EXPECT_EQ(latencies[Latency::kHold].count(), sum.ops);
  EXPECT_GE(us(result, Latency::kHold, 0), 2);
}

TEST_F(LatencyTest, AFreeLockCostsMoreTheFartherItsLastHolderWas) {
  const auto take_ns = [&](int threads, machine::Placement placement) {
    const TrialResult result =
        run("remote_uncontested", "qspinlock", {}, threads, placement,
            std::chrono::microseconds(100));
    EXPECT_GT(total(result).ops, 100u);
    // Nobody was there to wait for: all take the same time.
    EXPECT_LT(us(result, Latency::kWait, 999),
              1.2 * us(result, Latency::kWait, 100));
    return us(result, Latency::kWait, 500);
  };
  const double own = take_ns(1, machine::Placement::kCompact);
  const double near = take_ns(2, machine::Placement::kCompact);
  const double far = take_ns(2, machine::Placement::kScatter);
  EXPECT_LT(own, near);
  EXPECT_LT(near, far);
}

TEST_F(LatencyTest, EveryTwoCpusAreProbedOnceIfThereIsTime) {
  const auto pairs = [&](std::chrono::nanoseconds duration) {
    return run("core_to_core", "no_lock", {}, 4, machine::Placement::kScatter,
               duration)
        .findings.one_ways;
  };
  const auto all = pairs(std::chrono::milliseconds(10));
  EXPECT_EQ(all.size(), 6u);
  for (const OneWay& pair : all) {
    EXPECT_LT(pair.from_thread, pair.to_thread);
    EXPECT_GT(pair.one_way_ns, 0);
  }
  const auto some = pairs(std::chrono::microseconds(500));
  EXPECT_GT(some.size(), 0u);
  EXPECT_LT(some.size(), 6u);
}

}  // namespace
}  // namespace lockgauge::harness
