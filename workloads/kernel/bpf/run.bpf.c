// What prepares a trial.

#include "busy_loop.h"
#include "storage.h"

// Run by each thread once: whose cell it is.
SEC("raw_tp")
int enlist(struct bpf_raw_tracepoint_args* ctx) {
  cell_of(ctx->args[0])->task = (__u64)bpf_get_current_task();
  return 0;
}

// What a turn of the busy loop takes is measured with this one.
SEC("raw_tp")
int calibrate(struct bpf_raw_tracepoint_args* ctx) {
  busy_loop(plan.hold_turns);
  return 0;
}

// The control: a loop over nothing, with all its counting.
static long empty_turn(__u32 turn, struct loop* loop) {
  return count_storage(cell_of(loop->thread), 1, 0);
}

SEC("raw_tp")
int empty_loop(struct bpf_raw_tracepoint_args* ctx) {
  struct loop loop = {.thread = ctx->args[0]};
  return run_loop(empty_turn, &loop);
}
