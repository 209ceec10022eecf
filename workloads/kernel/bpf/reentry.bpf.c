// A loop that creates and deletes a value, and a second create from within it.
// An operation is a turn of the loop; those from within are attempts besides.

#include "traced.h"

STORAGE_MAP(outer_map, BPF_MAP_TYPE_TASK_STORAGE);
STORAGE_MAP(inner_map, BPF_MAP_TYPE_TASK_STORAGE);
// Every thread has a value here: only the busy counter keeps it from being
// deleted, which tells that NULL from any other.
STORAGE_MAP(witness_map, BPF_MAP_TYPE_TASK_STORAGE);

static long reentry_turn(__u32 turn, struct loop* loop) {
  struct kernel_cell* cell = cell_of(loop->thread);
  struct task_struct* task = bpf_get_current_task_btf();
  void* value;
  *(volatile __u64*)&cell->inside = 1;
  cell->update_result = 0;
  value = bpf_task_storage_get(&outer_map, task, 0,
                               BPF_LOCAL_STORAGE_GET_F_CREATE);
  // Also if there was none: the one from within may have been first.
  bpf_task_storage_delete(&outer_map, task);
  *(volatile __u64*)&cell->inside = 0;
  return count_storage(cell, !!value, cell->update_result);
}

static long reentry_control_turn(__u32 turn, struct loop* loop) {
  return count_storage(cell_of(loop->thread), 1, 0);
}

// While it runs, its cell says so: what happens at other times is not counted.
#define REENTRY_LOOP(name, turn)                                              \
  SEC("raw_tp")                                                               \
  int name(struct bpf_raw_tracepoint_args* ctx) {                             \
    struct loop loop = {.thread = ctx->args[0]};                              \
    struct kernel_cell* cell = cell_of(loop.thread);                          \
    bpf_task_storage_get(&witness_map, bpf_get_current_task_btf(), 0,         \
                         BPF_LOCAL_STORAGE_GET_F_CREATE);                     \
    *(volatile __u64*)&cell->running = 1;                                     \
    run_loop(turn, &loop);                                                    \
    *(volatile __u64*)&cell->running = 0;                                     \
    return 0;                                                                 \
  }

REENTRY_LOOP(reentry_loop, reentry_turn)
REENTRY_LOOP(reentry_control, reentry_control_turn)

static __always_inline void count_interrupt(struct kernel_cell* cell) {
  // Not of the attempts: the loop may be in the middle of counting one.
  ++cell->interrupts;
  if (*(volatile __u64*)&cell->inside) ++cell->interrupts_inside;
}

// By a timer's interrupt. It can meet no lock of the loop: those are held with
// interrupts off. So whatever it is refused is spurious.
SEC("perf_event")
int interrupt(struct bpf_perf_event_data* ctx) {
  struct kernel_cell* cell = cell_of(bpf_get_attach_cookie(ctx));
  struct task_struct* task = bpf_get_current_task_btf();
  if (!*(volatile __u64*)&cell->running || stop_requested()) return 0;
  count_interrupt(cell);
  if (bpf_task_storage_get(&inner_map, task, 0,
                           BPF_LOCAL_STORAGE_GET_F_CREATE)) {
    bpf_task_storage_delete(&inner_map, task);
  } else {
    count_failure(cell, bpf_task_storage_delete(&witness_map, task), 0);
  }
  return 0;
}

// By a program at the entry of one of the storage's own functions. `real`: the
// owner's lock, which the inner create needs, is held there.
static __always_inline int reenter(int real) {
  struct kernel_cell* cell = cell_of_current();
  struct task_struct* task = bpf_get_current_task_btf();
  long error;
  if (!cell || !cell->inside || stop_requested()) return 0;
  count_interrupt(cell);
  if (plan.same_map) {
    error = create_traced_task(cell, &outer_map, task);
  } else {
    error = create_traced_task(cell, &inner_map, task);
    if (!error) bpf_task_storage_delete(&inner_map, task);
  }
  if (error) count_failure(cell, error, real);
  return 0;
}

SEC("fentry/bpf_local_storage_update")
int reenter_update(__u64* ctx) { return reenter(0); }

SEC("fentry/bpf_selem_alloc")
int reenter_alloc(__u64* ctx) { return reenter(0); }

SEC("fentry/bpf_selem_unlink_storage_nolock")
int reenter_unlink(__u64* ctx) { return reenter(1); }
