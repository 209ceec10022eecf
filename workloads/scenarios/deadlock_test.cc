// What a cycle of rqspinlocks comes to, on a simulated machine: exact.

#include "workloads/scenarios/deadlock.h"
#include "workloads/scenarios/sim_trial_test.h"

namespace lockgauge::harness {
namespace {

using std::chrono::milliseconds;
constexpr std::uint64_t kMs_ns = 1'000'000;

class Deadlock : public SimTrialTest {
 protected:
  TrialResult trial(const char* backend, const char* cycle, int threads) const {
    return run("deadlock", backend, {{"cycle", {cycle}}}, threads,
               machine::Placement::kOnePerCore, milliseconds(600));
  }
};

std::uint64_t longest_failure_ns(const TrialResult& result) {
  return (*result.findings.latencies())[measure::Latency::kFailed].value_at(1,
                                                                            1);
}

TEST_F(Deadlock, OwnLockTwiceIsToldAtOnce) {
  const TrialResult result = trial("rqspinlock", "aa", 1);
  const measure::Tally sum = total(result);
  EXPECT_GT(sum.ops, 0u);
  EXPECT_EQ(sum.fail_deadlock, sum.ops);
  EXPECT_EQ(sum.real, sum.ops);
  EXPECT_LT(longest_failure_ns(result), 1000u);
}

TEST_F(Deadlock, TwoAreToldWhenTheyHaveWaitedForAMillisecond) {
  const TrialResult result = trial("rqspinlock", "abba", 2);
  const measure::Tally sum = total(result);
  EXPECT_GT(sum.fail_deadlock, 0u);
  EXPECT_LT(sum.fail_deadlock, sum.ops) << "one gives way, the other gets on";
  EXPECT_EQ(sum.fail_timeout, 0u);
  EXPECT_EQ(sum.spurious, 0u);
  EXPECT_GT(longest_failure_ns(result), kMs_ns);
  EXPECT_LT(longest_failure_ns(result), 3 * kMs_ns);
}

TEST_F(Deadlock, ThreeFindOutByTheirTimeoutOnly) {
  const TrialResult result = trial("rqspinlock", "abba", 3);
  const measure::Tally sum = total(result);
  EXPECT_EQ(sum.fail_deadlock, 0u);
  EXPECT_GT(sum.fail_timeout, 0u);
  EXPECT_EQ(sum.spurious, 0u);
  EXPECT_GE(longest_failure_ns(result), 250 * kMs_ns);
}

TEST_F(Deadlock, ThreadsHaveOneJobUnlessOneKeepsTheLock) {
  const auto differ = [](const char* cycle) {
    Parameters parameters;
    parameters.set("cycle", cycle);
    return scenario::deadlock::info().jobs(parameters).differ;
  };
  EXPECT_FALSE(differ("aa"));
  EXPECT_FALSE(differ("abba"));
  EXPECT_TRUE(differ("lost"));
  EXPECT_EQ(trial("rqspinlock", "lost", 1).skipped, "takes 2 threads or more");
}

TEST_F(Deadlock, ALostOwnerIsGivenUpByTimeout) {
  const TrialResult result = trial("rqspinlock", "lost", 2);
  const measure::Tally sum = total(result);
  EXPECT_EQ(result.threads[0].tally.ops, 0u) << "it keeps the lock";
  EXPECT_GT(sum.fail_timeout, 0u);
  EXPECT_EQ(sum.fail_timeout, sum.ops);
  EXPECT_EQ(sum.real, sum.ops);
  EXPECT_GE(longest_failure_ns(result), 250 * kMs_ns);
}

// As first posted, a replace takes two bucket locks in the order they come.
TEST_F(Deadlock, TwoOwnersThatReplaceAreInARealOne) {
  if (!compiled("rfc_v1")) GTEST_SKIP() << "this build is without rfc_v1";
  const measure::Tally sum =
      total(run("storage_churn", "rfc_v1", {{"share", {"bucket"}}}, 2,
                machine::Placement::kOnePerCore, milliseconds(20)));
  EXPECT_GT(sum.fail_deadlock, 0u);
  EXPECT_EQ(sum.real, sum.fail_deadlock);
  EXPECT_EQ(sum.spurious, 0u);
}

TEST_F(Deadlock, ALockThatNeverFailsIsSpared) {
  EXPECT_EQ(trial("qspinlock", "aa", 1).skipped,
            "qspinlock never fails: it would wait for ever");
}

}  // namespace
}  // namespace lockgauge::harness
