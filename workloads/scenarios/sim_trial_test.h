#ifndef LOCKGAUGE_WORKLOADS_SCENARIOS_SIM_TRIAL_TEST_H_
#define LOCKGAUGE_WORKLOADS_SCENARIOS_SIM_TRIAL_TEST_H_

// For tests only.

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <stdexcept>
#include <string>
#include <vector>

#include "locks/platform/sim/test_machines.h"
#include "workloads/harness/sim_trial.h"
#include "workloads/harness/totals.h"
#include "workloads/machine/simulated_topology.h"

namespace lockgauge::harness {

// Trials on a simulated machine of two packages: exact, whatever else this
// computer does.
class SimTrialTest : public testing::Test {
 protected:
  // LOCKGAUGE_SCENARIO_BACKENDS may leave backends out.
  bool compiled(const std::string& backend) const {
    return std::any_of(cases_.begin(), cases_.end(), [&](const Case& one) {
      return one.backend == backend;
    });
  }
  TrialResult run(const std::string& scenario, const std::string& backend,
                  const Settings& settings, int threads,
                  machine::Placement placement,
                  std::chrono::nanoseconds duration) const {
    const auto found = std::find_if(
        cases_.begin(), cases_.end(), [&](const Case& one) {
          return one.scenario->name == scenario && one.backend == backend;
        });
    if (found == cases_.end()) {
      throw std::invalid_argument("this build is without " + backend);
    }
    const TrialResult result = run_sim_trial(
        machine_, topology_,
        {&*found, combinations(found->scenario->parameters, settings).front(),
         placement, machine::place(topology_, placement, threads), duration,
         {}});
    EXPECT_EQ(result.error, "");
    return result;
  }

  const std::vector<Case> cases_ = all_cases();
  sim::Description machine_ = sim::two_packages();
  const machine::Topology topology_ = machine::topology_of(machine_);
};

}  // namespace lockgauge::harness

#endif  // LOCKGAUGE_WORKLOADS_SCENARIOS_SIM_TRIAL_TEST_H_
