#ifndef LOCKGAUGE_LOCKS_PLATFORM_SIM_EXPLORE_GRACE_PERIODS_H_
#define LOCKGAUGE_LOCKS_PLATFORM_SIM_EXPLORE_GRACE_PERIODS_H_

#include <cstdint>
#include <deque>
#include <vector>

#include "locks/platform/sim/explore/vector_clock.h"
#include "locks/platform/sim/rcu.h"

namespace lockgauge::sim {

class Execution;
struct ExploredThread;

// RCU without time: a grace period is over when the last section has ended that
// was open when it began. Callbacks run in a thread of their own ("rcu"), at
// any time after their period that the strategy likes; in the end all run.
//
// What is ordered: of a section and a period, either all of the section before
// the end of the period, or the beginning of the period before all of the
// section; never more than that.
class GracePeriods {
 public:
  explicit GracePeriods(Execution& execution) : execution_(execution) {}

  // As of Rcu.
  void read_lock();
  void read_unlock();
  void synchronize();
  void call(Rcu::Head& head, void (*reclaim)(Rcu::Head*));
  void barrier();

  // Forgets everything, for the next execution.
  void clear();
  // Forgets what was deferred: it has come to nothing.
  void drop() { deferred_.clear(); }

 private:
  struct Period {
    std::uint32_t open = 0;  // threads whose sections it waits for
    VectorClock start;
    VectorClock end;  // grows until it is over
  };
  struct Waiter {
    ExploredThread* thread;
    Period period;
  };
  struct Deferred {
    Rcu::Head* head;
    Period period;
  };
  struct Barrier {
    ExploredThread* thread;
    std::uint64_t count;  // of callbacks that must have run
  };

  Period begin_period();
  void section_ended(const ExploredThread& reader, Period& period);
  void over(const Period& period);
  void run_callbacks();
  void start_callbacks();

  Execution& execution_;
  // What sections that have ended did; what was before periods that are over.
  VectorClock sections_;
  VectorClock periods_;
  std::uint32_t readers_ = 0;  // threads in sections
  std::vector<Waiter*> waiters_;
  std::deque<Deferred> deferred_;
  std::vector<Barrier> barriers_;
  std::uint64_t deferred_count_ = 0;
  std::uint64_t reclaimed_count_ = 0;
  ExploredThread* callbacks_ = nullptr;
  bool callbacks_run_ = false;
};

}  // namespace lockgauge::sim

#endif  // LOCKGAUGE_LOCKS_PLATFORM_SIM_EXPLORE_GRACE_PERIODS_H_
