#ifndef LOCKGAUGE_LOCKS_PLATFORM_SIM_EXPLORE_THREAD_H_
#define LOCKGAUGE_LOCKS_PLATFORM_SIM_EXPLORE_THREAD_H_

#include <cstdint>
#include <functional>
#include <optional>

#include "locks/platform/sim/explore/call_stack.h"
#include "locks/platform/sim/explore/vector_clock.h"
#include "locks/platform/sim/scheduler.h"

namespace lockgauge::sim {

// A thread of an explored execution.
struct ExploredThread {
  enum class State { kReady, kWaiting, kFinished };

  std::uint32_t number = 0;  // in the order of spawn()
  bool daemon = false;       // runs RCU callbacks
  std::optional<Task> task;  // what the platform keeps for it
  std::function<void()> body;
  State state = State::kFinished;

  // While it waits: for which atomic, or for what else.
  const void* waits_for = nullptr;
  const char* waits_why = nullptr;
  bool may_expire = false;
  std::uint32_t expiries = 0;  // of this wait in a row

  // It lets others go first until a value changes; since then, how often it
  // has, and whether it went on all the same.
  bool relaxed = false;
  bool insisted = false;
  std::uint32_t relaxes = 0;

  VectorClock clock;
  CallStack calls;
};

}  // namespace lockgauge::sim

#endif  // LOCKGAUGE_LOCKS_PLATFORM_SIM_EXPLORE_THREAD_H_
