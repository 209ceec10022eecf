#ifndef LOCKGAUGE_WORKLOADS_KERNEL_BPF_SHARED_H_
#define LOCKGAUGE_WORKLOADS_KERNEL_BPF_SHARED_H_

#include <linux/types.h>

// What the programs in the kernel and the team in user space share, in C that
// both understand. It lies in the object's .bss, which the program maps.

enum {
  kKernelThreads = 256,     // most of a team; a power of two
  kTracedThreads = 4,        // that a program can tell by itself
  kKernelFcntl = 0x4c47,    // the command that starts inode programs
  kKernelLineBytes = 128,   // two lines: neighbours are prefetched in pairs
  kKernelRanks = 8,         // 1 + sim::kDistances, up to a power of two
  kKernelStallTurns = 1 << 20,  // of the busy loop, in one unit of a stall
};

// What one thread counted: measure::Tally, and what its loop remembers from one
// run of its program to the next. Written by its own thread alone, interrupts
// of it included.
struct kernel_cell {
  __u64 ops;
  __u64 attempts;
  __u64 ops_after[kKernelRanks];  // by the rank of who was there before
  __u64 fail_busy;
  __u64 fail_deadlock;
  __u64 fail_timeout;
  __u64 fail_again;
  __u64 fail_nomem;
  __u64 real;
  __u64 spurious;
  __u64 incidents;
  __u64 incident_cpu_ns;
  __u64 streak_max;
  __u64 streak_max_ns;
  __u64 interrupts;         // of its loop, each an attempt
  __u64 interrupts_inside;  // an operation of it

  __u64 runs;             // of its program
  __u64 sections;         // of the lock, those after the window included
  __u64 streak;           // length of the streak it is in
  __u64 streak_begin_ns;
  __u64 streak_begin_cpu_ns;
  __u64 there;            // its value exists
  __u64 random;
  __u64 task;             // whose cell it is: the task's address
  __s64 update_result;    // of the last bpf_local_storage_update()
  __u64 inside;           // its loop is inside an operation
  __u64 running;          // its loop runs
  __u64 stalled;          // thread 0 has had its long section
} __attribute__((aligned(kKernelLineBytes)));

// What all threads do, set before the window.
struct kernel_plan {
  __u32 iterations;  // most in one run of a program
  __u32 hold_turns;  // of the busy loop, inside the section
  __u32 think_turns;
  __u32 stalls;      // of kKernelStallTurns each, in thread 0's first section
  __u32 same_map;    // re-entry is into the same map
  // By thread and by 1 + the thread that had the section before (0: nobody): 0
  // for nobody and oneself, else 1 + the distance.
  __u8 ranks[kKernelThreads][kKernelThreads + 1];
} __attribute__((aligned(kKernelLineBytes)));

// Raised at the end of the window.
struct kernel_stop {
  __u32 requested;
} __attribute__((aligned(kKernelLineBytes)));

// What a lock guards.
struct kernel_section {
  __u64 visits;
  __u32 last;  // 1 + thread
};

#endif  // LOCKGAUGE_WORKLOADS_KERNEL_BPF_SHARED_H_
