#ifndef LOCKGAUGE_LOCKS_PLATFORM_SIM_SCHEDULER_H_
#define LOCKGAUGE_LOCKS_PLATFORM_SIM_SCHEDULER_H_

#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <random>
#include <vector>

#include "locks/platform/sim/event_queue.h"
#include "locks/platform/sim/fiber.h"

namespace lockgauge::sim {

struct Line;
class PendingStore;

// A simulated thread: a fiber with a clock of its own. Its clock may be ahead
// of the machine's (of the earliest task that can run), never behind; sync()
// brings the two together before the task does what others could see.
class Task final : public Event {
 public:
  Task(std::uint32_t on_cpu, bool is_daemon)
      : Event(this), cpu(on_cpu), daemon(is_daemon) {}

  const std::uint32_t cpu;
  // Serves the others: the machine does not wait for its end.
  const bool daemon;
  Time time = 0;
  // Stores that it went on from before they were done; see StoreBuffer.
  PendingStore* first_store = nullptr;
  PendingStore* last_store = nullptr;
  Time stores_done = 0;
  bool waits_for_stores = false;
  // Parked: the line it waits for, among the line's other waiters.
  Line* waits_for = nullptr;
  Time waits_since = 0;
  Task* next_waiter = nullptr;
  Task* previous_waiter = nullptr;
  bool finished = false;

  // The platform's: see slot.h and rcu.h.
  std::uint32_t slot = ~0u;
  std::uint32_t nmi_depth = 0;
  std::uint32_t preempt_depth = 0;
  std::uint32_t rcu_depth = 0;
  std::uint64_t rcu_period = 0;

 private:
  friend class Scheduler;
  std::unique_ptr<Fiber> fiber_;
};

// Runs tasks one at a time, the earliest first. Among tasks of the same time
// the seed decides.
class Scheduler {
 public:
  explicit Scheduler(std::uint64_t seed) : random_(seed) {
    caller_.fiber_ = std::make_unique<Fiber>();
  }

  // Ends tasks that have not finished: unwinds their stacks.
  void unwind();

  // A task that will call body() at `start`. A std::exception that leaves
  // body() ends the run and leaves run().
  Task& spawn(std::uint32_t cpu, bool daemon, Time start,
              std::function<void()> body);

  // Runs until `until`, or until no task has anything left to do.
  void run(Time until);

  // The task running now; nullptr outside run().
  Task* current() const { return current_; }

  // Lets everybody run who is behind the calling task. Afterwards nobody acts
  // before it, until it next moves its clock.
  void sync() {
    if (current_->time > queue_.next_time()) wait_turn();
  }

  // Stops the calling task until wake(), at the latest until `until`.
  void park(Time until);
  // Lets a parked task go on at `at`, or earlier if that was earlier.
  void wake(Task& task, Time at);
  // Lets event.fire() happen at `at`.
  void schedule(Event& event, Time at) { queue_.push(event, at, random_()); }

  // When nobody will ever run again: those that have not finished.
  std::vector<const Task*> stuck() const;
  // When the last task was let run, or the end of the last run.
  Time now() const { return now_; }
  // Times that a task was let run.
  std::uint64_t switches() const { return switches_; }

 private:
  void wait_turn();
  // Whose turn is next, all having happened that is due before.
  Task& next_task();
  void switch_to(Task& next);
  // Whose turn it is when a task has ended.
  Fiber& finish(Task& task);

  std::mt19937_64 random_;
  EventQueue queue_;
  std::vector<std::unique_ptr<Task>> tasks_;
  // Whoever called run(): a task whose turn comes at the end of the run.
  Task caller_{0, true};
  Task* current_ = nullptr;
  std::exception_ptr error_;
  Time now_ = 0;
  std::uint64_t switches_ = 0;
};

}  // namespace lockgauge::sim

#endif  // LOCKGAUGE_LOCKS_PLATFORM_SIM_SCHEDULER_H_
