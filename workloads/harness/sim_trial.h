#ifndef LOCKGAUGE_WORKLOADS_HARNESS_SIM_TRIAL_H_
#define LOCKGAUGE_WORKLOADS_HARNESS_SIM_TRIAL_H_

#include "locks/platform/sim/description.h"
#include "workloads/harness/trial.h"
#include "workloads/machine/topology.h"

namespace lockgauge::harness {

// The same trial on a simulated machine, in its time. The same for the same
// description, specification and seed, on any host. `topology`: the machine's.
TrialResult run_sim_trial(const sim::Description& machine,
                          const machine::Topology& topology,
                          const TrialSpec& spec);

}  // namespace lockgauge::harness

#endif  // LOCKGAUGE_WORKLOADS_HARNESS_SIM_TRIAL_H_
