// All threads' owner is the cgroup they are in.

#include "storage.h"

STORAGE_MAP(cgroup_map, kMapTypeCgrpStorage);

#define cgroup_owner(loop) bpf_get_current_task_btf()->cgroups->dfl_cgrp
#define cgroup_get(owner, flags)                                              \
  bpf_cgrp_storage_get(&cgroup_map, owner, 0, flags)
#define cgroup_delete(owner) bpf_cgrp_storage_delete(&cgroup_map, owner)

STORAGE_LOOPS(cgroup)

#define CGROUP_PROGRAM(what)                                                  \
  SEC("raw_tp")                                                               \
  int cgroup_storage_##what(struct bpf_raw_tracepoint_args* ctx) {            \
    struct loop loop = {.thread = ctx->args[0]};                              \
    return cgroup_run_##what(&loop);                                          \
  }

CGROUP_PROGRAM(get)
CGROUP_PROGRAM(create)
CGROUP_PROGRAM(churn)
