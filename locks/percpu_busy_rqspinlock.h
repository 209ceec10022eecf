#ifndef LOCKGAUGE_LOCKS_PERCPU_BUSY_RQSPINLOCK_H_
#define LOCKGAUGE_LOCKS_PERCPU_BUSY_RQSPINLOCK_H_

#include <string_view>

#include "locks/busy_gate.h"
#include "locks/rqspinlock.h"

namespace lockgauge::backend {

// A step of the change, taken alone: rqspinlocks, with the gate still there.
template <Platform P>
struct percpu_busy_rqspinlock : Spinning<P, Rqspinlock<P>, BusyGate<P>> {
  static constexpr std::string_view name = "percpu_busy_rqspinlock";
  static constexpr bool fallible = true;
};

}  // namespace lockgauge::backend

#endif  // LOCKGAUGE_LOCKS_PERCPU_BUSY_RQSPINLOCK_H_
