#include "locks/platform/sim/explore/grace_periods.h"

#include <utility>

#include "locks/platform/sim/explore/execution.h"

namespace lockgauge::sim {
namespace {

std::uint32_t bit(const ExploredThread& thread) { return 1u << thread.number; }

}  // namespace

void GracePeriods::read_lock() {
  if (execution_.thread() == nullptr) return;
  execution_.step();
  ExploredThread& reader = *execution_.thread();
  if (reader.task->rcu_depth++ > 0) return;
  execution_.record("rcu_read_lock");
  readers_ |= bit(reader);
  reader.clock.join(periods_);
}

// No step: whoever waits for the section can go on from the next step on.
void GracePeriods::read_unlock() {
  ExploredThread* const reader = execution_.thread();
  if (reader == nullptr || --reader->task->rcu_depth > 0) return;
  execution_.record("rcu_read_unlock");
  readers_ &= ~bit(*reader);
  sections_.join(reader->clock);
  std::erase_if(waiters_, [&](Waiter* waiter) {
    section_ended(*reader, waiter->period);
    if (waiter->period.open != 0) return false;
    Execution::ready(*waiter->thread);
    return true;
  });
  for (Deferred& deferred : deferred_) section_ended(*reader, deferred.period);
  reader->clock.tick(reader->number);
  start_callbacks();
}

void GracePeriods::section_ended(const ExploredThread& reader, Period& period) {
  if (!(period.open & bit(reader))) return;
  period.end.join(reader.clock);
  period.open &= ~bit(reader);
  if (period.open == 0) over(period);
}

// Sections that are open now have all begun after the period.
void GracePeriods::over(const Period& period) {
  periods_.join(period.start);
  for (std::size_t i = 0; i < execution_.thread_count(); ++i) {
    ExploredThread& thread = *execution_.threads()[i];
    if (readers_ & bit(thread)) thread.clock.join(period.start);
  }
}

GracePeriods::Period GracePeriods::begin_period() {
  ExploredThread& thread = *execution_.thread();
  Period period{readers_, thread.clock, thread.clock};
  period.end.join(sections_);
  thread.clock.tick(thread.number);
  if (period.open == 0) over(period);
  return period;
}

void GracePeriods::synchronize() {
  if (execution_.thread() == nullptr) return;
  execution_.step();
  execution_.record("synchronize_rcu");
  ExploredThread& thread = *execution_.thread();
  Waiter waiter{&thread, begin_period()};
  if (waiter.period.open != 0) {
    waiters_.push_back(&waiter);
    execution_.block("for a grace period");
  }
  thread.clock.join(waiter.period.end);
}

void GracePeriods::call(Rcu::Head& head, void (*reclaim)(Rcu::Head*)) {
  head.reclaim = reclaim;
  ++deferred_count_;
  if (execution_.thread() == nullptr) {
    deferred_.push_back({&head, {}});
    return;
  }
  execution_.record("call_rcu", &head);
  deferred_.push_back({&head, begin_period()});
  start_callbacks();
}

void GracePeriods::start_callbacks() {
  if (callbacks_run_ || deferred_.empty() || deferred_[0].period.open != 0) {
    return;
  }
  if (callbacks_ == nullptr) {
    callbacks_ =
        &execution_.add_thread(0, /*daemon=*/true, [this] { run_callbacks(); });
  }
  callbacks_run_ = true;
  execution_.start(*callbacks_);
}

// Periods end in the order in which they began.
void GracePeriods::run_callbacks() {
  while (!deferred_.empty() && deferred_[0].period.open == 0) {
    execution_.step();
    const Deferred first = deferred_.front();
    deferred_.pop_front();
    callbacks_->clock.join(first.period.end);
    execution_.record("reclaims", first.head);
    first.head->reclaim(first.head);
    ++reclaimed_count_;
    std::erase_if(barriers_, [this](const Barrier& barrier) {
      if (barrier.count > reclaimed_count_) return false;
      barrier.thread->clock.join(callbacks_->clock);
      Execution::ready(*barrier.thread);
      return true;
    });
    callbacks_->clock.tick(callbacks_->number);
  }
  callbacks_run_ = false;
}

void GracePeriods::barrier() {
  if (execution_.thread() == nullptr) {
    reclaimed_count_ += deferred_.size();
    for (const Deferred& one : std::exchange(deferred_, {})) {
      one.head->reclaim(one.head);
    }
    return;
  }
  execution_.step();
  execution_.record("rcu_barrier");
  ExploredThread& thread = *execution_.thread();
  if (deferred_count_ == reclaimed_count_) {
    if (callbacks_ != nullptr) thread.clock.join(callbacks_->clock);
    return;
  }
  barriers_.push_back({&thread, deferred_count_});
  start_callbacks();
  execution_.block("for RCU callbacks");
}

void GracePeriods::clear() {
  sections_ = periods_ = {};
  readers_ = 0;
  waiters_.clear();
  deferred_.clear();
  barriers_.clear();
  deferred_count_ = reclaimed_count_ = 0;
  callbacks_ = nullptr;
  callbacks_run_ = false;
}

}  // namespace lockgauge::sim
