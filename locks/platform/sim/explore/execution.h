#ifndef LOCKGAUGE_LOCKS_PLATFORM_SIM_EXPLORE_EXECUTION_H_
#define LOCKGAUGE_LOCKS_PLATFORM_SIM_EXPLORE_EXECUTION_H_

#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "locks/platform/sim/explore/access.h"
#include "locks/platform/sim/explore/grace_periods.h"
#include "locks/platform/sim/explore/locations.h"
#include "locks/platform/sim/explore/options.h"
#include "locks/platform/sim/explore/races.h"
#include "locks/platform/sim/explore/schedule.h"
#include "locks/platform/sim/explore/strategy.h"
#include "locks/platform/sim/explore/thread.h"
#include "locks/platform/sim/explore/trace.h"
#include "locks/platform/sim/fiber.h"

namespace lockgauge::sim {

// What a machine does in the place of time when it is explored: runs threads
// one at a time, and has a strategy choose at each step who goes on. One at a
// time; used again for each execution, since what it needs (stacks, tables) is
// dear to make.
class Execution {
 public:
  using Thread = ExploredThread;

  explicit Execution(const Options& options);

  // The one whose thread calls; nullptr elsewhere.
  static Execution* running() { return running_; }
  // The same, if it is recorded.
  static Execution* recording() { return recording_; }

  // A new execution, to be decided by `strategy`; with a trace, recorded.
  void begin(Strategy& strategy, Trace* trace);
  const Schedule& schedule() const { return schedule_; }
  std::uint64_t steps() const { return steps_; }
  // What the strategy threw, which is no failure of the test.
  std::exception_ptr broken() const { return broken_; }

  // The machine's part: see machine.h.
  // Answers the number of the thread.
  std::uint32_t spawn(std::uint32_t cpu, std::function<void()> body);
  // Throws what the first thread that failed threw, Violation, or Deadlock.
  void run();
  // nullptr outside of threads.
  Task* task() { return current_ == nullptr ? nullptr : &*current_->task; }
  std::uint64_t version(const void* address) {
    return locations_.at(address).version;
  }
  // Until the atomic has another version than `version`, or polls are given up.
  std::uint64_t wait_for_change(const void* address, std::uint64_t version,
                                std::uint64_t polls, bool may_expire);
  void relax();
  std::uint64_t now_ns() const { return now_ns_; }
  void pass_ns(std::uint64_t ns) { now_ns_ += ns; }
  void point(const char* label, Where where);
  std::uint32_t choose(std::uint32_t outcomes, std::uint32_t cost);
  void note(const std::string& text);

  GracePeriods& rcu() { return rcu_; }
  Races& races() { return races_; }
  Trace* trace() { return trace_; }

  // Others may go first.
  void step();
  // An access to an atomic: a step; then, without any step between, the access
  // is made, and done() says what it did.
  void access();
  void done(const void* address, std::size_t bytes, std::uint64_t before,
            std::uint64_t after, Effect effect, const Operation& operation);

  // The following are for grace periods and races.

  Thread* thread() { return current_; }
  std::vector<std::unique_ptr<Thread>>& threads() { return threads_; }
  std::size_t thread_count() const { return thread_count_; }
  Thread& add_thread(std::uint32_t cpu, bool daemon,
                     std::function<void()> body);
  // Lets a thread that has finished, or was just added, run its body.
  void start(Thread& thread);
  // The calling thread waits until ready().
  void block(const char* why);
  static void ready(Thread& thread) { thread.state = Thread::State::kReady; }
  // This execution has failed; ends at the calling thread's next step.
  void fail(const std::string& what);
  // Numbers an event; with a trace, make() makes it. In both cases the same
  // events must get numbers.
  template <class Make>
  std::uint32_t record(Make make) {
    if (trace_ != nullptr) trace_->add(make());
    return events_++;
  }
  std::uint32_t thread_number() const {
    return current_ == nullptr ? TraceEvent::kOutside : current_->number;
  }
  void record(TraceEvent event) {
    record([&] { return std::move(event); });
  }
  // Something that happens to the calling thread.
  void record(const char* what, const void* address = nullptr,
              Where where = {nullptr, 0});

 private:
  struct Worker {
    explicit Worker(Execution& execution, Thread& thread)
        : fiber([&execution, &thread, this]() -> Fiber& {
            execution.work(*this, thread);
          }) {}
    Fiber fiber;
  };

  [[noreturn]] void work(Worker& worker, Thread& thread);
  void switch_to(Thread* next);
  Fiber& fiber_of(Thread* thread);
  // Who takes the next step; nullptr: nobody can.
  Thread* next_thread(bool can_go_on);
  void collect(bool can_go_on);
  void count_step();
  void go_on_from_outside();
  void record_waiting();
  std::size_t pick(Choice::Kind kind);
  void changed(const void* address, Location& location);
  void finish(Thread& thread);
  void unwind();
  std::string describe_stuck() const;

  static inline Execution* running_ = nullptr;
  static inline Execution* recording_ = nullptr;

  const Options options_;
  Strategy* strategy_ = nullptr;
  Trace* trace_ = nullptr;
  Schedule schedule_;
  std::vector<std::unique_ptr<Thread>> threads_;  // more than there are now
  std::vector<std::unique_ptr<Worker>> workers_;  // one for each
  std::size_t thread_count_ = 0;
  Thread* current_ = nullptr;
  Fiber caller_;
  std::vector<Choice::Option> options_now_;
  Locations locations_;
  GracePeriods rcu_;
  Races races_;
  // What happened outside of threads, or in earlier runs.
  VectorClock outside_;
  std::exception_ptr error_;
  std::exception_ptr broken_;
  std::string failure_;
  std::uint64_t steps_ = 0;
  std::uint64_t relaxes_ = 0;  // in a row, without a change
  std::uint64_t now_ns_ = 0;
  std::uint32_t events_ = 0;
};

}  // namespace lockgauge::sim

#endif  // LOCKGAUGE_LOCKS_PLATFORM_SIM_EXPLORE_EXECUTION_H_
