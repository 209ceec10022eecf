#include "locks/platform/sim/cpu.h"

#include <algorithm>
#include <utility>

namespace lockgauge::sim {

Cpu::Cpu(std::uint32_t number, Scheduler& scheduler,
         const Scheduling& scheduling, Core& core, std::uint64_t seed)
    : scheduler_(scheduler),
      core_(core),
      slice_(scheduling.time_slice_ns * kPsPerNs),
      switch_(scheduling.switch_ns * kPsPerNs),
      steal_(scheduling.steal_ns * kPsPerNs),
      user_(scheduling.preemption == Preemption::kUser) {
  core_.cpus.push_back(this);
  if (scheduling.steal_every_ns > 0) {
    steals_.emplace(scheduling.steal_every_ns * kPsPerNs - steal_, seed,
                    RandomGaps::Stream::kSteal, number);
  }
}

void Cpu::arrive(Task& task, Time now) {
  if (running_ == nullptr) {
    set_busy(true, now);
    arm_steal(now);
    start(task, now);
  } else {
    task.in_line = true;
    line_.push_back(&task);
    arm_slice(now);
  }
}

void Cpu::resume(Time now) {
  if (running_ == nullptr) return;
  arm_slice(now);
  arm_steal(now);
}

void Cpu::begin(Task& task) {
  task.masked = false;
  task.charge_from(task.time);
  serve(task);
}

void Cpu::end(Task& task) { release(task); }

void Cpu::block(Task& task) {
  ++task.voluntary_switches;
  release(task);
  stay_away(task);
  serve(task);
}

void Cpu::yield(Task& task) {
  if (line_.empty()) return;
  ++task.voluntary_switches;
  requeue(task);
  serve(task);
}

void Cpu::drain(Task& task) {
  if (task.first_store != nullptr) {
    const Uninterrupted until_they_are_done(task);
    task.waits_for_stores = true;
    (void)scheduler_.park(kNever);
    task.waits_for_stores = false;
  } else if (task.stores_done > task.time) {
    const Uninterrupted until_they_are_done(task);
    task.time = task.stores_done;
    scheduler_.sync();
  }
}

void Cpu::serve(Task& task) {
  while (due(task)) {
    if (steal_due_) {
      be_stolen(task);
    } else if (Interrupt* const interrupt = next_interrupt()) {
      handle(task, *interrupt);
    } else {
      ++task.involuntary_switches;
      requeue(task);
    }
  }
}

void Cpu::raise(Interrupt& interrupt, Time now) {
  if (running_ == nullptr || interrupt.pending) {
    ++interrupts_.dropped;
    return;
  }
  interrupt.pending = true;
  pending_.push_back(&interrupt);
  deliver(now);
}

void Cpu::on_slice_end(Time now) {
  if (scheduler_.hopeless()) return;
  slice_over_ = true;
  deliver(now);
}

void Cpu::on_steal(Time now) {
  if (scheduler_.hopeless()) return;
  steal_due_ = true;
  deliver(now);
}

void Cpu::deliver(Time now) {
  if (running_ == nullptr || !due(*running_)) return;
  if (running_->masked) {
    // It looks for itself once it no longer is.
    running_->wanted = true;
  } else if (now < running_->masked_until) {
    deliver_at(running_->masked_until);
  } else {
    scheduler_.interrupt(*running_, now);
  }
}

void Cpu::deliver_at(Time at) {
  if (!delivery_.queued()) scheduler_.schedule(delivery_, at);
}

void Cpu::start(Task& task, Time at) {
  running_ = &task;
  slice_start_ = at;
  slice_over_ = false;
  update_costs(at);
  arm_slice(at);
  scheduler_.wake(task, at);
}

void Cpu::release(Task& task) {
  task.masked = true;
  task.charge_until(task.time);
  scheduler_.cancel(slice_end_);
  if (!line_.empty()) {
    Task& next = *line_.front();
    line_.pop_front();
    next.in_line = false;
    return start(next, task.time + switch_);
  }
  running_ = nullptr;
  scheduler_.cancel(steal_begin_);
  steal_due_ = false;
  interrupts_.dropped += pending_.size();
  for (Interrupt* const interrupt : pending_) interrupt->pending = false;
  pending_.clear();
  set_busy(false, task.time);
}

void Cpu::requeue(Task& task) {
  // A switch is a full barrier: the next one must see what this one stored.
  drain(task);
  task.in_line = true;
  line_.push_back(&task);
  release(task);
  stay_away(task);
}

void Cpu::stay_away(Task& task) {
  (void)scheduler_.park(kNever);
  task.masked = false;
  task.charge_from(task.time);
}

void Cpu::switch_late(Task& task) {
  scheduler_.sync();
  serve(task);
}

void Cpu::be_stolen(Task& task) {
  steal_due_ = false;
  is_stolen_ = true;
  stolen_since_ = task.time;
  task.charge_until(task.time);
  task.masked = true;
  scheduler_.cancel(slice_end_);
  set_busy(false, task.time);
  (void)scheduler_.park(task.time + steal_);
  set_busy(true, task.time);
  task.masked = false;
  task.charge_from(task.time);
  is_stolen_ = false;
  stolen_ += steal_;
  // A slice is time that the CPU was there.
  slice_start_ += steal_;
  arm_slice(task.time);
  arm_steal(task.time);
}

void Cpu::handle(Task& task, Interrupt& interrupt) {
  std::erase(pending_, &interrupt);
  interrupt.pending = false;
  // Without a slot there is nothing that a handler could nest in.
  if (task.slot == Task::kNoSlot) {
    ++interrupts_.dropped;
    return;
  }
  interrupt.in_handler = true;
  const Wait interrupted = std::exchange(task.wait, {});
  ++task.interrupt_depth;
  ++task.nmi_depth;
  interrupt.handle();
  scheduler_.sync();
  --task.nmi_depth;
  --task.interrupt_depth;
  task.wait = interrupted;
  interrupt.in_handler = false;
  ++interrupts_.handled;
}

Interrupt* Cpu::next_interrupt() const {
  const auto next = std::find_if(
      pending_.begin(), pending_.end(),
      [](const Interrupt* interrupt) { return !interrupt->in_handler; });
  return next == pending_.end() ? nullptr : *next;
}

void Cpu::arm_slice(Time now) {
  if (line_.empty() || slice_over_ || is_stolen_ || slice_end_.queued()) return;
  // Slices that nobody waited for are as if renewed at their end.
  const Time elapsed = now > slice_start_ ? now - slice_start_ : 0;
  scheduler_.schedule(slice_end_,
                      slice_start_ + (elapsed / slice_ + 1) * slice_);
}

void Cpu::arm_steal(Time now) {
  if (!steals_ || steal_due_ || is_stolen_ || steal_begin_.queued()) return;
  scheduler_.schedule(steal_begin_, now + steals_->next());
}

void Cpu::set_busy(bool busy, Time now) {
  busy_ = busy;
  core_.busy += busy ? 1 : -1;
  for (Cpu* const sibling : core_.cpus) {
    if (sibling != this) sibling->update_costs(now);
  }
}

void Cpu::update_costs(Time now) {
  if (running_ == nullptr) return;
  const CostsPs& costs = core_.costs(core_.busy - busy_);
  if (running_->costs != &costs) scheduler_.change_costs(*running_, costs, now);
}

}  // namespace lockgauge::sim
