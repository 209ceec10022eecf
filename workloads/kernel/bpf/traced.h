#ifndef LOCKGAUGE_WORKLOADS_KERNEL_BPF_TRACED_H_
#define LOCKGAUGE_WORKLOADS_KERNEL_BPF_TRACED_H_

#include "failure.h"
#include "loop.h"
#include "storage.h"

// Attempts to create a value whose NULL is explained by update_result, the
// program of update_result.bpf.c.

// 0 or an error. Without an update there was only the busy counter to refuse.
static __always_inline long create_traced(struct kernel_cell* cell, void* map,
                                          struct task_struct* task) {
  cell->update_result = 0;
  if (bpf_task_storage_get(map, task, 0, BPF_LOCAL_STORAGE_GET_F_CREATE)) {
    return 0;
  }
  return cell->update_result ? cell->update_result : -EBUSY;
}

#endif  // LOCKGAUGE_WORKLOADS_KERNEL_BPF_TRACED_H_
