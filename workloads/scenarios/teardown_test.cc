// What the scenario `teardown` says of the forms of teardown, on a simulated
// machine: whose locks fail, and what then stays.

#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "locks/platform/sim/test_machines.h"
#include "workloads/harness/sim_trial.h"
#include "workloads/harness/totals.h"
#include "workloads/machine/simulated_topology.h"

namespace lockgauge::harness {
namespace {

using std::chrono::milliseconds;
using std::chrono::nanoseconds;

class Teardown : public testing::TestWithParam<Case> {
 protected:
  // Half the owners die, half the maps are freed. No error: nothing was freed
  // twice, and without a failure nothing is left.
  Findings run(int threads, const Settings& settings,
               nanoseconds duration = std::chrono::microseconds(300)) const {
    const Case& subject = GetParam();
    const auto placement = machine::Placement::kOnePerCore;
    const TrialResult result = run_sim_trial(
        machine_, topology_,
        {&subject,
         combinations(subject.scenario->parameters, settings).front(),
         placement,
         machine::place(topology_, placement, threads),
         duration,
         {},
         /*seed=*/1});
    EXPECT_EQ(result.error, "");
    EXPECT_GT(total(result).ops, 0u);
    return result.findings;
  }
  Findings run_with_faults() {
    return run(4, {{"fail_ppm", {"200000"}}});
  }
  Findings run_with_a_stall(const std::string& where) {
    return run(4, {{"stall", {where}}, {"think_ns", {"1000000"}}},
               milliseconds(600));
  }

  bool is(const std::string& backend) const {
    return GetParam().backend == backend;
  }
  // The form that was posted first, which takes success for granted.
  bool asserts() const {
    return is("rqspinlock_gated") || is("gate_removed") || is("rfc_v1");
  }
  bool fails() const { return run(1, {}).get("faults_count").has_value(); }
  // Of 300 ms. A test-and-set lock is patient for a second.
  bool waits_for_a_stall() const {
    return !fails() || is("v2") || is("rqspinlock_virt");
  }

  const sim::Description machine_ = sim::two_packages();
  const machine::Topology topology_ = machine::topology_of(machine_);
};

double count(const Findings& findings, const std::string& what) {
  return findings.get(what + "_count").value_or(-1);
}

TEST_P(Teardown, WithoutFailuresNothingIsLeft) {
  if (!GetParam().excludes) return;
  const Findings findings = run(4, {});
  EXPECT_EQ(count(findings, "teardown_failures"), 0);
  EXPECT_EQ(count(findings, "leaked_elements"), 0);
  EXPECT_EQ(count(findings, "leaked_storages"), 0);
  EXPECT_EQ(count(findings, "leaked_fields"), 0);
  EXPECT_EQ(findings.get("leaked_bytes"), 0);
  EXPECT_EQ(findings.get("charge_left_bytes"), 0);
  // map_free leaves all elements of living owners to them.
  EXPECT_EQ(count(findings, "lingering_elements") > 0, is("v3"));
  EXPECT_GT(findings.get("map_free_p50_ns"), findings.get("destroy_p50_ns"));
}

// What is lost, if locks fail, in which form: storage/README.md.
TEST_P(Teardown, FaultsLeaveWhatTheFormSays) {
  if (!GetParam().excludes) return;
  const Findings findings = run_with_faults();
  const bool loses = asserts() || is("v3") || is("merged");
  EXPECT_EQ(findings.get("faults_count").value_or(0) > 0, fails());
  EXPECT_EQ(count(findings, "leaked_elements") > 0, loses);
  EXPECT_EQ(count(findings, "leaked_fields") > 0, loses);
  EXPECT_EQ(findings.get("leaked_bytes") > 0, loses);
  EXPECT_EQ(findings.get("charge_left_bytes") > 0, asserts());
  EXPECT_EQ(count(findings, "teardown_warnings") > 0,
            asserts() || is("merged"));
  EXPECT_EQ(count(findings, "teardown_retries") > 0, is("v2"));
  EXPECT_EQ(count(findings, "lingering_elements") > 0, fails() && !is("v2"));
}

// A holder that is away for longer than rqspinlock waits, and its owner lives.
TEST_P(Teardown, MapFreeGivesUpWaitingForAnOwnersLock) {
  if (!GetParam().excludes) return;
  const Findings findings = run_with_a_stall("owner");
  const bool waits = waits_for_a_stall();
  if (is("v3")) {
    EXPECT_LT(findings.get("map_free_max_ns"), 1e6) << "it asks for none";
  } else {
    EXPECT_GT(findings.get("map_free_max_ns"), waits ? 299e6 : 249e6);
    EXPECT_EQ(count(findings, "lingering_elements") > 0, !waits);
  }
  EXPECT_EQ(count(findings, "leaked_elements") > 0, asserts());
  EXPECT_EQ(findings.get("charge_left_bytes") > 0, asserts());
}

TEST_P(Teardown, DestroyGivesUpWaitingForABucketsLock) {
  if (!GetParam().excludes) return;
  const Findings findings = run_with_a_stall("bucket");
  const bool waits = waits_for_a_stall();
  EXPECT_GT(findings.get("destroy_max_ns"), waits ? 299e6 : 249e6);
  // What destroy did not take off the bucket, map_free did; but where destroy
  // keeps the owner's lock meanwhile, map_free may have missed that one.
  if (asserts()) return;
  EXPECT_EQ(count(findings, "leaked_elements"), 0);
  EXPECT_EQ(findings.get("charge_left_bytes"), 0);
}

TEST_P(Teardown, RunsAgainTheSame) {
  if (!GetParam().excludes) return;
  const Findings first = run_with_faults();
  const Findings second = run_with_faults();
  for (const std::string_view column : finding_columns()) {
    EXPECT_EQ(first.get(column), second.get(column)) << column;
  }
}

std::vector<Case> simulated_teardowns() {
  std::vector<Case> cases = all_cases();
  std::erase_if(cases, [](const Case& one) {
    return !one.sim || one.scenario->name != "teardown";
  });
  return cases;
}

INSTANTIATE_TEST_SUITE_P(All, Teardown,
                         testing::ValuesIn(simulated_teardowns()),
                         [](const auto& info) {
                           return std::string(info.param.backend);
                         });

}  // namespace
}  // namespace lockgauge::harness
