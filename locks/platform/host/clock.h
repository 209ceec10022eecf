#ifndef LOCKGAUGE_LOCKS_PLATFORM_HOST_CLOCK_H_
#define LOCKGAUGE_LOCKS_PLATFORM_HOST_CLOCK_H_

#include <cstdint>

#include "locks/platform/host/arch.h"

namespace lockgauge::host {

// The cycle counter in nanoseconds, at the price of reading the counter (10 to
// 20 ns) instead of a clock_gettime (20 to 50 ns).
class Clock {
 public:
  struct Calibration {
    double ticks_per_s;
    // How far the rate of a second window was from the first, in parts per
    // million: what a nanosecond figure may be off by.
    double disagreement_ppm;
    // The counter runs at one rate, in every power state. Where it does not,
    // durations are wrong and must not be trusted.
    bool invariant;
  };

  // Measures the counter against CLOCK_MONOTONIC once per process (20 ms);
  // later calls answer the same. Each host Thread calls it, so that now_ns()
  // is ready wherever a platform may be used.
  static const Calibration& calibrate();

  // Monotonic; comparable between threads as far as the counter is.
  static std::uint64_t now_ns() { return ns(ticks()); }
  // The same when all before has been done, for half as much again: for times
  // of little more than one reading.
  static std::uint64_t ordered_now_ns() { return ns(ordered_ticks()); }

 private:
  static std::uint64_t ns(std::uint64_t ticks) {
    __extension__ using Wide = unsigned __int128;
    return static_cast<std::uint64_t>(
        static_cast<Wide>(ticks) * ns_per_tick_q32_ >> 32);
  }

  static inline constinit std::uint64_t ns_per_tick_q32_ = 0;
};

}  // namespace lockgauge::host

#endif  // LOCKGAUGE_LOCKS_PLATFORM_HOST_CLOCK_H_
