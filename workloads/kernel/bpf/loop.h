#ifndef LOCKGAUGE_WORKLOADS_KERNEL_BPF_LOOP_H_
#define LOCKGAUGE_WORKLOADS_KERNEL_BPF_LOOP_H_

#include "kernel.h"
#include "shared.h"

// Mapped by the team in user space.
struct kernel_cell cells[kKernelThreads];
struct kernel_plan plan;
struct kernel_stop stop;

// What the turns of a loop are given.
struct loop {
  __u32 thread;
  struct bpf_sock* sk;    // of a program that has one
  struct inode* inode;  // likewise
};

static __always_inline struct kernel_cell* cell_of(__u32 thread) {
  return &cells[thread & (kKernelThreads - 1)];
}

// The current task's cell, or NULL if it is none of the first threads.
static __always_inline struct kernel_cell* cell_of_current(void) {
  const __u64 task = (__u64)bpf_get_current_task();
  for (__u32 thread = 0; thread < kTracedThreads; ++thread) {
    if (cells[thread].task == task) return &cells[thread];
  }
  return 0;
}

// Asked after every operation: what ends later does not count.
static __always_inline int stop_requested(void) {
  return *(volatile __u32*)&stop.requested;
}

// One run of a program: turns until its share is done or the window is over.
// The share bounds how long the kernel cannot be preempted.
static __always_inline int run_loop(void* turn, struct loop* loop) {
  ++cell_of(loop->thread)->runs;
  bpf_loop(plan.iterations, turn, loop, 0);
  return 0;
}

#endif  // LOCKGAUGE_WORKLOADS_KERNEL_BPF_LOOP_H_
