#include "locks/platform/sim/explore/execution.h"

#include <sstream>
#include <stdexcept>
#include <utility>

#include "locks/platform/sim/explore/explore.h"
#include "locks/platform/sim/machine.h"

namespace lockgauge::sim {
namespace {

constexpr std::uint64_t kStep_ns = 10;
// 2 ms doubled so often are 35 minutes.
constexpr std::uint32_t kMaxDoublings = 20;

}  // namespace

Execution::Execution(const Options& options)
    : options_(options), rcu_(*this), races_(*this) {}

void Execution::begin(Strategy& strategy, Trace* trace) {
  strategy_ = &strategy;
  trace_ = trace;
  schedule_.clear();
  for (std::size_t i = 0; i < thread_count_; ++i) threads_[i]->body = nullptr;
  thread_count_ = 0;
  locations_.clear();
  rcu_.clear();
  races_.clear();
  outside_ = {};
  error_ = nullptr;
  broken_ = nullptr;
  failure_.clear();
  steps_ = relaxes_ = now_ns_ = 0;
  events_ = 0;
}

Execution::Thread& Execution::add_thread(std::uint32_t cpu, bool daemon,
                                         std::function<void()> body) {
  if (thread_count_ == kMaxExplored) {
    throw std::runtime_error("more than " + std::to_string(kMaxExplored) +
                             " threads in one explored execution");
  }
  if (thread_count_ == threads_.size()) {
    threads_.push_back(std::make_unique<Thread>());
    workers_.emplace_back();
  }
  Thread& thread = *threads_[thread_count_];
  thread.number = static_cast<std::uint32_t>(thread_count_++);
  thread.daemon = daemon;
  thread.task.emplace(cpu, daemon);
  thread.body = std::move(body);
  thread.state = Thread::State::kFinished;
  thread.relaxed = thread.insisted = false;
  thread.relaxes = thread.expiries = 0;
  thread.clock = outside_;
  if (trace_ != nullptr) {
    trace_->add_thread(daemon ? "RCU callbacks" : "CPU " + std::to_string(cpu));
  }
  return thread;
}

void Execution::start(Thread& thread) {
  thread.clock.tick(thread.number);
  thread.calls.clear();
  if (workers_[thread.number] == nullptr) {
    workers_[thread.number] = std::make_unique<Worker>(*this, thread);
  }
  ready(thread);
}

std::uint32_t Execution::spawn(std::uint32_t cpu, std::function<void()> body) {
  if (current_ != nullptr) step();
  Thread& thread = add_thread(cpu, /*daemon=*/false, std::move(body));
  if (current_ != nullptr) {
    thread.clock.join(current_->clock);
    current_->clock.tick(current_->number);
    record("spawns a thread");
  }
  start(thread);
  return thread.number;
}

void Execution::run() {
  running_ = this;
  recording_ = trace_ != nullptr ? this : nullptr;
  if (trace_ != nullptr) trace_->begin_run();
  go_on_from_outside();
  // Not as each of them ends: what is spawned during a run knows of nobody but
  // who spawned it.
  for (std::size_t i = 0; i < thread_count_; ++i) {
    outside_.join(threads_[i]->clock);
  }
  Races::watch(nullptr);
  running_ = recording_ = nullptr;
  std::string stuck = describe_stuck();
  if (error_ == nullptr && failure_.empty() && stuck.empty()) return;
  if (!failure_.empty()) stuck = failure_;
  const bool violated = !failure_.empty();
  unwind();
  if (error_ != nullptr) std::rethrow_exception(std::exchange(error_, nullptr));
  if (violated) throw Violation(stuck);
  throw Deadlock(stuck);
}

void Execution::go_on_from_outside() {
  try {
    if (Thread* const next = next_thread(/*can_go_on=*/false)) switch_to(next);
  } catch (const std::exception&) {
    error_ = std::current_exception();
  }
}

void Execution::work(Worker& worker, Thread& thread) {
  for (;;) {
    Thread* next = nullptr;
    try {
      Races::watch(&races_);
      thread.body();
      finish(thread);
      if (failure_.empty()) next = next_thread(/*can_go_on=*/false);
    } catch (const std::exception&) {
      error_ = std::current_exception();
    }
    current_ = next;
    Fiber::switch_to(worker.fiber, fiber_of(next));
  }
}

void Execution::finish(Thread& thread) {
  thread.state = Thread::State::kFinished;
  record("ends");
}

// Where they stand, and while what they use is still there.
void Execution::unwind() {
  rcu_.drop();
  for (std::size_t i = 0; i < thread_count_; ++i) {
    if (threads_[i]->state == Thread::State::kFinished) continue;
    threads_[i]->state = Thread::State::kFinished;
    workers_[i] = nullptr;
  }
}

Fiber& Execution::fiber_of(Thread* thread) {
  return thread == nullptr ? caller_ : workers_[thread->number]->fiber;
}

void Execution::switch_to(Thread* next) {
  if (next == current_) return;
  Fiber& from = fiber_of(std::exchange(current_, next));
  Fiber::switch_to(from, fiber_of(next));
  Races::watch(current_ == nullptr ? nullptr : &races_);
}

void Execution::collect(bool can_go_on) {
  using State = Thread::State;
  options_now_.clear();
  const auto add = [this](std::uint32_t cost, auto admits) {
    for (std::size_t i = 0; i < thread_count_; ++i) {
      const Thread& thread = *threads_[i];
      if (admits(thread)) options_now_.push_back({thread.number, cost});
    }
  };
  const auto expires = [](const Thread& thread) {
    return thread.state == State::kWaiting && thread.may_expire;
  };
  const auto relaxes = [](const Thread& thread) {
    return thread.state == State::kReady && thread.relaxed;
  };
  if (can_go_on) options_now_.push_back({current_->number, 0});
  add(can_go_on, [&](const Thread& thread) {
    return thread.state == State::kReady && !thread.relaxed &&
           !(can_go_on && &thread == current_);
  });
  if (!options_now_.empty()) {
    if (options_.expiry == Expiry::kAnyTime) add(1, expires);
    add(1, [&](const Thread& thread) {
      return &thread == current_ && relaxes(thread) && !thread.insisted;
    });
    return;
  }
  // Those that relaxed look once more; if that changes nothing, only a wait
  // that is given up can.
  add(0, [&](const Thread& thread) {
    return relaxes(thread) && thread.relaxes < 2;
  });
  if (options_now_.empty()) add(0, expires);
  if (options_now_.empty()) add(0, relaxes);
}

std::size_t Execution::pick(Choice::Kind kind) {
  try {
    const std::size_t picked = strategy_->pick({kind, options_now_});
    schedule_.add(
        {kind == Choice::Kind::kOutcome, options_now_[picked].number});
    return picked;
  } catch (const std::exception&) {
    broken_ = std::current_exception();
    throw;
  }
}

Execution::Thread* Execution::next_thread(bool can_go_on) {
  collect(can_go_on);
  if (options_now_.empty()) return nullptr;
  Thread& next = *threads_[options_now_[pick(Choice::Kind::kThread)].number];
  if (&next == current_ && next.relaxed) next.insisted = true;
  next.relaxed = false;
  return &next;
}

void Execution::count_step() {
  if (!failure_.empty()) throw Violation(failure_);
  now_ns_ += kStep_ns;
  if (++steps_ > options_.steps) {
    throw Violation("livelock, or too long: " + std::to_string(options_.steps) +
                    " steps and no end");
  }
}

void Execution::step() {
  count_step();
  if (options_.granularity == Granularity::kAccesses) {
    switch_to(next_thread(/*can_go_on=*/true));
  }
}

void Execution::access() {
  step();
  Races::watch(nullptr);
}

void Execution::point(const char* label, Where where) {
  count_step();
  record(label, nullptr, where);
  switch_to(next_thread(/*can_go_on=*/true));
}

void Execution::relax() {
  count_step();
  if (++relaxes_ > options_.relaxes) {
    throw Violation("livelock: all that can go on only relax, " +
                    std::to_string(options_.relaxes) + " times in a row");
  }
  current_->relaxed = true;
  ++current_->relaxes;
  record("relaxes");
  switch_to(next_thread(/*can_go_on=*/false));
}

void Execution::block(const char* why) {
  count_step();
  current_->waits_why = why;
  current_->state = Thread::State::kWaiting;
  record_waiting();
  switch_to(next_thread(/*can_go_on=*/false));
}

std::uint64_t Execution::wait_for_change(const void* address,
                                         std::uint64_t version,
                                         std::uint64_t polls, bool may_expire) {
  Thread& thread = *current_;
  if (locations_.at(address).version != version) {
    thread.expiries = 0;
    return 1;
  }
  thread.waits_for = address;
  thread.may_expire = may_expire;
  block(nullptr);
  thread.waits_for = nullptr;
  thread.may_expire = false;
  if (thread.state == Thread::State::kReady) {
    thread.expiries = 0;
    return 1;
  }
  ready(thread);
  now_ns_ += options_.expiry_ns << std::min(thread.expiries++, kMaxDoublings);
  record("has waited in vain for", address);
  return polls;
}

std::uint32_t Execution::choose(std::uint32_t outcomes, std::uint32_t cost) {
  if (outcomes <= 1) return 0;
  count_step();
  options_now_.clear();
  for (std::uint32_t i = 0; i < outcomes; ++i) {
    options_now_.push_back({i, i == 0 ? 0 : cost});
  }
  const std::uint32_t outcome =
      options_now_[pick(Choice::Kind::kOutcome)].number;
  record(
      TraceEvent{thread_number(), "chooses", nullptr, std::to_string(outcome)});
  return outcome;
}

void Execution::note(const std::string& text) {
  record(TraceEvent{thread_number(), "-- " + text});
}

void Execution::done(const void* address, std::size_t bytes,
                     std::uint64_t before, std::uint64_t after, Effect effect,
                     const Operation& operation) {
  Thread& thread = *current_;
  Location& location = locations_.at(address);
  const auto order =
      effect == Effect::kRead ? operation.failure_order : operation.order;
  if (effect != Effect::kWritten && acquires(order)) {
    thread.clock.join(location.released);
  }
  const std::uint32_t event = record([&] {
    TraceEvent made{thread.number, operation.name, address};
    made.values = effect == Effect::kRead ? "= " + trace_->value(after)
                                          : trace_->change(before, after);
    made.where = operation.where;
    made.calls = thread.calls;
    return made;
  });
  races_.atomic(address, bytes, effect != Effect::kRead, event);
  if (effect == Effect::kWritten) location.released = {};
  if (effect != Effect::kRead && releases(order)) {
    location.released.join(thread.clock);
    thread.clock.tick(thread.number);
  }
  if (before != after) changed(address, location);
  Races::watch(&races_);
}

void Execution::changed(const void* address, Location& location) {
  ++location.version;
  relaxes_ = 0;
  for (std::size_t i = 0; i < thread_count_; ++i) {
    Thread& thread = *threads_[i];
    if (&thread == current_) continue;
    thread.relaxed = thread.insisted = false;
    thread.relaxes = 0;
    if (thread.state != Thread::State::kWaiting) continue;
    if (thread.waits_for != address) continue;
    ready(thread);
    if (trace_ != nullptr) {
      std::string& text = trace_->last().after;
      text += (text.empty() ? "wakes T" : ", T") + std::to_string(i);
    }
  }
}

void Execution::fail(const std::string& what) {
  if (failure_.empty()) failure_ = what;
}

void Execution::record(const char* what, const void* address, Where where) {
  record([&] {
    TraceEvent made{thread_number(), what, address};
    made.where = where;
    if (current_ != nullptr) made.calls = current_->calls;
    return made;
  });
}

void Execution::record_waiting() {
  record([this] {
    const Thread& thread = *current_;
    std::string what = "waits for";
    if (thread.waits_for == nullptr)
      what = std::string("waits ") + thread.waits_why;
    return TraceEvent{thread.number, std::move(what), thread.waits_for};
  });
}

std::string Execution::describe_stuck() const {
  std::ostringstream text;
  for (std::size_t i = 0; i < thread_count_; ++i) {
    const Thread& thread = *threads_[i];
    if (thread.state == Thread::State::kFinished) continue;
    text << (text.tellp() == 0 ? "deadlock:" : ";") << " T" << i;
    if (thread.waits_for == nullptr) {
      text << " waits "
           << (thread.waits_why == nullptr ? "" : thread.waits_why);
    } else if (trace_ != nullptr) {
      text << " waits for " << trace_->names().of(thread.waits_for);
    } else {
      text << " waits for an atomic";
    }
  }
  return text.str();
}

}  // namespace lockgauge::sim
