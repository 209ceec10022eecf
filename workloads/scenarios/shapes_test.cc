// What the shape of a load does, on a simulated machine.

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
  EXPECT_EQ(result.skipped, "home: simulated memory has no node");
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

TEST_F(Shapes, APhaseBringsEachThreadBackOnce) {
  const TrialResult result =
      run("handoff", "qspinlock", {{"think_ns", {"phase-10000"}}}, 4,
          machine::Placement::kOnePerCore, milliseconds(1));
  for (const ThreadResult& thread : result.threads) {
    EXPECT_NEAR(static_cast<double>(thread.tally.ops), 100, 1);
  }
}

TEST_F(Shapes, AQueuedLockIsFairInShortWindowsOneThatIsKeptIsNot) {
  const auto jain = [&](const char* backend) {
    return jain_short(run("handoff", backend, {}, 2,
                          machine::Placement::kScatter, milliseconds(1)));
  };
  EXPECT_GT(jain("qspinlock"), 0.95);
  EXPECT_LT(jain("raw_spin"), 0.8);
}

TEST_F(Shapes, HoldersArePreemptedWhereTheMachineLetsThem) {
  const auto preempted = [&] {
    return *run("handoff_latency", "raw_spin",
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
