#ifndef LOCKGAUGE_LOCKS_PLATFORM_SIM_MACHINE_H_
#define LOCKGAUGE_LOCKS_PLATFORM_SIM_MACHINE_H_

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <new>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "locks/platform/sim/arena.h"
#include "locks/platform/sim/coherence.h"
#include "locks/platform/sim/core.h"
#include "locks/platform/sim/cpu.h"
#include "locks/platform/sim/description.h"
#include "locks/platform/sim/explore/execution.h"
#include "locks/platform/sim/interrupt.h"
#include "locks/platform/sim/line.h"
#include "locks/platform/sim/rcu.h"
#include "locks/platform/sim/scheduler.h"
#include "locks/platform/sim/slot.h"
#include "locks/platform/sim/store_buffer.h"

namespace lockgauge::sim {

// The simulation cannot go on: every thread that has not finished waits for
// another. Says who, where and since when.
class Deadlock : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// What a run so far came to. Exact: the same for the same machine, seed, and
// program, on any host.
struct Statistics {
  std::uint64_t now_ns;
  std::uint64_t accesses;  // loads, stores and read-modify-writes of atomics
  std::uint64_t switches;  // from one simulated thread to another
  LineCounts lines;        // of all lines

  bool operator==(const Statistics&) const = default;
};

// A thread, by number, in the order of spawn().
using ThreadId = std::uint32_t;

// What a thread has come to so far, or by its end.
struct ThreadStatistics {
  std::uint32_t cpu;
  bool finished;
  // Time that it had its CPU for, without switches and theft, with interrupts.
  std::uint64_t cpu_time_ns;
  // Away from its CPU because it blocked or yielded (Linux calls the latter
  // involuntary), or because its slice was over.
  std::uint64_t voluntary_switches;
  std::uint64_t involuntary_switches;

  bool operator==(const ThreadStatistics&) const = default;
};

// A deterministic multicore: threads on its CPUs run code written over the
// platform Sim (sim.h) in virtual time.
//
//     Machine machine(read_description("two_packages.machine"), /*seed=*/1);
//     auto& lock = machine.make<Qspinlock<Sim>>();
//     for (unsigned cpu = 0; cpu < machine.cpu_count(); ++cpu) {
//       machine.spawn(cpu, [&] {
//         const Sim::Thread self;
//         ...
//       });
//     }
//     machine.run();
//
// The model: a CPU waits for each load and read-modify-write. It does not wait
// for stores, which happen later and in order (store_buffer.h); a
// read-modify-write first lets them happen. That is total store order, as on
// x86: weaker orders are the checker's to explore. Code between accesses costs
// nothing, but for work_ns(). Threads of one CPU take turns (cpu.h).
//
// Where something lies decides what it shares a line with. make() and
// Sim::allocate() give places that are the same on every host; other memory
// must be aligned to lines (Padded) for runs to be repeatable. What a thread
// stores to must outlive the store, until the thread ends or drain(): atomics
// do not belong on simulated stacks.
//
// With an Execution in the place of time, all this is different: see
// explore/explore.h.
//
// One machine at a time, used by one thread of the host.
class Machine {
 public:
  // Throws DescriptionError, or std::runtime_error if there is no memory to
  // simulate it.
  Machine(const Description& description, std::uint64_t seed);
  // A machine to explore; restart() makes it as it was when new.
  Machine(const Description& description, Execution& execution);
  void restart();
  ~Machine();
  Machine(const Machine&) = delete;
  Machine& operator=(const Machine&) = delete;

  // The machine there is; throws std::logic_error if there is none.
  static Machine& current();
  // The same, if called by a simulated thread whose accesses take time, else
  // nullptr.
  static Machine* running() { return running_; }

  const Description& description() const { return description_; }
  std::uint32_t cpu_count() const { return description_.cpu_count(); }

  // A thread of a CPU, from now on or from when run() is called. Throws
  // std::invalid_argument if there is no such CPU, also of the next two.
  ThreadId spawn(std::uint32_t cpu, std::function<void()> body);

  // An NMI-like interrupt, or a signal for whatever thread runs on a CPU:
  // handler() is called at a time, or at the CPU's next step after it, on the
  // thread that runs there: in its slot, with in_nmi(), never preempted. It
  // interrupts other handlers too, but not itself: then it comes right after,
  // once. It costs what it does. Dropped if the CPU runs no thread, or one
  // that has no slot (Sim::Thread) yet or any more.
  void interrupt(std::uint32_t cpu, std::uint64_t at_ns,
                 std::function<void()> handler);
  // The same at random times, on average `every_ns` (above 0) apart, until all
  // threads have finished or only an interrupt could make one go on.
  void interrupt_randomly(std::uint32_t cpu, std::uint64_t every_ns,
                          std::function<void()> handler);

  // Until all threads have finished, or the clock is past `until_ns`; can be
  // called again. Throws Deadlock, or what a thread let escape; threads then
  // stay where they are.
  void run(std::uint64_t until_ns = kNever / kPsPerNs);

  Statistics statistics() const;
  ThreadStatistics statistics(ThreadId thread) const;
  InterruptCounts interrupts(std::uint32_t cpu) const {
    return cpus_.at(cpu).interrupts();
  }
  // What the hypervisor took from threads that could have run.
  std::uint64_t steal_ns(std::uint32_t cpu) const {
    return cpus_.at(cpu).stolen(scheduler_.now()) / kPsPerNs;
  }
  // Of the lines that an object lies on.
  template <class T>
  LineCounts counts_of(const T& object) const {
    return counts_of(&object, sizeof(object));
  }
  LineCounts counts_of(const void* begin, std::size_t bytes) const;

