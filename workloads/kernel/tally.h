#ifndef LOCKGAUGE_WORKLOADS_KERNEL_TALLY_H_
#define LOCKGAUGE_WORKLOADS_KERNEL_TALLY_H_

#include "workloads/kernel/bpf/shared.h"
#include "workloads/measure/tally.h"

namespace lockgauge::kernel {

// What a thread's cell comes to. REQUIRES: its program does not run.
measure::Tally tally_of(const kernel_cell& cell);

}  // namespace lockgauge::kernel

#endif  // LOCKGAUGE_WORKLOADS_KERNEL_TALLY_H_
