#ifndef LOCKGAUGE_WORKLOADS_KERNEL_BPF_FAILURE_H_
#define LOCKGAUGE_WORKLOADS_KERNEL_BPF_FAILURE_H_

#include <linux/errno.h>

#include "loop.h"

// A failed attempt, by what the caller was told; as measure::Tally counts it.
// Other codes are counted as attempts only.
static __always_inline void count_failure(struct kernel_cell* cell, long error,
                                          int real) {
  switch (error) {
    case -EBUSY:
      ++cell->fail_busy;
      break;
    case -EDEADLK:
      ++cell->fail_deadlock;
      break;
    case -ETIMEDOUT:
      ++cell->fail_timeout;
      break;
    case -EAGAIN:
    case -EEXIST:  // somebody else created it first
      ++cell->fail_again;
      return;
    case -ENOMEM:
      ++cell->fail_nomem;
      return;
    default:
      return;
  }
  if (real) {
    ++cell->real;
  } else {
    ++cell->spurious;
  }
}

#endif  // LOCKGAUGE_WORKLOADS_KERNEL_BPF_FAILURE_H_
