#include "locks/platform/sim/rcu.h"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "locks/platform/sim/cpu.h"

namespace lockgauge::sim {

Rcu::Rcu(Scheduler& scheduler, const StoreBuffer& stores, std::uint32_t cpus)
    : scheduler_(scheduler),
      stores_(stores),
      deferred_(cpus),
      periods_(scheduler.spawn(/*cpu=*/0, /*daemon=*/true, 0,
                               [this] { run_periods(); })) {}

void Rcu::read_lock() {
  Task* const reader = scheduler_.current();
  if (reader == nullptr || reader->rcu_depth++ > 0) return;
  reader->rcu_period = begun_;
  ++readers_since_;
}

void Rcu::read_unlock() {
  Task* const reader = scheduler_.current();
  if (reader == nullptr || --reader->rcu_depth > 0) return;
  if (reader->rcu_period == begun_) {
    --readers_since_;
    return;
  }
  last_reader_ = std::max(last_reader_, reader->time);
  if (--readers_before_ == 0) scheduler_.wake(periods_, last_reader_);
}

void Rcu::synchronize() {
  Task* const task = scheduler_.current();
  if (task == nullptr) return;
  if (task->interrupt_depth > 0) {
    throw std::logic_error("an interrupt handler must not wait for readers");
  }
  // First: until it has blocked, nobody may find it among the waiters.
  task->home->drain(*task);
  scheduler_.sync();
  waiters_.push_back({task, want_period()});
  task->home->block(*task);
}

void Rcu::call(Head& head, void (*reclaim)(Head*)) {
  head.reclaim = reclaim;
  const Task* const task = scheduler_.current();
  Deferred& own = deferred_[task == nullptr ? 0 : task->cpu];
  own.arriving.push_back(&head);
  if (!own.waiting.empty()) {
    if (ended_ < own.until) return;
    reclaim_all(std::exchange(own.waiting, {}));
    // Others of this CPU may have been here meanwhile.
    if (!own.waiting.empty()) return;
  }
  own.waiting.swap(own.arriving);
  own.until = want_period();
}

void Rcu::barrier() {
  Heads taken;
  for (Deferred& one : deferred_) {
    for (Heads* const heads : {&one.waiting, &one.arriving}) {
      taken.insert(taken.end(), heads->begin(), heads->end());
      heads->clear();
    }
  }
  synchronize();
  reclaim_all(taken);
}

void Rcu::run_periods() {
  for (;;) {
    if (!wanted_) {
      idle_ = true;
      scheduler_.park(kNever);
    }
    wanted_ = false;
    ++begun_;
    readers_before_ = std::exchange(readers_since_, 0);
    if (readers_before_ > 0) scheduler_.park(kNever);
    wait_for_stores();
    ended_ = begun_;
    wake_waiters();
  }
}

std::uint64_t Rcu::want_period() {
  wanted_ = true;
  if (idle_) {
    idle_ = false;
    const Task* const task = scheduler_.current();
    scheduler_.wake(periods_, task == nullptr ? scheduler_.now() : task->time);
  }
  return begun_ + 1;
}

void Rcu::wait_for_stores() {
  constexpr Time kStep = 10 * kPsPerNs;
  const std::uint64_t so_far = stores_.count();
  while (stores_.any_of_first(so_far)) {
    periods_.time += kStep;
    scheduler_.sync();
  }
}

void Rcu::wake_waiters() {
  std::erase_if(waiters_, [this](const Waiter& waiter) {
    const bool done = waiter.until <= ended_;
    if (done) waiter.task->home->arrive(*waiter.task, periods_.time);
    return done;
  });
}

void Rcu::reclaim_all(const Heads& heads) {
  for (Head* const head : heads) head->reclaim(head);
}

}  // namespace lockgauge::sim
