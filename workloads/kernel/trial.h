#ifndef LOCKGAUGE_WORKLOADS_KERNEL_TRIAL_H_
#define LOCKGAUGE_WORKLOADS_KERNEL_TRIAL_H_

#include "workloads/harness/trial.h"
#include "workloads/kernel/kernel.h"
#include "workloads/machine/topology.h"

namespace lockgauge::kernel {

// Runs one trial inside the running kernel: a pinned team, each thread starting
// its program again and again until the end of the window. What the kernel does
// not have or not allow is the reason of a skipped trial. One at a time.
harness::TrialResult run_trial(Kernel& kernel,
                               const machine::Topology& topology,
                               const harness::TrialSpec& spec);

}  // namespace lockgauge::kernel

#endif  // LOCKGAUGE_WORKLOADS_KERNEL_TRIAL_H_
