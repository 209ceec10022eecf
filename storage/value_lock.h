#ifndef LOCKGAUGE_STORAGE_VALUE_LOCK_H_
#define LOCKGAUGE_STORAGE_VALUE_LOCK_H_

#include <string_view>

#include "locks/backend.h"
#include "locks/qspinlock.h"

namespace lockgauge::storage {

// The kernel's bpf_spin_lock: a lock that is part of a value, for programs that
// change it in place. A queued spinlock in every era; it cannot fail.
template <Platform P>
using ValueLock = Qspinlock<P>;

template <Platform P>
struct ValueBackend : Spinning<P, ValueLock<P>> {
  static constexpr std::string_view name = "bpf_spin_lock";
};

// A section under a value's lock.
template <Platform P>
class ValueLocked {
 public:
  explicit ValueLocked(ValueLock<P>& lock) : lock_(lock) {
    (void)acquire<ValueBackend<P>>(lock_);  // infallible
  }
  ~ValueLocked() { release<ValueBackend<P>>(lock_); }
  ValueLocked(const ValueLocked&) = delete;
  ValueLocked& operator=(const ValueLocked&) = delete;

 private:
  ValueLock<P>& lock_;
};

}  // namespace lockgauge::storage

#endif  // LOCKGAUGE_STORAGE_VALUE_LOCK_H_
