// What a cycle of rqspinlocks comes to, on a simulated machine: exact.

#include <gtest/gtest.h>

#include <algorithm>

#include "locks/platform/sim/test_machines.h"
#include "workloads/harness/sim_trial.h"
#include "workloads/harness/totals.h"
#include "workloads/machine/simulated_topology.h"

namespace lockgauge::harness {
namespace {

using std::chrono::milliseconds;
constexpr std::uint64_t kMs_ns = 1'000'000;

TrialResult trial(std::string_view backend, const char* cycle, int threads) {
  static const sim::Description machine = sim::two_packages();
  static const machine::Topology topology = machine::topology_of(machine);
  static const std::vector<Case> cases = all_cases();
  const auto subject =
      std::find_if(cases.begin(), cases.end(), [&](const Case& one) {
        return one.scenario->name == "deadlock" && one.backend == backend;
      });
  const auto parameters = combinations(subject->scenario->parameters,
                                       {{"cycle", {cycle}}});
  const auto placement = machine::Placement::kOnePerCore;
  return run_sim_trial(machine, topology,
                       {&*subject, parameters.front(), placement,
                        machine::place(topology, placement, threads),
                        milliseconds(600), {}, /*seed=*/1});
}

std::uint64_t longest_failure_ns(const TrialResult& result) {
  return (*result.findings.latencies())[measure::Latency::kFailed].value_at(1,
                                                                            1);
}

TEST(Deadlock, OwnLockTwiceIsToldAtOnce) {
  const TrialResult result = trial("rqspinlock", "aa", 1);
  const measure::Tally sum = total(result);
  EXPECT_GT(sum.ops, 0u);
  EXPECT_EQ(sum.fail_deadlock, sum.ops);
  EXPECT_EQ(sum.real, sum.ops);
  EXPECT_LT(longest_failure_ns(result), 1000u);
}

TEST(Deadlock, TwoAreToldWhenTheyHaveWaitedForAMillisecond) {
  const TrialResult result = trial("rqspinlock", "abba", 2);
  const measure::Tally sum = total(result);
  EXPECT_GT(sum.fail_deadlock, 0u);
  EXPECT_LT(sum.fail_deadlock, sum.ops) << "one gives way, the other gets on";
  EXPECT_EQ(sum.fail_timeout, 0u);
  EXPECT_EQ(sum.spurious, 0u);
  EXPECT_GT(longest_failure_ns(result), kMs_ns);
  EXPECT_LT(longest_failure_ns(result), 3 * kMs_ns);
}

TEST(Deadlock, ThreeFindOutByTheirTimeoutOnly) {
  const TrialResult result = trial("rqspinlock", "abba", 3);
  const measure::Tally sum = total(result);
  EXPECT_EQ(sum.fail_deadlock, 0u);
  EXPECT_GT(sum.fail_timeout, 0u);
  EXPECT_EQ(sum.spurious, 0u);
  EXPECT_GE(longest_failure_ns(result), 250 * kMs_ns);
}

TEST(Deadlock, ALockThatNeverFailsIsSpared) {
  EXPECT_EQ(trial("qspinlock", "aa", 1).skipped,
            "qspinlock never fails: it would wait for ever");
}

}  // namespace
}  // namespace lockgauge::harness
