#ifndef LOCKGAUGE_LOCKS_QSPINLOCK_VIRT_H_
#define LOCKGAUGE_LOCKS_QSPINLOCK_VIRT_H_

#include <string_view>

#include "locks/qspinlock.h"

namespace lockgauge::backend {

// qspinlock as an x86 guest runs it when its hypervisor offers no halt-and-kick
// (the kernel's virt_spin_lock_key): same word, test-and-set slow path.
template <Platform P>
struct qspinlock_virt : Spinning<P, Qspinlock<P, Waiting::kTestAndSet>> {
  static constexpr std::string_view name = "qspinlock_virt";
};

}  // namespace lockgauge::backend

#endif  // LOCKGAUGE_LOCKS_QSPINLOCK_VIRT_H_
