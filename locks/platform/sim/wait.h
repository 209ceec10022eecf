#ifndef LOCKGAUGE_LOCKS_PLATFORM_SIM_WAIT_H_
#define LOCKGAUGE_LOCKS_PLATFORM_SIM_WAIT_H_

#include <cstdint>

#include "locks/platform/sim/event_queue.h"
#include "locks/platform/sim/line.h"

namespace lockgauge::sim {

// A task's wait for a line to change: polls, of which only those that may see a
// change are carried out.
//
//   |--pause--|hit|--pause--|hit|--pause--|hit
//   since     first poll    +period       +period
struct Wait {
  static constexpr std::uint64_t kNoLimit = ~std::uint64_t{0};

  Time next_poll = 0;
  Time period = 0;
  const Line* line = nullptr;    // nullptr: the task does not wait
  std::uint64_t version = 0;     // of the line, as last seen
  std::uint64_t polls = 0;       // after which the wait ends
  std::uint64_t polls_done = 0;  // before next_poll
  Time since = 0;

  // Only a change can end it, and there has been none.
  bool endless() const {
    return line != nullptr && polls == kNoLimit && line->version == version;
  }

  // The first poll not before `at`.
  Time poll_from(Time at) const {
    if (at <= next_poll) return next_poll;
    return next_poll + (at - next_poll + period - 1) / period * period;
  }

  Time last_poll() const {
    if (polls == kNoLimit) return kNever;
    return next_poll + (polls - polls_done - 1) * period;
  }

  // All polls before `now` have seen the same as before.
  void advance(Time now) {
    const Time next = poll_from(now);
    polls_done += (next - next_poll) / period;
    next_poll = next;
  }
};

}  // namespace lockgauge::sim

#endif  // LOCKGAUGE_LOCKS_PLATFORM_SIM_WAIT_H_
