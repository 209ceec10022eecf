#include "locks/platform/sim/scheduler.h"

#include <algorithm>
#include <utility>

#include "locks/platform/sim/coherence.h"
#include "locks/platform/sim/cpu.h"

namespace lockgauge::sim {

void Scheduler::unwind() {
  for (auto& task : tasks_) task->fiber_->cancel();
}

Task& Scheduler::spawn(std::uint32_t cpu, bool daemon, Time start,
                       std::function<void()> body) {
  Task& task = *tasks_.emplace_back(std::make_unique<Task>(cpu, daemon));
  task.time = start;
  task.fiber_ = std::make_unique<Fiber>(
      [this, &task, body = std::move(body)]() -> Fiber& {
        try {
          body();
        } catch (const std::exception&) {
          error_ = std::current_exception();
        }
        return finish(task);
      });
  if (start != kNever) queue_.push(task, start, random_());
  return task;
}

void Scheduler::run(Time until) {
  caller_.time = until;
  // Last of its time: what is due at `until` still runs.
  queue_.push(caller_, until, ~std::uint64_t{0});
  current_ = &caller_;
  switch_to(next_task());
  current_ = nullptr;
  if (until != kNever) now_ = until;
  if (error_) std::rethrow_exception(std::exchange(error_, nullptr));
}

bool Scheduler::park(Time until) {
  Task& task = *current_;
  now_ = std::max(now_, task.time);
  task.parked = true;
  if (until != kNever) {
    task.time = until;
    queue_.push(task, until, random_());
  }
  switch_to(next_task());
  task.parked = false;
  return std::exchange(task.interrupted, false);
}

void Scheduler::wake(Task& task, Time at) {
  if (task.queued()) {
    if (task.time <= at) return;
    queue_.remove(task);
  }
  task.time = at;
  queue_.push(task, at, random_());
}

void Scheduler::interrupt(Task& task, Time now) {
  // It has been at this very time, and is about to look.
  if (task.interrupted) return;
  task.interrupted = true;
  // Of a task that is parked the clock says when it would have gone on.
  task.left_ = task.time - now;
  const bool runs = !task.parked && !task.queued();
  cancel(task);
  task.time = now;
  if (!runs) queue_.push(task, now, random_());
}

void Scheduler::change_costs(Task& task, const CostsPs& costs, Time now) {
  task.costs = &costs;
  if (task.waits_for == nullptr) return;
  task.wait.advance(now);
  task.wait.period = costs.pause + costs.hit;
  if (!task.queued() || task.interrupted) return;
  queue_.remove(task);
  task.time = task.wait.last_poll();
  queue_.push(task, task.time, random_());
}

bool Scheduler::hopeless() const {
  // Of a task that is about to run, events do happen before.
  if (!current_->parked && !current_->finished && current_ != &caller_) {
    return false;
  }
  const auto can_go_on = [](const Task& task) {
    return task.daemon || !task.wait.endless();
  };
  const auto in_line = [&](const auto& task) {
    return task->in_line && can_go_on(*task) && !task->home->stuck();
  };
  const auto due = [&](const Event& event) {
    const Task* const task = event.task();
    if (task == nullptr) return !event.recurs();
    return task != &caller_ && can_go_on(*task);
  };
  return !queue_.any_of(due) &&
         std::none_of(tasks_.begin(), tasks_.end(), in_line);
}

std::vector<const Task*> Scheduler::stuck() const {
  std::vector<const Task*> result;
  if (!queue_.empty()) return result;
  for (const auto& task : tasks_) {
    if (!task->finished && !task->daemon) result.push_back(task.get());
  }
  return result;
}

void Scheduler::wait_turn() {
  Task& task = *current_;
  do {
    if (Task* const next = queue_.first().task()) {
      queue_.pop_and_push(task, task.time, random_());
      switch_to(*next);
      if (!task.interrupted) [[likely]]
        return;
    } else {
      const Time now = queue_.next_time();
      queue_.pop().fire(now);
      if (!task.interrupted) continue;
    }
    serve_interruption();
  } while (task.time > queue_.next_time());
}

void Scheduler::serve_interruption() {
  Task& task = *current_;
  task.interrupted = false;
  const Time left = task.left_;
  task.home->serve(task);
  task.time += left;
}

Task& Scheduler::next_task() {
  for (;;) {
    const Time now = queue_.next_time();
    Event& next = queue_.pop();
    if (next.task() != nullptr) return *next.task();
    next.fire(now);
  }
}

void Scheduler::switch_to(Task& next) {
  if (&next == current_) return;
  ++switches_;
  if (next.time != kNever) now_ = next.time;
  Task& previous = *std::exchange(current_, &next);
  Fiber::switch_to(*previous.fiber_, *next.fiber_);
}

Fiber& Scheduler::finish(Task& task) {
  task.finished = true;
  now_ = std::max(now_, task.time);
  if (error_ && caller_.queued()) queue_.remove(caller_);
  current_ = error_ ? &caller_ : &next_task();
  return *current_->fiber_;
}

}  // namespace lockgauge::sim
