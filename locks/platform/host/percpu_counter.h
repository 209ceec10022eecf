#ifndef LOCKGAUGE_LOCKS_PLATFORM_HOST_PERCPU_COUNTER_H_
#define LOCKGAUGE_LOCKS_PLATFORM_HOST_PERCPU_COUNTER_H_

#include "locks/platform/host/sanitizer.h"

namespace lockgauge::host {

// The kernel's this_cpu_inc_return() and this_cpu_dec(): one instruction, so
// whole as far as its own CPU is concerned (preemption and signals fall before
// or after it), but no bus lock, so not against other CPUs. Only threads that
// are pinned to one CPU may share one; a locked instruction would cost four
// times as much and make the gate look worse than it was.
class PerCpuCounter {
 public:
  // Answers the new value.
  int increment() { return add(1) + 1; }
  void decrement() { (void)add(-1); }

 private:
  int add(int delta) {
#if defined(__x86_64__) && !LOCKGAUGE_TSAN
    // The clobber keeps what the counter guards between the two calls.
    asm volatile("xaddl %0, %1" : "+r"(delta), "+m"(count_) : : "cc", "memory");
    return delta;
#else
    return __atomic_fetch_add(&count_, delta, __ATOMIC_RELAXED);
#endif
  }

  int count_ = 0;
};

}  // namespace lockgauge::host

#endif  // LOCKGAUGE_LOCKS_PLATFORM_HOST_PERCPU_COUNTER_H_
