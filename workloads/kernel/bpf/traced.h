#ifndef LOCKGAUGE_WORKLOADS_KERNEL_BPF_TRACED_H_
#define LOCKGAUGE_WORKLOADS_KERNEL_BPF_TRACED_H_

#include "failure.h"
#include "loop.h"
#include "storage.h"

// Attempts to create a value whose NULL is explained by update_result, the
// program of update_result.bpf.c.

// create_traced_T(), with T as the helpers are called: 0 or an error. Without
// an update there was only the busy counter to refuse.
#define CREATE_TRACED(T, owner_type)                                          \
  static __always_inline long create_traced_##T(                              \
      struct kernel_cell* cell, void* map, struct owner_type* owner) {        \
    cell->update_result = 0;                                                  \
    if (bpf_##T##_storage_get(map, owner, 0,                                  \
                              BPF_LOCAL_STORAGE_GET_F_CREATE)) {              \
      return 0;                                                               \
    }                                                                         \
    return cell->update_result ? cell->update_result : -EBUSY;                \
  }

CREATE_TRACED(task, task_struct)
CREATE_TRACED(cgrp, cgroup)

#endif  // LOCKGAUGE_WORKLOADS_KERNEL_BPF_TRACED_H_
