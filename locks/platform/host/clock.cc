#include "locks/platform/host/clock.h"

#include <time.h>

#include <cmath>
#include <limits>

#if defined(__x86_64__)
#include <cpuid.h>
#endif

namespace lockgauge::host {
namespace {

struct Reading {
  double tick;
  double ns;
};

double monotonic_ns() {
  timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<double>(now.tv_sec) * 1e9 +
         static_cast<double>(now.tv_nsec);
}

// Both clocks at one moment: of several tries the one least disturbed.
Reading read_both() {
  Reading best{};
  double shortest = std::numeric_limits<double>::infinity();
  for (int attempt = 0; attempt < 16; ++attempt) {
    const auto before = static_cast<double>(ticks());
    const double ns = monotonic_ns();
    const auto after = static_cast<double>(ticks());
    if (after - before < shortest) {
      shortest = after - before;
      best = {(before + after) / 2, ns};
    }
  }
  return best;
}

// Without relax(): what emulates a CPU lets another one run at each.
Reading read_both_after(double ns) {
  while (monotonic_ns() < ns) {
  }
  return read_both();
}

double ticks_per_ns(const Reading& from, const Reading& to) {
  return (to.tick - from.tick) / (to.ns - from.ns);
}

bool counter_is_invariant() {
#if defined(__x86_64__)
  unsigned eax, ebx, ecx, edx;
  return __get_cpuid(0x80000007, &eax, &ebx, &ecx, &edx) && (edx & 1u << 8);
#else
  return true;  // the architecture promises it
#endif
}

}  // namespace

const Clock::Calibration& Clock::calibrate() {
  static const Calibration calibration = [] {
    constexpr double kWindow_ns = 10e6;
    const Reading start = read_both();
    const Reading middle = read_both_after(start.ns + kWindow_ns);
    const Reading end = read_both_after(middle.ns + kWindow_ns);
    const double rate = ticks_per_ns(start, end);
    ns_per_tick_q32_ =
        static_cast<std::uint64_t>(std::ldexp(1.0, 32) / rate + 0.5);
    const double drift =
        ticks_per_ns(middle, end) / ticks_per_ns(start, middle) - 1;
    return Calibration{rate * 1e9, std::abs(drift) * 1e6,
                       counter_is_invariant()};
  }();
  return calibration;
}

}  // namespace lockgauge::host
