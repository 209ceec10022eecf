// Cycles of bpf_res_spin_lock: what is detected, and after how long. (Of
// bpf_spin_lock a program may hold one at a time.) An operation is a round; its
// attempt is the acquisition that closes the cycle.

#include "busy_loop.h"
#include "failure.h"
#include "lock.h"
#include "loop.h"

ELEMENT_MAP(cycle_locks, res_spin, 2);

static __always_inline long count_round(struct kernel_cell* cell, long error,
                                        int real) {
  if (stop_requested()) return 1;
  ++cell->ops;
  ++cell->attempts;
  if (error) count_failure(cell, error, real);
  return 0;
}

// Each thread its own lock, twice.
static long aa_turn(__u32 turn, struct loop* loop) {
  const __u32 key = loop->thread & 1;
  struct kernel_cell* cell = cell_of(loop->thread);
  struct res_spin_element *lock, *same;
  long error;
  // Looked up twice, or the verifier sees through it.
  lock = bpf_map_lookup_elem(&cycle_locks, &key);
  same = bpf_map_lookup_elem(&cycle_locks, &key);
  if (!lock || !same || res_spin_acquire(lock)) return 1;
  error = res_spin_acquire(same);
  if (!error) res_spin_release(same);
  res_spin_release(lock);
  return count_round(cell, error, 1);
}

// Two threads, two locks, in opposite order.
static long abba_turn(__u32 turn, struct loop* loop) {
  const __u32 first = loop->thread & 1;
  const __u32 second = !first;
  struct kernel_cell* cell = cell_of(loop->thread);
  struct kernel_cell* other = cell_of(loop->thread ^ 1);
  struct res_spin_element *a, *b;
  long error;
  int asked_in_cycle, real;
  a = bpf_map_lookup_elem(&cycle_locks, &first);
  b = bpf_map_lookup_elem(&cycle_locks, &second);
  if (!a || !b || res_spin_acquire(a)) return stop_requested() ? 1 : 0;
  *(volatile __u64*)&cell->inside = 1;
  busy_loop(plan.hold_turns);
  // Both may find the same cycle, and the other leave it first.
  asked_in_cycle = *(volatile __u64*)&other->inside != 0;
  error = res_spin_acquire(b);
  real = asked_in_cycle || *(volatile __u64*)&other->inside != 0;
  if (!error) res_spin_release(b);
  *(volatile __u64*)&cell->inside = 0;
  res_spin_release(a);
  return count_round(cell, error, real);
}

#define DEADLOCK(cycle)                                                       \
  SEC("tc")                                                                   \
  int deadlock_##cycle(struct __sk_buff* skb) {                               \
    struct loop loop = {.thread = skb->mark};                                 \
    return run_loop(cycle##_turn, &loop);                                     \
  }

DEADLOCK(aa)
DEADLOCK(abba)
