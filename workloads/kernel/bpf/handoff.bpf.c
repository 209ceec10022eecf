// One lock that every thread wants: scenarios/handoff.h inside the kernel. In
// programs of the traffic classifier, because others may not take
// bpf_spin_lock.

#include "busy_loop.h"
#include "failure.h"
#include "lock.h"
#include "loop.h"

ELEMENT_MAP(spin_section, spin, 1);
ELEMENT_MAP(res_spin_section, res_spin, 1);
ELEMENT_MAP(no_lock_section, no_lock, 1);

// Inside: loaded and stored apart, so that two inside at once lose visits.
// Answers who was here before.
static __always_inline __u32 visit(struct kernel_section* section,
                                   __u32 thread, __u32 stalls) {
  const __u32 last = section->last;
  *(volatile __u64*)&section->visits = section->visits + 1;
  section->last = 1 + thread;
  stall(stalls);
  busy_loop(plan.hold_turns);
  return last;
}

// After a section or a failure. Nonzero: the window is over.
static __always_inline long count(struct kernel_cell* cell, __u32 thread,
                                  long error, __u32 last) {
  __u32 rank;
  if (!error) ++cell->sections;
  if (stop_requested()) return 1;
  ++cell->attempts;
  if (error) {
    // Spurious whatever it was: nothing re-enters this loop.
    count_failure(cell, error, 0);
  } else {
    ++cell->ops;
    if (last > kKernelThreads) return 1;
    rank = plan.ranks[thread & (kKernelThreads - 1)][last];
    ++cell->ops_after[rank & (kKernelRanks - 1)];
  }
  busy_loop(plan.think_turns);
  return 0;
}

// Thread 0's first section is the long one, if there is one.
static __always_inline __u32 stalls_of(struct kernel_cell* cell,
                                       __u32 thread) {
  if (plan.stalls == 0 || thread != 0 || cell->stalled) return 0;
  cell->stalled = 1;
  return plan.stalls;
}

#define HANDOFF(lock)                                                         \
  static long lock##_turn(__u32 turn, struct loop* loop) {                    \
    const __u32 key = 0;                                                      \
    struct kernel_cell* cell = cell_of(loop->thread);                         \
    const __u32 stalls = stalls_of(cell, loop->thread);                       \
    struct lock##_element* element;                                           \
    __u32 last = 0;                                                           \
    long error;                                                               \
    element = bpf_map_lookup_elem(&lock##_section, &key);                     \
    if (!element) return 1;                                                   \
    error = lock##_acquire(element);                                          \
    if (!error) {                                                             \
      last = visit(&element->section, loop->thread, stalls);                  \
      lock##_release(element);                                                \
    }                                                                         \
    return count(cell, loop->thread, error, last);                            \
  }                                                                           \
  SEC("tc")                                                                   \
  int handoff_##lock(struct __sk_buff* skb) {                                 \
    struct loop loop = {.thread = skb->mark};                                 \
    return run_loop(lock##_turn, &loop);                                      \
  }

HANDOFF(spin)
HANDOFF(res_spin)
HANDOFF(no_lock)
