#ifndef LOCKGAUGE_LOCKS_STD_MUTEX_H_
#define LOCKGAUGE_LOCKS_STD_MUTEX_H_

#include <mutex>
#include <string_view>

#include "locks/backend.h"
#include "locks/platform/platform.h"

namespace lockgauge {

// Control: what an application would use. Sleeps in a futex when it must wait.
class StdMutex {
 public:
  Result lock() {
    mutex_.lock();
    return Result::kOk;
  }
  bool try_lock() { return mutex_.try_lock(); }
  void unlock() { mutex_.unlock(); }

 private:
  std::mutex mutex_;
};

namespace backend {

template <Platform P>
struct std_mutex : Blocking<P, StdMutex> {
  static constexpr std::string_view name = "std_mutex";
};

}  // namespace backend
}  // namespace lockgauge

#endif  // LOCKGAUGE_LOCKS_STD_MUTEX_H_
