#ifndef LOCKGAUGE_LOCKS_RAW_SPIN_H_
#define LOCKGAUGE_LOCKS_RAW_SPIN_H_

#include <atomic>
#include <cstdint>
#include <string_view>

#include "locks/backend.h"
#include "locks/platform/platform.h"

namespace lockgauge {

// Test-and-test-and-set: the simplest lock that does not flood the bus. Unfair;
// whoever owns the line is likely to win again. After Rudolph and Segall,
// "Dynamic decentralized cache schemes for MIMD parallel processors", 1984.
//
//   1 bit: 0 free, 1 held
template <Platform P>
class RawSpin {
 public:
  Result lock() {
    if (!exchange()) [[unlikely]] {
      lock_slow();
    }
    return Result::kOk;
  }

  bool try_lock() {
    return held_.load(std::memory_order_relaxed) == 0 && exchange();
  }

  // Pairs with the acquire in exchange().
  void unlock() { held_.store(0, std::memory_order_release); }

 private:
  bool exchange() { return held_.exchange(1, std::memory_order_acquire) == 0; }

  [[gnu::cold, gnu::noinline]] void lock_slow() {
    do {
      P::wait_until(held_, std::memory_order_relaxed,
                    [](std::uint32_t held) { return held == 0; });
    } while (!exchange());
  }

  typename P::template Atomic<std::uint32_t> held_{0};
};

namespace backend {

template <Platform P>
struct raw_spin : Spinning<P, RawSpin<P>> {
  static constexpr std::string_view name = "raw_spin";
};

}  // namespace backend
}  // namespace lockgauge

#endif  // LOCKGAUGE_LOCKS_RAW_SPIN_H_
