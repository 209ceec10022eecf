// What the shape of a load does, on a simulated machine.

#include <utility>

#include "workloads/measure/short_windows.h"
#include "workloads/scenarios/sim_trial_test.h"

namespace lockgauge::harness {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;

class Shapes : public SimTrialTest {
 protected:
  // Lines that move for a hand-over of handoff_data between two cores.
  double transfers(const char* lines, const char* think_ns) const {
    const TrialResult result =
        run("handoff_data", "qspinlock",
            {{"lines", {lines}}, {"think_ns", {think_ns}}}, 2,
            machine::Placement::kOnePerCore, milliseconds(5));
    return static_cast<double>(result.simulated->lines.all_transfers()) /
           static_cast<double>(total(result).handovers());
  }
  static double jain_short(const TrialResult& result) {
    return *measure::jain_short_ratio(
        total(result).windows, static_cast<int>(result.threads.size()));
  }
};

TEST_F(Shapes, SharedLinesComeAfterTheLockPrivateOnesStay) {
  EXPECT_NEAR(transfers("8", "0") - transfers("private-8", "0"), 8, 0.1);
}

TEST_F(Shapes, DataOnTheLocksLineComesWithItIfNobodyWaits) {
  constexpr const char* kRarely_ns = "exponential-20000";
  // Apart, it comes to be read, and again to be written.
  EXPECT_NEAR(transfers("0", kRarely_ns) - transfers("beside-0", kRarely_ns), 2,
              0.1);
}

TEST_F(Shapes, ALockOnAnotherNodeNeedsNodes) {
  const TrialResult result =
      run("handoff_data", "qspinlock", {{"home", {"1"}}}, 2,
          machine::Placement::kCompact, microseconds(50));
  EXPECT_EQ(result.skipped, "home=1: NUMA nodes here, counted from 0: 1");
}

TEST_F(Shapes, DrawnHoldsTakeAsLongTogether) {
  const auto ops = [&](const char* hold_ns) {
    return static_cast<double>(
        total(run("handoff", "qspinlock", {{"hold_ns", {hold_ns}}}, 1,
                  machine::Placement::kCompact, milliseconds(20)))
            .ops);
  };
  const double fixed = ops("1000");
  EXPECT_NEAR(ops("exponential-1000") / fixed, 1, 0.01);
  EXPECT_NEAR(ops("bimodal-1000") / fixed, 1, 0.01);
}

TEST_F(Shapes, APhaseBringsEachThreadBackOnceAndAllAtOnce) {
  const auto trial = [&](const char* think_ns) {
    return run("handoff", "qspinlock", {{"think_ns", {think_ns}}}, 4,
               machine::Placement::kOnePerCore, milliseconds(1));
  };
  const TrialResult phases = trial("phase-10000");
  for (const ThreadResult& thread : phases.threads) {
    EXPECT_NEAR(static_cast<double>(thread.tally.ops), 100, 1);
  }
  EXPECT_GT(phases.simulated->lines.contended_ps,
            10 * trial("exponential-10000").simulated->lines.contended_ps);
}

TEST_F(Shapes, RetriesHaveADistribution) {
  const TrialResult result =
      run("same_cpu", "percpu_busy",
          {{"caller", {"retry"}}, {"think_ns", {"10000"}}}, 2,
          machine::Placement::kSameCpu, milliseconds(50));
  const auto found = [&](const char* column) {
    return *result.findings.get(column);
  };
  const measure::Tally sum = total(result);
  EXPECT_GT(found("retried_count"), 0);
  EXPECT_LE(found("retries_p50_count"), found("retries_p99_count"));
  EXPECT_LE(found("retries_p99_count"), static_cast<double>(sum.retries_max));
  EXPECT_GE(static_cast<double>(sum.retries), found("retried_count"));
}

// A pair meets each call, again and again: values come and go.
TEST_F(Shapes, AMixKeepsWriting) {
  const auto from = [&](milliseconds duration) {
    const TrialResult result =
        run("storage_mix", "qspinlock",
            {{"owners", {"10"}}, {"maps", {"4"}}, {"writes_percent", {"50"}}},
            1, machine::Placement::kCompact, duration);
    return std::pair(static_cast<double>(result.simulated->accesses),
                     static_cast<double>(total(result).ops));
  };
  const auto [accesses, ops] = from(milliseconds(1));
  const auto [all_accesses, all_ops] = from(milliseconds(10));
  EXPECT_GT(all_ops, 40 * 512) << "rounds of the picks";
  EXPECT_NEAR((all_accesses - accesses) / (all_ops - ops), accesses / ops,
              0.1 * accesses / ops);
}

TEST_F(Shapes, AQueuedLockIsFairInShortWindowsOneThatIsKeptIsNot) {
  if (!compiled("raw_spin")) GTEST_SKIP() << "this build is without raw_spin";
  const auto jain = [&](const char* backend) {
    return jain_short(run("handoff", backend, {}, 2,
                          machine::Placement::kScatter, milliseconds(1)));
  };
  EXPECT_GT(jain("qspinlock"), 0.95);
  EXPECT_LT(jain("raw_spin"), 0.8);
}

TEST_F(Shapes, HoldersArePreemptedWhereTheMachineLetsThem) {
  const auto preempted = [&] {
    return *run("handoff_latency", "qspinlock",
                {{"arrivals", {"closed"}}, {"hold_ns", {"10000"}}}, 2,
                machine::Placement::kSameCpu, milliseconds(50))
                .findings.get("preempted_sections_count");
  };
  machine_.scheduling.preemption = sim::Preemption::kKernel;
  EXPECT_EQ(preempted(), 0);
  machine_.scheduling.preemption = sim::Preemption::kUser;
  EXPECT_GT(preempted(), 0);
}

TEST_F(Shapes, FavouritesAreWaitedFor) {
  const auto contended = [&](const char* skew_percent) {
    const TrialResult result =
        run("storage_mix", "qspinlock",
            {{"skew_percent", {skew_percent}}, {"writes_percent", {"50"}}}, 8,
            machine::Placement::kOnePerCore, microseconds(200));
    return static_cast<double>(result.simulated->lines.contended_ps) /
           static_cast<double>(total(result).ops);
  };
  EXPECT_GT(contended("150"), 1.5 * contended("0"));
}

}  // namespace
}  // namespace lockgauge::harness
