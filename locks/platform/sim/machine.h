#ifndef LOCKGAUGE_LOCKS_PLATFORM_SIM_MACHINE_H_
#define LOCKGAUGE_LOCKS_PLATFORM_SIM_MACHINE_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <new>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "locks/platform/sim/arena.h"
#include "locks/platform/sim/coherence.h"
#include "locks/platform/sim/description.h"
#include "locks/platform/sim/explore/execution.h"
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
// nothing, but for work_ns(). One thread per CPU, never preempted.
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

  // A thread on a CPU that has none, from now on or from when run() is called.
  // Throws std::invalid_argument for any other CPU.
  void spawn(std::uint32_t cpu, std::function<void()> body);

  // Until all threads have finished, or the clock is past `until_ns`; can be
  // called again. Throws Deadlock, or what a thread let escape; threads then
  // stay where they are.
  void run(std::uint64_t until_ns = kNever / kPsPerNs);

  Statistics statistics() const;
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
  // With Granularity::kPoints, where threads may be switched.
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
  static constexpr std::uint64_t kAllPolls = ~std::uint64_t{0};

  void pause() {
    if (execution_ != nullptr) [[unlikely]]
      return execution_->relax();
    advance(coherence_.costs().pause);
  }
  // Computes for so long.
  void work_ns(std::uint64_t ns) {
    if (execution_ != nullptr) [[unlikely]]
      return execution_->pass_ns(ns);
    advance(ns * kPsPerNs);
  }
  std::uint64_t read_clock_ns();

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
  void name_range(const void* begin, std::size_t bytes,
                  const std::string& name);
  void advance(Time by);
  // Gets the calling task the line, alone if it is to be written.
  void miss(Task& task, Line& line, bool write);
  Time next_poll(const Task& waiter, Time at) const;
  std::string describe(const std::vector<const Task*>& stuck) const;

  static inline Machine* current_ = nullptr;
  static inline Machine* running_ = nullptr;

  const Description description_;
  Execution* const execution_;  // nullptr: in time
  Arena arena_;
  Coherence coherence_;
  LineTable lines_;
  Slots slots_;
  Scheduler scheduler_;
  StoreBuffer store_buffer_;
  Rcu rcu_;
  std::vector<const Task*> threads_;  // the last of each CPU
  std::vector<Made> made_;
  std::uint64_t accesses_ = 0;
};

}  // namespace lockgauge::sim

#endif  // LOCKGAUGE_LOCKS_PLATFORM_SIM_MACHINE_H_
