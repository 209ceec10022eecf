// Threads on one CPU, each creating and deleting a value of its own task:
// scenarios/same_cpu.h inside the kernel. At the entry of functions that exist
// for test_run alone, because there a program can be preempted and its helpers
// take the busy counter or give up. A program for each thread: one that is
// entered again on its CPU is skipped by the kernel.

#include "busy_loop.h"
#include "traced.h"

STORAGE_MAP(same_cpu_map, BPF_MAP_TYPE_TASK_STORAGE);

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

static long same_cpu_turn(__u32 turn, struct loop* loop) {
  struct kernel_cell* cell = cell_of(loop->thread);
  struct task_struct* task = bpf_get_current_task_btf();
  const __u64 spurious = cell->spurious;
  // Every attempt is at something that needs the locks.
  const long error = cell->there
                         ? bpf_task_storage_delete(&same_cpu_map, task)
                         : create_traced(cell, &same_cpu_map, task);
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

#define SAME_CPU(number, function)                                            \
  SEC("fentry/" function)                                                     \
  int same_cpu_##number(__u64* ctx) {                                         \
    struct loop loop = {.thread = number};                                    \
    if (cells[number].task != (__u64)bpf_get_current_task()) return 0;        \
    return run_loop(same_cpu_turn, &loop);                                    \
  }

SAME_CPU(0, "bpf_fentry_test1")
SAME_CPU(1, "bpf_fentry_test2")
SAME_CPU(2, "bpf_fentry_test3")
SAME_CPU(3, "bpf_fentry_test4")
