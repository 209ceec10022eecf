// Every thread's owner is its own task.

#include "storage.h"

STORAGE_MAP(task_map, BPF_MAP_TYPE_TASK_STORAGE);

#define task_owner(loop) bpf_get_current_task_btf()
#define task_get(owner, flags) bpf_task_storage_get(&task_map, owner, 0, flags)
#define task_delete(owner) bpf_task_storage_delete(&task_map, owner)

STORAGE_LOOPS(task)

#define TASK_PROGRAM(what)                                                    \
  SEC("raw_tp")                                                               \
  int task_storage_##what(struct bpf_raw_tracepoint_args* ctx) {              \
    struct loop loop = {.thread = ctx->args[0]};                              \
    return task_run_##what(&loop);                                            \
  }

TASK_PROGRAM(get)
TASK_PROGRAM(create)
TASK_PROGRAM(churn)
