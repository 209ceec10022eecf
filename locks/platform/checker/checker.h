#ifndef LOCKGAUGE_LOCKS_PLATFORM_CHECKER_CHECKER_H_
#define LOCKGAUGE_LOCKS_PLATFORM_CHECKER_CHECKER_H_

#include <atomic>
#include <cstdint>

#include "locks/lock_word.h"
#include "locks/platform/checker/atomic.h"
#include "locks/platform/checker/relacy.h"
#include "locks/platform/checker/slot.h"
#include "locks/platform/platform.h"

namespace lockgauge {

// A machine that does whatever the C++ memory model lets it do, as far as
// Relacy models that: it runs one thread at a time, switches between any two
// accesses, answers loads with older values, lets weak exchanges fail. Code
// runs on it only inside explore() (explore.h). Members as platform.h says.
//
// Threads are not interrupted here, so nothing nests within a slot. No RCU and
// no memory yet: locks only.
struct Checker {
  template <class T>
  using Atomic = checker::Atomic<T>;
  using LockWord = PortableLockWord<Atomic>;
  struct Thread {};

  class PerCpuCounter {
   public:
    int increment() {
      return count_.fetch_add(1, std::memory_order_relaxed) + 1;
    }
    void decrement() { count_.fetch_sub(1, std::memory_order_relaxed); }

   private:
    Atomic<int> count_;
  };

  class Shadow {
   public:
    void init(checker::Where where = checker::here()) { mark_.set(1, where); }
    void check(checker::Where where = checker::here()) const {
      (void)mark_.get(where);
    }

   private:
    checker::Plain<int> mark_;
  };

  class NmiScope {
   public:
    NmiScope() { ++this_slot<NmiDepth>().value; }
    ~NmiScope() { --this_slot<NmiDepth>().value; }
    NmiScope(const NmiScope&) = delete;
    NmiScope& operator=(const NmiScope&) = delete;
  };

  // As on arm64, where one poll of a hand-over takes long enough.
  static constexpr int kPendingPolls = 1;

  template <class Word, class Cond>
  static auto wait_until(const Word& word, std::memory_order order, Cond cond,
                         checker::Where where = checker::here()) {
    for (;;) {
      const auto value = load(word, order, where);
      if (cond(value)) return value;
      relax(where);
    }
  }

  template <class Word, class Cond, class Check>
  static auto wait_until(const Word& word, std::memory_order order, Cond cond,
                         std::uint32_t polls_per_check, Check&& check,
                         checker::Where where = checker::here()) {
    using Value = decltype(load(word, order, where));
    std::uint32_t polls_left = 0;
    for (;;) {
      const Value value = load(word, order, where);
      if (cond(value)) return Waited<Value>{value, Result::kOk};
      if (polls_left-- == 0) {
        polls_left = polls_per_check - 1;
        const Result result = check();
        if (result != Result::kOk) return Waited<Value>{value, result};
      }
      relax(where);
    }
  }

  // After it the thread no longer reads values that were old before: a loop
  // that waits for what has happened already ends.
  static void relax(checker::Where where = checker::here()) {
    rl::yield(1, where);
  }

  // Stands still unless a thread of the model advances it.
  static std::uint64_t now_ns() {
    return clock().now_ns.load(std::memory_order_relaxed);
  }
  static void advance_clock(std::uint64_t by_ns) {
    clock().now_ns.fetch_add(by_ns, std::memory_order_relaxed);
  }

  // Each thread has a CPU and a slot of its own.
  static std::uint32_t cpu() { return slot(); }
  static std::uint32_t cpu_limit() { return slot_limit(); }
  static std::uint32_t slot() { return rl::thread_index(); }
  static std::uint32_t slot_limit() { return checker::thread_count(); }
  template <class T>
  static T& this_slot() {
    return slot_at<T>(slot());
  }
  template <class T>
  static T& slot_at(std::uint32_t slot) {
    return checker::slot_storage<T>[slot];
  }
  static bool in_nmi() { return this_slot<NmiDepth>().value > 0; }
  static void compiler_barrier() {}
  static void preempt_disable() {}
  static void preempt_enable() {}

 private:
  struct NmiDepth {
    int value = 0;
  };
  struct Clock {
    Atomic<std::uint64_t> now_ns{1};
  };
  static Clock& clock() { return slot_at<Clock>(0); }

  // Atomics can be told where; a lock word knows better, being production code.
  template <class Word>
  static auto load(const Word& word, std::memory_order order,
                   checker::Where where) {
    if constexpr (requires { word.load(order, where); }) {
      return word.load(order, where);
    } else {
      return word.load(order);
    }
  }
};

}  // namespace lockgauge

#endif  // LOCKGAUGE_LOCKS_PLATFORM_CHECKER_CHECKER_H_
