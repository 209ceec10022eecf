#ifndef LOCKGAUGE_LOCKS_PLATFORM_SIM_CPU_H_
#define LOCKGAUGE_LOCKS_PLATFORM_SIM_CPU_H_

#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

#include "locks/platform/sim/core.h"
#include "locks/platform/sim/description.h"
#include "locks/platform/sim/interrupt.h"
#include "locks/platform/sim/random_gaps.h"
#include "locks/platform/sim/scheduler.h"

namespace lockgauge::sim {

// A CPU: runs one of its tasks at a time, lets the others wait in line, and is
// interrupted.
//
// Round robin, as the kernel's SCHED_RR among equals: who has used up its time
// slice goes to the end of the line. That is all: a task that wakes up waits
// its turn, however little it has had. The kernel's fair class would let it run
// ahead of those that had more, on slices that get shorter with their number,
// and would move tasks to CPUs that have nothing to do.
//
// Whatever takes the CPU from what runs on it (the end of a slice, an
// interrupt, the hypervisor) is an interruption: it happens between two
// accesses or in the midst of computing or waiting, and what is left of these
// is done afterwards. The interrupted task itself carries it out, in serve().
class Cpu {
 public:
  Cpu(std::uint32_t number, Scheduler& scheduler, const Scheduling& scheduling,
      Core& core, std::uint64_t seed);
  Cpu(const Cpu&) = delete;
  Cpu& operator=(const Cpu&) = delete;

  // A task that is new or was blocked wants to run, now. It pays for no switch
  // if the CPU had nothing to do.
  void arrive(Task& task, Time now);
  // What a run that came to its end without any hope had given up.
  void resume(Time now);

  // By the running task, at the machine's time (after sync()): the first and
  // the last that it does; leaves the CPU, its stores done, until it arrives
  // again; lets those in line run first.
  void begin(Task& task);
  void end(Task& task);
  void block(Task& task);
  void yield(Task& task);
  // Until all that the running task has stored so far has happened.
  void drain(Task& task);
  // Carries out the interruptions that are due.
  void serve(Task& task);
  // By the running task, at its own time: preemption is on again, or an access
  // is done, see Uninterrupted.
  void preempt_enabled(Task& task) {
    if (slice_over_ && may_preempt(task)) switch_late(task);
  }
  void unmasked(Task& task) {
    task.wanted = false;
    if (due(task)) deliver_at(task.time);
  }

  // An interrupt happens.
  void raise(Interrupt& interrupt, Time now);

  // Whether those in line never get their turn.
  bool stuck() const {
    return running_ != nullptr && running_->wait.endless() &&
           !may_preempt(*running_);
  }

  InterruptCounts interrupts() const { return interrupts_; }
  // Time that was taken away from tasks.
  Time stolen(Time now) const {
    return stolen_ + (is_stolen_ ? now - stolen_since_ : 0);
  }

 private:
  // Something that happens to the CPU.
  class Happening final : public Event {
   public:
    using Act = void (Cpu::*)(Time now);
    Happening(Cpu& cpu, Act act, bool recurs)
        : Event(nullptr, recurs), cpu_(cpu), act_(act) {}
    void fire(Time now) override { (cpu_.*act_)(now); }

   private:
    Cpu& cpu_;
    const Act act_;
  };

  void on_slice_end(Time now);
  void on_steal(Time now);
  void deliver(Time now);
  void deliver_at(Time at);

  // `task` runs from `at` on.
  void start(Task& task, Time at);
  // The running task leaves; the next in line starts.
  void release(Task& task);
  // To the end of the line, until it is its turn again.
  void requeue(Task& task);
  // Off the CPU until it has it again.
  void stay_away(Task& task);
  void switch_late(Task& task);
  void be_stolen(Task& task);
  void handle(Task& task, Interrupt& interrupt);

  bool may_preempt(const Task& task) const {
    return task.interrupt_depth == 0 && (user_ || task.preempt_depth == 0);
  }
  bool due(const Task& task) const {
    return steal_due_ || next_interrupt() != nullptr ||
           (slice_over_ && may_preempt(task));
  }
  Interrupt* next_interrupt() const;
  void arm_slice(Time now);
  void arm_steal(Time now);
  void set_busy(bool busy, Time now);
  void update_costs(Time now);

  Scheduler& scheduler_;
  Core& core_;
  const Time slice_;
  const Time switch_;
  const Time steal_;
  const bool user_;  // preemption is never off

  Task* running_ = nullptr;
  bool slice_over_ = false;
  bool steal_due_ = false;
  std::vector<Interrupt*> pending_;

  std::deque<Task*> line_;
  Time slice_start_ = 0;
  Happening slice_end_{*this, &Cpu::on_slice_end, /*recurs=*/true};

  std::optional<RandomGaps> steals_;
  Happening steal_begin_{*this, &Cpu::on_steal, /*recurs=*/true};
  bool is_stolen_ = false;
  Time stolen_since_ = 0;
  Time stolen_ = 0;

  Happening delivery_{*this, &Cpu::deliver, /*recurs=*/false};
  InterruptCounts interrupts_;
  bool busy_ = false;  // of the core's
};

// The task is in the midst of one instruction, which nothing interrupts.
class Uninterrupted {
 public:
  explicit Uninterrupted(Task& task) : task_(task), outer_(task.masked) {
    task.masked = true;
  }
  ~Uninterrupted() {
    task_.masked = outer_;
    task_.masked_until = task_.time;
    if (task_.wanted && !outer_) task_.home->unmasked(task_);
  }
  Uninterrupted(const Uninterrupted&) = delete;
  Uninterrupted& operator=(const Uninterrupted&) = delete;

 private:
  Task& task_;
  const bool outer_;
};

}  // namespace lockgauge::sim

#endif  // LOCKGAUGE_LOCKS_PLATFORM_SIM_CPU_H_
