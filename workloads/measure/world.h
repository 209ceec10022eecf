#ifndef LOCKGAUGE_WORKLOADS_MEASURE_WORLD_H_
#define LOCKGAUGE_WORKLOADS_MEASURE_WORLD_H_

#include <sched.h>

#include <atomic>
#include <cstdint>

#include "locks/platform/host/host.h"
#include "locks/platform/sim/sim.h"
#include "workloads/measure/busy_loop.h"
#include "workloads/measure/preemption_watch.h"
#include "workloads/measure/usage.h"

namespace lockgauge::measure {

// What those who measure need of the world that a platform is in, beyond what
// it offers to locks:
//
//   Work(ns)         work that touches no memory; calling it does it.
//   stamp_ns()       the clock once all before has been done: a plain reading
//                    may overtake the end of what is timed.
//   cpu_time_ns()    of the calling thread.
//   yield()          lets another thread of this CPU run.
//   await(a, cond)   until cond of the atomic, which another thread may have to
//                    run on this CPU for: with acquire.
//   operations()     operations that the calling thread is inside of, as
//                    InsideOperation (attempt.h) counts them.
//   PreemptionWatch  whether the calling thread has lost its CPU: begin(), then
//                    preempted() if it has since.
//   kPeeks, peek(a)  whether and how to look at an atomic without anybody
//                    noticing.
template <class P>
struct World;

template <class Preemption>
struct World<Host<Preemption>> {
  class Work {
   public:
    explicit Work(double ns) : turns_(busy_loop_turns(ns)) {}
    void operator()() const {
      if (turns_ > 0) busy_loop(turns_);
    }

   private:
    std::uint64_t turns_;
  };

  static std::uint64_t stamp_ns() { return host::Clock::ordered_now_ns(); }
  static std::uint64_t cpu_time_ns() { return thread_usage().cpu_time_ns; }
  static void yield() { sched_yield(); }
  template <class Atomic, class Cond>
  static void await(const Atomic& atomic, Cond cond) {
    while (!cond(atomic.load(std::memory_order_acquire))) yield();
  }
  static int& operations() { return operations_; }
  using PreemptionWatch = measure::PreemptionWatch;
  static constexpr bool kPeeks = false;

 private:
  static inline constinit thread_local int operations_ = 0;
};

template <>
struct World<Sim> {
  class Work {
   public:
    explicit Work(double ns) : ns_(static_cast<std::uint64_t>(ns)) {}
    void operator()() const {
      if (ns_ > 0) sim::Machine::current().work_ns(ns_);
    }

   private:
    std::uint64_t ns_;
  };

  static std::uint64_t stamp_ns() { return Sim::now_ns(); }
  static std::uint64_t cpu_time_ns() {
    return sim::Machine::current().cpu_time_ns();
  }
  static void yield() { sim::Machine::current().yield(); }
  // A wait that costs this computer nothing, however long it takes.
  template <class Atomic, class Cond>
  static void await(const Atomic& atomic, Cond cond) {
    Sim::wait_until(atomic, std::memory_order_acquire, cond);
  }
  // Threads take turns on one thread of the host.
  static int& operations() { return Sim::this_slot<Operations>().depth; }
  class PreemptionWatch {
   public:
    void begin() { before_ = switches(); }
    bool preempted() const { return switches() != before_; }

   private:
    static std::uint64_t switches() {
      return sim::Machine::current().task().involuntary_switches;
    }
    std::uint64_t before_ = 0;
  };
  static constexpr bool kPeeks = true;
  template <class T>
  static T peek(const sim::Atomic<T>& atomic) {
    return atomic.peek();
  }

 private:
  struct Operations {
    int depth = 0;
  };
};

}  // namespace lockgauge::measure

#endif  // LOCKGAUGE_WORKLOADS_MEASURE_WORLD_H_
