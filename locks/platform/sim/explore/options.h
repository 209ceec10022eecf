#ifndef LOCKGAUGE_LOCKS_PLATFORM_SIM_EXPLORE_OPTIONS_H_
#define LOCKGAUGE_LOCKS_PLATFORM_SIM_EXPLORE_OPTIONS_H_

#include <cstdint>

namespace lockgauge::sim {

// Where threads may be switched, besides where one cannot go on.
enum class Granularity {
  kAccesses,  // before each access to an atomic
  kPoints,    // at Machine::point() only
};

// When a wait that may be given up lets its polls pass in vain.
enum class Expiry {
  kWhenStuck,  // when nobody else can go on
  kAnyTime,    // also while others can, at the cost of a preemption
};

// How a test is explored.
struct Options {
  Granularity granularity = Granularity::kAccesses;
  Expiry expiry = Expiry::kWhenStuck;
  // The exploration stops after so many.
  std::uint64_t executions = 10'000'000;
  // Once one has failed, how many more to look for a failure with fewer
  // switches between threads.
  std::uint64_t executions_after_failure = 0;
  // An execution of more steps has failed: a livelock, or too long.
  std::uint64_t steps = 20'000;
  // So has one with so many relax() in a row and no change of any value.
  std::uint64_t relaxes = 2'000;
  // How far the clock moves when a wait expires; twice as far when the same one
  // expires again. The kernel looks for cycles after 1 ms and gives up after
  // 250 ms: the first is reached at once, the second by the seventh time.
  std::uint64_t expiry_ns = 2'000'000;
  // Whether interleavings show all accesses to atomics, or those to the
  // beginning of something with a name only, and what went wrong.
  bool show_unnamed = true;
};

}  // namespace lockgauge::sim

#endif  // LOCKGAUGE_LOCKS_PLATFORM_SIM_EXPLORE_OPTIONS_H_
