#ifndef LOCKGAUGE_LOCKS_PERCPU_BUSY_H_
#define LOCKGAUGE_LOCKS_PERCPU_BUSY_H_

#include <string_view>

#include "locks/busy_gate.h"
#include "locks/qspinlock.h"

namespace lockgauge::backend {

// The kernel before the change: the per-CPU busy counter around the operation,
// raw spinlocks (in the kernel: qspinlocks) inside.
template <Platform P>
struct percpu_busy : Spinning<P, Qspinlock<P>, BusyGate<P>> {
  static constexpr std::string_view name = "percpu_busy";
};

}  // namespace lockgauge::backend

#endif  // LOCKGAUGE_LOCKS_PERCPU_BUSY_H_
