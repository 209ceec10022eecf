#ifndef LOCKGAUGE_WORKLOADS_KERNEL_BPF_STORAGE_H_
#define LOCKGAUGE_WORKLOADS_KERNEL_BPF_STORAGE_H_

#include "failure.h"
#include "loop.h"

// The loops over one type of local storage: an owner type T is a file that
// defines
//   T_map                     the map
//   T_owner(loop)             the calling thread's owner
//   T_get(owner, flags)       its value in T_map, or NULL
//   T_delete(owner)           0 or an error
// and says STORAGE_LOOPS(T); its programs call T_run_get() and the like.

struct storage_value {
  __u64 words[8];
};

#define STORAGE_MAP(name, map_type)                                           \
  struct {                                                                    \
    __uint(type, map_type);                                                   \
    __uint(map_flags, BPF_F_NO_PREALLOC);                                     \
    __type(key, int);                                                         \
    __type(value, struct storage_value);                                      \
  } name SEC(".maps")

// After an operation. Nonzero: the window is over.
static __always_inline long count_storage(struct kernel_cell* cell, int done,
                                          long error) {
  if (stop_requested()) return 1;
  ++cell->attempts;
  if (done) {
    ++cell->ops;
  } else {
    // Spurious: nothing re-enters these loops, and what interrupts them holds
    // no lock of theirs.
    count_failure(cell, error, 0);
  }
  return 0;
}

// Of the linear congruential kind: enough to choose an operation.
static __always_inline __u32 draw(struct kernel_cell* cell) {
  cell->random = cell->random * 6364136223846793005ull + 1442695040888963407ull;
  return cell->random >> 33;
}

// A NULL does not say why; kUnknown is counted as an attempt only.
enum { kUnknown = 0 };

#define STORAGE_LOOPS(T)                                                      \
  static long T##_get_turn(__u32 turn, struct loop* loop) {                   \
    struct kernel_cell* cell = cell_of(loop->thread);                         \
    return count_storage(cell, !!T##_get(T##_owner(loop), 0), kUnknown);      \
  }                                                                           \
  /* An operation is a create; the delete is inside its time. */              \
  static long T##_create_turn(__u32 turn, struct loop* loop) {                \
    struct kernel_cell* cell = cell_of(loop->thread);                         \
    void* value;                                                              \
    cell->inside = 1;                                                         \
    value = T##_get(T##_owner(loop), BPF_LOCAL_STORAGE_GET_F_CREATE);         \
    if (value) T##_delete(T##_owner(loop));                                   \
    cell->inside = 0;                                                         \
    return count_storage(cell, !!value, kUnknown);                            \
  }                                                                           \
  static long T##_churn_turn(__u32 turn, struct loop* loop) {                 \
    struct kernel_cell* cell = cell_of(loop->thread);                         \
    struct storage_value* value;                                              \
    long error;                                                               \
    const __u32 chosen = draw(cell) % 3;                                      \
    if (chosen == 2) {                                                        \
      error = T##_delete(T##_owner(loop));                                    \
      return count_storage(cell, !error || error == -ENOENT, error);          \
    }                                                                         \
    value = T##_get(T##_owner(loop), BPF_LOCAL_STORAGE_GET_F_CREATE);         \
    if (value && chosen == 1) *(volatile __u64*)&value->words[0] = turn;      \
    return count_storage(cell, !!value, kUnknown);                            \
  }                                                                           \
  static __always_inline int T##_run_get(struct loop* loop) {                 \
    T##_get(T##_owner(loop), BPF_LOCAL_STORAGE_GET_F_CREATE);                 \
    return run_loop(T##_get_turn, loop);                                      \
  }                                                                           \
  static __always_inline int T##_run_create(struct loop* loop) {              \
    return run_loop(T##_create_turn, loop);                                   \
  }                                                                           \
  static __always_inline int T##_run_churn(struct loop* loop) {               \
    return run_loop(T##_churn_turn, loop);                                    \
  }

#endif  // LOCKGAUGE_WORKLOADS_KERNEL_BPF_STORAGE_H_
