#ifndef LOCKGAUGE_LOCKS_RQSPINLOCK_VIRT_H_
#define LOCKGAUGE_LOCKS_RQSPINLOCK_VIRT_H_

#include <string_view>

#include "locks/rqspinlock.h"

namespace lockgauge::backend {

// rqspinlock as an x86 guest runs it when its hypervisor offers no
// halt-and-kick (the kernel's virt_spin_lock_key): same word and checks,
// test-and-set slow path with a longer timeout.
template <Platform P>
struct rqspinlock_virt : Spinning<P, Rqspinlock<P, Waiting::kTestAndSet>> {
  static constexpr std::string_view name = "rqspinlock_virt";
  static constexpr bool fallible = true;
};

}  // namespace lockgauge::backend

#endif  // LOCKGAUGE_LOCKS_RQSPINLOCK_VIRT_H_
