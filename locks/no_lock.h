#ifndef LOCKGAUGE_LOCKS_NO_LOCK_H_
#define LOCKGAUGE_LOCKS_NO_LOCK_H_

#include <string_view>

#include "locks/backend.h"
#include "locks/platform/platform.h"

namespace lockgauge {

// Control: nothing. What remains is the cost of the loop around the lock.
struct NoLock {
  Result lock() { return Result::kOk; }
  bool try_lock() { return true; }
  void unlock() {}
};

namespace backend {

template <Platform P>
struct no_lock : Control<P, NoLock> {
  static constexpr std::string_view name = "no_lock";
};

}  // namespace backend
}  // namespace lockgauge

#endif  // LOCKGAUGE_LOCKS_NO_LOCK_H_
