#ifndef LOCKGAUGE_LOCKS_PLATFORM_SIM_SCHEDULER_H_
#define LOCKGAUGE_LOCKS_PLATFORM_SIM_SCHEDULER_H_

#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <random>
#include <utility>
#include <vector>

#include "locks/platform/sim/event_queue.h"
#include "locks/platform/sim/fiber.h"
#include "locks/platform/sim/wait.h"

namespace lockgauge::sim {

class Cpu;
class PendingStore;
struct CostsPs;

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
  bool finished = false;
  bool in_line = false;  // for its CPU
  // Parked; and interrupted, until it has looked. Must not be: now (and would
  // have been since); before.
  bool parked = false;
  bool interrupted = false;
  bool masked = true;
  bool wanted = false;
  Time masked_until = 0;
  Time time = 0;
  Cpu* home = nullptr;             // nullptr: a daemon, of no CPU
  const CostsPs* costs = nullptr;  // what its CPU pays
  // Parked: the line it waits for, among the line's other waiters.
  Line* waits_for = nullptr;
  Task* next_waiter = nullptr;
  Task* previous_waiter = nullptr;
  Wait wait;
  // Stores that it went on from before they were done; see StoreBuffer.
  PendingStore* first_store = nullptr;
  PendingStore* last_store = nullptr;
  Time stores_done = 0;
  bool waits_for_stores = false;

  // The time that it has had its CPU for; see Cpu.
  void charge_from(Time now) { on_cpu_since_ = now; }
  void charge_until(Time now) {
    cpu_time_ += now - std::exchange(on_cpu_since_, kNever);
  }
  Time cpu_time(Time now) const {
    return cpu_time_ + (now > on_cpu_since_ ? now - on_cpu_since_ : 0);
  }
  std::uint64_t voluntary_switches = 0;
  std::uint64_t involuntary_switches = 0;
  std::uint32_t interrupt_depth = 0;

  // The platform's: see slot.h and rcu.h.
  static constexpr std::uint32_t kNoSlot = ~0u;
  std::uint32_t slot = kNoSlot;
  std::uint32_t nmi_depth = 0;
  std::uint32_t preempt_depth = 0;
  std::uint32_t rcu_depth = 0;
  std::uint64_t rcu_period = 0;

 private:
  friend class Scheduler;
  std::unique_ptr<Fiber> fiber_;
  Time cpu_time_ = 0;
  Time on_cpu_since_ = kNever;  // kNever: is off it
  Time left_ = 0;               // of what it did when it was interrupted
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

  // A task that will call body() at `start`; kNever: after wake(). A
  // std::exception that leaves body() ends the run and leaves run().
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

  // Stops the calling task until wake(), at the latest until `until`. True: it
  // has been interrupted instead, and is to call Cpu::serve().
  bool park(Time until);
  // Lets a parked task go on at `at`, or earlier if that was earlier.
  void wake(Task& task, Time at);
  // Lets event.fire() happen at `at`.
  void schedule(Event& event, Time at) { queue_.push(event, at, random_()); }
  void cancel(Event& event) {
    if (event.queued()) queue_.remove(event);
  }
  // Makes a task of a CPU, one that is not masked, leave what it does for now
  // and serve interruptions: it goes on with a clock of `now`.
  void interrupt(Task& task, Time now);
  // From now on the task pays these; its wait takes accordingly longer.
  void change_costs(Task& task, const CostsPs& costs, Time now);

  // No task can ever go on, but for being interrupted.
  bool hopeless() const;
  // When nobody will ever run again: those that have not finished.
  std::vector<const Task*> stuck() const;
  // When the last task was let run, or the end of the last run.
  Time now() const { return now_; }
  // Times that a task was let run.
  std::uint64_t switches() const { return switches_; }

 private:
  void wait_turn();
  [[gnu::cold, gnu::noinline]] void serve_interruption();
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
