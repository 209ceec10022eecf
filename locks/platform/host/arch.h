#ifndef LOCKGAUGE_LOCKS_PLATFORM_HOST_ARCH_H_
#define LOCKGAUGE_LOCKS_PLATFORM_HOST_ARCH_H_

#include <cstdint>

// All that differs between instruction sets, but for the lock word.
namespace lockgauge::host {

// One polite turn of a spin loop. PAUSE takes from 40 cycles (AMD, older
// Intel) to 140 (Intel since Skylake); YIELD next to nothing.
inline void relax() {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  asm volatile("yield" ::: "memory");
#else
  asm volatile("" ::: "memory");
#endif
}

// Returns when *address may differ from `old`; early returns are allowed. On
// arm64 the CPU sleeps until the line is written (the kernel's __cmpwait): the
// exclusive load arms the monitor, the leading SEVL/WFE pair drops an event
// that is pending from before.
template <class T>
inline void wait_for_change(const T* address, T old) {
#if defined(__aarch64__)
  static_assert(sizeof(T) == 4 || sizeof(T) == 8);
  T now;
  if constexpr (sizeof(T) == 4) {
    asm volatile("sevl\n wfe\n ldxr %w0, %1"
                 : "=r"(now)
                 : "Q"(*address)
                 : "memory");
  } else {
    asm volatile("sevl\n wfe\n ldxr %0, %1"
                 : "=r"(now)
                 : "Q"(*address)
                 : "memory");
  }
  if (now == old) asm volatile("wfe" ::: "memory");
#else
  (void)address;
  (void)old;
  relax();
#endif
}

// Ticks of the counter that all cores share: TSC or CNTVCT. Not ordered with
// the instructions around it.
inline std::uint64_t ticks() {
#if defined(__x86_64__)
  return __builtin_ia32_rdtsc();
#elif defined(__aarch64__)
  std::uint64_t value;
  asm volatile("mrs %0, cntvct_el0" : "=r"(value));
  return value;
#else
#error "lockgauge needs a cycle counter: x86-64 or arm64"
#endif
}

// The same, read when all instructions before have been executed; those after
// may begin earlier. As the kernel's rdtsc_ordered().
inline std::uint64_t ordered_ticks() {
#if defined(__x86_64__)
  __builtin_ia32_lfence();
#elif defined(__aarch64__)
  asm volatile("isb" ::: "memory");
#endif
  return ticks();
}

// How long a waiter watches a hand-over from pending to owner: the kernel's
// _Q_PENDING_LOOPS.
#if defined(__x86_64__)
inline constexpr int kPendingPolls = 512;
#else
inline constexpr int kPendingPolls = 1;
#endif

}  // namespace lockgauge::host

#endif  // LOCKGAUGE_LOCKS_PLATFORM_HOST_ARCH_H_
