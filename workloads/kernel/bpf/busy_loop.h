#ifndef LOCKGAUGE_WORKLOADS_KERNEL_BPF_BUSY_LOOP_H_
#define LOCKGAUGE_WORKLOADS_KERNEL_BPF_BUSY_LOOP_H_

#include "loop.h"

// Work that touches no memory. An open-coded iterator, because nothing else
// that loops may be called while a lock is held.
static __always_inline void busy_loop(__u32 turns) {
  struct bpf_iter_num it;
  if (turns == 0 || !bpf_iter_num_new) return;
  bpf_iter_num_new(&it, 0, turns);
  while (bpf_iter_num_next(&it)) {
  }
  bpf_iter_num_destroy(&it);
}

// For longer than an iterator goes; not beyond the window.
static __always_inline void stall(__u32 stalls) {
  struct bpf_iter_num it;
  if (stalls == 0 || !bpf_iter_num_new) return;
  bpf_iter_num_new(&it, 0, stalls);
  while (bpf_iter_num_next(&it) && !stop_requested()) {
    busy_loop(kKernelStallTurns);
  }
  bpf_iter_num_destroy(&it);
}

#endif  // LOCKGAUGE_WORKLOADS_KERNEL_BPF_BUSY_LOOP_H_
