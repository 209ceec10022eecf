// Every scenario on every backend, for a moment: alone, in a team on different
// CPUs, and with more threads than CPUs.

#include <gtest/gtest.h>

#include <string>

#include "workloads/harness/host_trial.h"
#include "workloads/harness/totals.h"

namespace lockgauge::harness {
namespace {

const machine::Topology& topology() {
  static const auto topology = machine::Topology::of_this_machine();
  return topology;
}

class Smoke : public testing::TestWithParam<Case> {
 protected:
  // The first value of each parameter.
  static TrialSpec spec(int threads, machine::Placement placement) {
    const Case& subject = GetParam();
    return {&subject,
            combinations(subject.scenario->parameters, {}).front(),
            placement,
            machine::place(topology(), placement, threads),
            std::chrono::milliseconds(2),
            {}};
  }

  static TrialResult run(int threads, machine::Placement placement) {
    const host::Thread self;
    const TrialResult result =
        run_host_trial(topology(), spec(threads, placement));
    EXPECT_EQ(result.error, "");
    EXPECT_EQ(result.skipped, unfit(spec(threads, placement)));
    return result;
  }
};

TEST_P(Smoke, Alone) {
  TrialResult result;
  // On a busy machine the team may not get to run within a window at all.
  do {
    result = run(1, machine::Placement::kCompact);
  } while (total(result).ops == 0 && result.skipped.empty() && !HasFailure());
  const ScenarioInfo& scenario = *GetParam().scenario;
  if (!result.skipped.empty() || scenario.interrupts || scenario.cycles) return;
  EXPECT_EQ(result.preemption, "native");
  EXPECT_EQ(total(result).spurious, 0u);
  EXPECT_EQ(total(result).real, 0u);
}

TEST_P(Smoke, Together) {
  const auto cpus = static_cast<int>(topology().cpus().size());
  if (cpus < 2) GTEST_SKIP() << "this machine lets us use one CPU only";
  run(2, machine::Placement::kCompact);
}

TEST_P(Smoke, MoreThreadsThanCpus) {
  const TrialResult result = run(3, machine::Placement::kSameCpu);
  if (!result.skipped.empty()) return;
  EXPECT_EQ(result.preemption, GetParam().spins ? "token" : "native");
  EXPECT_FALSE(result.core_to_core_before_ns.has_value());
}

INSTANTIATE_TEST_SUITE_P(All, Smoke, testing::ValuesIn(all_cases()),
                         [](const auto& info) {
                           return info.param.scenario->name + "_" +
                                  std::string(info.param.backend);
                         });

}  // namespace
}  // namespace lockgauge::harness
