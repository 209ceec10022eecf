#ifndef LOCKGAUGE_WORKLOADS_HARNESS_HOST_TRIAL_H_
#define LOCKGAUGE_WORKLOADS_HARNESS_HOST_TRIAL_H_

#include "workloads/harness/trial.h"
#include "workloads/machine/topology.h"

namespace lockgauge::harness {

// Runs one trial on this machine: makes the workload on the node of the first
// thread, lets a pinned team run it for the duration, checks what it left. Any
// thread; one at a time, or they disturb each other.
TrialResult run_host_trial(const machine::Topology& topology,
                           const TrialSpec& spec);

}  // namespace lockgauge::harness

#endif  // LOCKGAUGE_WORKLOADS_HARNESS_HOST_TRIAL_H_
