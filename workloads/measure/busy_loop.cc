#include "workloads/measure/busy_loop.h"

#include <algorithm>
#include <limits>

#include "locks/platform/host/clock.h"

namespace lockgauge::measure {
namespace {

// The fastest of several runs: the one that was least disturbed.
double turns_per_ns() {
  std::uint64_t turns = 1'000'000;
  // A compiler that knew the number could make a loop for it.
  asm volatile("" : "+r"(turns));
  host::Clock::calibrate();
  double shortest_ns = std::numeric_limits<double>::infinity();
  for (int run = 0; run < 10; ++run) {
    const std::uint64_t begin_ns = host::Clock::now_ns();
    busy_loop(turns);
    const std::uint64_t end_ns = host::Clock::now_ns();
    shortest_ns = std::min(shortest_ns, static_cast<double>(end_ns - begin_ns));
  }
  return static_cast<double>(turns) / shortest_ns;
}

}  // namespace

[[gnu::noinline]] void busy_loop(std::uint64_t turns) {
  for (std::uint64_t turn = 0; turn < turns; ++turn) asm volatile("");
}

std::uint64_t busy_loop_turns(double ns) {
  static const double rate = turns_per_ns();
  return static_cast<std::uint64_t>(ns * rate + 0.5);
}

}  // namespace lockgauge::measure