  // An object on lines of its own, for as long as there is the machine.
  template <class T, class... Args>
  T& make(Args&&... args) {
    void* const memory = allocate(sizeof(T), alignof(T));
    if (memory == nullptr) throw std::bad_alloc();
    T* const object = new (memory) T(std::forward<Args>(args)...);
    made_.emplace_back(
        object, [](void* made) { std::destroy_at(static_cast<T*>(made)); });
    return *object;
  }

  // For explored tests; in time they do nothing.

  // What a printed interleaving calls an object.
  template <class T>
  void name(const T& object, const std::string& name) {
    name_range(&object, sizeof(object), name);
  }
  // A line in the interleaving.
  void note(const std::string& text);
  // With Granularity::kPoints, where threads may be switched. Without a line in
  // the interleaving if the label is empty.
  void point(const char* label, Where where = here());
  // One of so many outcomes, 0 first; each other one at the cost of so many
  // preemptions. In time always 0.
  std::uint32_t choose(std::uint32_t outcomes, std::uint32_t cost = 0);

  // The rest is the platform's, called by simulated threads.

  // Accesses to an atomic. Of load() and rmw() the effect is due when they
  // return; the caller brings it about before anything else happens. store()
  // does it itself, by and by; what the address then is must still be there.
  void load(const void* address);
  void rmw(const void* address);
  void store(void* address, std::uint64_t value, std::size_t bytes);

  // Until all stores of the calling task have happened.
  void drain();

  // A line as the caller has just seen it.
  struct Watch {
    Line* line;
    std::uint64_t version;
    const void* address;  // of the atomic itself
  };
  Watch watch(const void* address);
  // Lets pass the polls that would see the same as before, to the next that may
  // not, or to the last of `polls`. Answers how many.
  std::uint64_t wait_for_change(const Watch& watch, std::uint64_t polls);
  static constexpr std::uint64_t kAllPolls = Wait::kNoLimit;

  void pause() {
    if (execution_ != nullptr) [[unlikely]]
      return execution_->relax();
    advance(scheduler_.current()->costs->pause);
  }
  // Computes for so long; on a core that is shared when it begins, so much
  // longer.
  void work_ns(std::uint64_t ns) {
    if (execution_ != nullptr) [[unlikely]]
      return execution_->pass_ns(ns);
    advance(ns * scheduler_.current()->costs->work);
  }
  // Lets the other threads of this CPU run first (sched_yield).
  void yield();
  std::uint64_t read_clock_ns();
  // Of the calling thread.
  std::uint64_t cpu_time_ns() const {
    return task().cpu_time(task().time) / kPsPerNs;
  }
  void preempt_disable() { ++scheduler_.current()->preempt_depth; }
  void preempt_enable() {
    Task& self = *scheduler_.current();
    if (--self.preempt_depth == 0) self.home->preempt_enabled(self);
  }

  // Throws std::logic_error outside a simulated thread.
  Task& task() const;

  // A line has got a new value, which can be read from `at` on.
  void written(Line& line, Time at);

  // These at any time.
  void* allocate(std::size_t bytes, std::size_t alignment) {
    return arena_.allocate(bytes, alignment);
  }
  void deallocate(void* memory);
  // Memory that is nobody's until it is handed out again.
  void poison(void* memory, std::size_t bytes);
  void unpoison(void* memory, std::size_t bytes);
  Slots& slots() { return slots_; }
  // act(rcu) with the RCU of this machine.
  template <class Act>
  void with_rcu(Act act) {
    if (execution_ != nullptr) {
      act(execution_->rcu());
    } else {
      act(rcu_);
    }
  }

 private:
  using Made = std::unique_ptr<void, void (*)(void*)>;

  Machine(const Description& description, std::uint64_t seed,
          Execution* execution);
  void make_cpus();
  Cpu& cpu(std::uint32_t number);
  // The time that the caller, in a thread or not, is at.
  Time synced_now();
  void run_thread(const std::function<void()>& body);
  void name_range(const void* begin, std::size_t bytes,
                  const std::string& name);
  void advance(Time by);
  // Gets the calling task the line, alone if it is to be written.
  void miss(Task& task, Line& line, bool write);
  std::string describe(const std::vector<const Task*>& stuck) const;

  static inline Machine* current_ = nullptr;
  static inline Machine* running_ = nullptr;

  const Description description_;
  Execution* const execution_;  // nullptr: in time
  Arena arena_;
  Coherence coherence_;
  const CostsPs shared_core_costs_;
  LineTable lines_;
  Slots slots_;
  const std::uint64_t seed_;
  Scheduler scheduler_;
  std::map<std::uint32_t, Core> cores_;
  std::deque<Cpu> cpus_;
  std::deque<Interrupt> interrupts_;
  StoreBuffer store_buffer_;
  Rcu rcu_;
  std::vector<const Task*> threads_;
  std::vector<Made> made_;
  std::uint64_t accesses_ = 0;
};

}  // namespace lockgauge::sim

#endif  // LOCKGAUGE_LOCKS_PLATFORM_SIM_MACHINE_H_
