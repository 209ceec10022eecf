// Every scenario on every backend that can be simulated, on a simulated machine:
// alone and with a thread on each CPU.

#include <gtest/gtest.h>

#include <string>

#include "locks/platform/sim/test_machines.h"
#include "workloads/harness/columns.h"
#include "workloads/harness/run_folder.h"
#include "workloads/harness/sim_trial.h"
#include "workloads/harness/totals.h"
#include "workloads/machine/simulated_topology.h"

namespace lockgauge::harness {
namespace {

class SimSmoke : public testing::TestWithParam<Case> {
 protected:
  TrialSpec spec(int threads, machine::Placement placement) const {
    const Case& subject = GetParam();
    return {&subject,
            combinations(subject.scenario->parameters, {}).front(),
            placement,
            machine::place(topology_, placement, threads),
            std::chrono::microseconds(subject.scenario->probes ? 1000 : 50),
            {},
            /*seed=*/1};
  }
  TrialResult run(const TrialSpec& spec) const {
    const TrialResult result = run_sim_trial(machine_, topology_, spec);
    EXPECT_EQ(result.error, "");
    EXPECT_EQ(result.skipped, unfit(spec));
    if (result.skipped.empty()) {
      EXPECT_GT(total(result).ops, 0u);
    }
    return result;
  }

  const sim::Description machine_ = sim::two_packages();
  const machine::Topology topology_ = machine::topology_of(machine_);
};

TEST_P(SimSmoke, Alone) {
  const auto result = run(spec(1, machine::Placement::kCompact));
  if (GetParam().scenario->interrupts) return;
  EXPECT_EQ(total(result).spurious, 0u);
  EXPECT_EQ(total(result).handovers(), 0u);
}

TEST_P(SimSmoke, TogetherAndAgainTheSame) {
  const TrialSpec together = spec(8, machine::Placement::kCompact);
  if (!unfit(together).empty()) {
    EXPECT_EQ(run(together).skipped, unfit(together));
    return;
  }
  const auto row = [&](const TrialSpec& one) {
    return csv_line(trial_row({"sim", "two_packages", 0, 0, 0}, one, run(one)));
  };
  EXPECT_EQ(row(together), row(together));
}

TEST_P(SimSmoke, MoreThreadsThanCpus) {
  if (!GetParam().excludes) return;
  TrialSpec crowded = spec(3, machine::Placement::kSameCpu);
  crowded.duration = std::chrono::milliseconds(10);
  run(crowded);
}

std::vector<Case> simulated_cases() {
  std::vector<Case> cases = all_cases();
  std::erase_if(cases, [](const Case& one) { return !one.sim; });
  return cases;
}

INSTANTIATE_TEST_SUITE_P(All, SimSmoke, testing::ValuesIn(simulated_cases()),
                         [](const auto& info) {
                           return info.param.scenario->name + "_" +
                                  std::string(info.param.backend);
                         });

}  // namespace
}  // namespace lockgauge::harness
