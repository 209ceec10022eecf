#ifndef LOCKGAUGE_LOCKS_PLATFORM_SIM_RCU_H_
#define LOCKGAUGE_LOCKS_PLATFORM_SIM_RCU_H_

#include <cstdint>
#include <vector>

#include "locks/platform/sim/scheduler.h"
#include "locks/platform/sim/store_buffer.h"

namespace lockgauge::sim {

// RCU in virtual time: a grace period ends with the last read section that was
// open when it began, not a moment later. As in the kernel, each CPU keeps what
// it deferred and reclaims it itself.
class Rcu {
 public:
  // Embedded in what is to be reclaimed.
  struct Head {
    void (*reclaim)(Head*);
  };

  Rcu(Scheduler& scheduler, const StoreBuffer& stores, std::uint32_t cpus);

  // Outside of threads nobody reads: there the first three do nothing, and
  // barrier() does not wait.
  void read_lock();
  void read_unlock();
  void synchronize();
  // reclaim(head) after a grace period, by a later call() on this CPU or by a
  // barrier().
  void call(Head& head, void (*reclaim)(Head*));
  // Reclaims all that any CPU has deferred so far, each CPU's in its order.
  void barrier();

 private:
  using Heads = std::vector<Head*>;

  // What one CPU has deferred.
  struct Deferred {
    Heads waiting;  // for the end of period `until`
    std::uint64_t until = 0;
    Heads arriving;
  };
  struct Waiter {
    Task* task;
    std::uint64_t until;
  };

  // Ends grace periods while somebody wants one.
  void run_periods();
  // The number of the first period that has not begun; it will.
  std::uint64_t want_period();
  // Until what anybody has stored so far has happened.
  void wait_for_stores();
  void wake_waiters();
  static void reclaim_all(const Heads& heads);

  Scheduler& scheduler_;
  const StoreBuffer& stores_;
  std::uint64_t begun_ = 0;  // periods
  std::uint64_t ended_ = 0;
  bool wanted_ = false;
  std::uint32_t readers_before_ = 0;  // whose section began before the period
  std::uint32_t readers_since_ = 0;
  Time last_reader_ = 0;  // when its section ended
  std::vector<Waiter> waiters_;
  std::vector<Deferred> deferred_;  // by CPU
  Task& periods_;
  bool idle_ = false;  // periods_ has nothing to do
};

}  // namespace lockgauge::sim

#endif  // LOCKGAUGE_LOCKS_PLATFORM_SIM_RCU_H_
