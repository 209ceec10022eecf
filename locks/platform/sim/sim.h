#ifndef LOCKGAUGE_LOCKS_PLATFORM_SIM_SIM_H_
#define LOCKGAUGE_LOCKS_PLATFORM_SIM_SIM_H_

#include <atomic>
#include <cstddef>
#include <cstdint>

#include "locks/platform/platform.h"
#include "locks/platform/sim/atomic.h"
#include "locks/platform/sim/lock_word.h"
#include "locks/platform/sim/machine.h"
#include "locks/platform/sim/slot.h"

namespace lockgauge {

// The simulated machine of the moment (sim/machine.h). Members as platform.h
// says. Code on it runs in threads that Machine::spawn() made; elsewhere,
// before and after a run, memory can be looked at and set up at no cost, but
// there is no time, no CPU and nothing to wait for: that throws
// std::logic_error.
struct Sim {
  template <class T>
  using Atomic = sim::Atomic<T>;
  using LockWord = sim::LockWord;
  using Thread = sim::Thread;
  using NmiScope = sim::NmiScope;
  using RcuHead = sim::Rcu::Head;

  // One instruction that reads and writes, but no locked one.
  class PerCpuCounter {
   public:
    int increment() { return add(1); }
    void decrement() { (void)add(-1); }

   private:
    int add(int delta) { return sim::add_unlocked(count_, delta); }

    int count_ = 0;
  };

  // Of interest where the machine is explored: in time nothing is found.
  struct Shadow {
    void init() { mark(/*write=*/true); }
    void check() const { mark(/*write=*/false); }

   private:
    void mark(bool write) const {
      if (sim::Execution* const execution = sim::Execution::running()) {
        execution->races().mark(this, write);
      }
    }
  };

  // As the machine's description says.
  struct PendingPolls {
    operator int() const {
      return sim::Machine::current().description().pending_polls;
    }
  };
  static constexpr PendingPolls kPendingPolls{};
  // As many as the machine's mode allows.
  struct MaxSlots {
    operator std::uint32_t() const {
      return sim::Machine::current().slots().count();
    }
  };
  static constexpr MaxSlots kMaxSlots{};

  template <class Word, class Cond>
  static auto wait_until(const Word& word, std::memory_order order, Cond cond,
                         sim::Where where = sim::here()) {
    for (;;) {
      const auto value = word.load(order, where);
      const auto watch = machine().watch(&word);
      if (cond(value)) return value;
      machine().wait_for_change(watch, sim::Machine::kAllPolls);
    }
  }

  template <class Word, class Cond, class Check>
  static auto wait_until(const Word& word, std::memory_order order, Cond cond,
                         std::uint32_t polls_per_check, Check&& check,
                         sim::Where where = sim::here()) {
    using Value = decltype(word.load(order));
    std::uint64_t polls_left = 0;
    for (;;) {
      const Value value = word.load(order, where);
      const auto watch = machine().watch(&word);
      if (cond(value)) return Waited<Value>{value, Result::kOk};
      if (polls_left == 0) {
        polls_left = polls_per_check;
        const Result result = check();
        if (result != Result::kOk) return Waited<Value>{value, result};
      }
      polls_left -= machine().wait_for_change(watch, polls_left);
    }
  }

  static void relax() { machine().pause(); }
  static std::uint64_t now_ns() { return machine().read_clock_ns(); }
  static std::uint32_t cpu() { return machine().task().cpu; }
  static std::uint32_t cpu_limit() { return machine().cpu_count(); }
  static std::uint32_t slot() { return machine().task().slot; }
  static std::uint32_t slot_limit() { return machine().slots().limit(); }
  template <class T>
  static T& this_slot() {
    return slot_at<T>(slot());
  }
  template <class T>
  static T& slot_at(std::uint32_t slot) {
    return machine().slots().at<T>(slot);
  }
  static bool in_nmi() { return machine().task().nmi_depth > 0; }
  static void compiler_barrier() {}
  static void preempt_disable() {
    if (auto* const running = sim::Machine::running()) {
      running->preempt_disable();
    }
  }
  static void preempt_enable() {
    if (auto* const running = sim::Machine::running()) {
      running->preempt_enable();
    }
  }

  static void rcu_read_lock() {
    machine().with_rcu([](auto& rcu) { rcu.read_lock(); });
  }
  static void rcu_read_unlock() {
    machine().with_rcu([](auto& rcu) { rcu.read_unlock(); });
  }
  static void synchronize_rcu() {
    machine().with_rcu([](auto& rcu) { rcu.synchronize(); });
  }
  static void call_rcu(RcuHead& head, void (*reclaim)(RcuHead*)) {
    machine().with_rcu([&](auto& rcu) { rcu.call(head, reclaim); });
  }
  static void rcu_barrier() {
    machine().with_rcu([](auto& rcu) { rcu.barrier(); });
  }

  static void* allocate(std::size_t bytes, std::size_t alignment) {
    return machine().allocate(bytes, alignment);
  }
  static void deallocate(void* memory) { machine().deallocate(memory); }
  static void poison(void* memory, std::size_t bytes) {
    machine().poison(memory, bytes);
  }
  static void unpoison(void* memory, std::size_t bytes) {
    machine().unpoison(memory, bytes);
  }

 private:
  static sim::Machine& machine() { return sim::Machine::current(); }
};

}  // namespace lockgauge

#endif  // LOCKGAUGE_LOCKS_PLATFORM_SIM_SIM_H_
