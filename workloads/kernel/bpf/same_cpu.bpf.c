// Threads on one CPU, each creating and deleting a value of its own:
// scenarios/same_cpu.h inside the kernel. At the entry of functions that exist
// for test_run alone, because there a program can be preempted and its helpers
// take the busy counter or give up. A program for each thread: one that is
// entered again on its CPU is skipped by the kernel.

#include "busy_loop.h"
#include "traced.h"

STORAGE_MAP(same_cpu_map, BPF_MAP_TYPE_TASK_STORAGE);
// A cgroup is the owner of all: each thread's value is in a map of its own. One
// value stays, or the owner's storage would come and go under the others, which
// is a reason to be refused.
STORAGE_MAP(same_cpu_stays, kMapTypeCgrpStorage);

// Clocks are read at the ends of a streak only. The scheduler accounts CPU time
// at its ticks and switches: good to a tick.
static __always_inline void streak_failed(struct kernel_cell* cell) {
  if (cell->streak++ > 0) return;
  cell->streak_begin_ns = bpf_ktime_get_ns();
  cell->streak_begin_cpu_ns =
      bpf_get_current_task_btf()->se.sum_exec_runtime;
}

static __always_inline void streak_over(struct kernel_cell* cell) {
  __u64 ns;
  if (cell->streak == 0) return;
  ns = bpf_ktime_get_ns() - cell->streak_begin_ns;
  ++cell->incidents;
  cell->incident_cpu_ns += bpf_get_current_task_btf()->se.sum_exec_runtime -
                           cell->streak_begin_cpu_ns;
  if (cell->streak > cell->streak_max) cell->streak_max = cell->streak;
  if (ns > cell->streak_max_ns) cell->streak_max_ns = ns;
  cell->streak = 0;
}

// After an attempt. Nonzero: the window is over.
static __always_inline long count_same_cpu(struct kernel_cell* cell,
                                           long error) {
  const __u64 spurious = cell->spurious;
  if (!error) {
    cell->there = !cell->there;
    streak_over(cell);
  }
  if (stop_requested()) {
    streak_over(cell);
    return 1;
  }
  ++cell->attempts;
  if (error) {
    // Nothing re-enters this loop.
    count_failure(cell, error, 0);
    if (cell->spurious > spurious) streak_failed(cell);
  } else {
    ++cell->ops;
  }
  busy_loop(plan.think_turns);
  return 0;
}

// Every attempt is at something that needs the locks.
#define SAME_CPU_TURN(program, T, map, owner)                                 \
  static long program##_turn(__u32 turn, struct loop* loop) {                 \
    struct kernel_cell* cell = cell_of(loop->thread);                         \
    return count_same_cpu(                                                    \
        cell, cell->there ? bpf_##T##_storage_delete(&map, owner(loop))       \
                          : create_traced_##T(cell, &map, owner(loop)));      \
  }

#define SAME_CPU(number, function)                                            \
  SAME_CPU_TURN(same_cpu_task_##number, task, same_cpu_map, task_owner)       \
  SEC("fentry/" function)                                                     \
  int same_cpu_task_##number(__u64* ctx) {                                    \
    struct loop loop = {.thread = number};                                    \
    if (cells[number].task != (__u64)bpf_get_current_task()) return 0;        \
    return run_loop(same_cpu_task_##number##_turn, &loop);                    \
  }                                                                           \
  STORAGE_MAP(same_cpu_map_##number, kMapTypeCgrpStorage);                    \
  SAME_CPU_TURN(same_cpu_cgroup_##number, cgrp, same_cpu_map_##number,        \
                cgroup_owner)                                                 \
  SEC("fentry/" function)                                                     \
  int same_cpu_cgroup_##number(__u64* ctx) {                                  \
    struct loop loop = {.thread = number};                                    \
    if (cells[number].task != (__u64)bpf_get_current_task()) return 0;        \
    bpf_cgrp_storage_get(&same_cpu_stays, cgroup_owner(&loop), 0,             \
                         BPF_LOCAL_STORAGE_GET_F_CREATE);                     \
    return run_loop(same_cpu_cgroup_##number##_turn, &loop);                  \
  }

SAME_CPU(0, "bpf_fentry_test1")
SAME_CPU(1, "bpf_fentry_test2")
SAME_CPU(2, "bpf_fentry_test3")
SAME_CPU(3, "bpf_fentry_test4")
