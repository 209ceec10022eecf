#ifndef LOCKGAUGE_LOCKS_PTHREAD_SPIN_H_
#define LOCKGAUGE_LOCKS_PTHREAD_SPIN_H_

#include <pthread.h>

#include <string_view>

#include "locks/backend.h"
#include "locks/platform/platform.h"

namespace lockgauge {

// Control: the C library's spinlock. Unfair.
class PthreadSpin {
 public:
  PthreadSpin() { pthread_spin_init(&spin_, PTHREAD_PROCESS_PRIVATE); }
  Result lock() {
    pthread_spin_lock(&spin_);
    return Result::kOk;
  }
  bool try_lock() { return pthread_spin_trylock(&spin_) == 0; }
  void unlock() { pthread_spin_unlock(&spin_); }

 private:
  pthread_spinlock_t spin_;
};

namespace backend {

template <Platform P>
struct pthread_spin : Spinning<P, PthreadSpin> {
  static constexpr std::string_view name = "pthread_spin";
};

}  // namespace backend
}  // namespace lockgauge

#endif  // LOCKGAUGE_LOCKS_PTHREAD_SPIN_H_
