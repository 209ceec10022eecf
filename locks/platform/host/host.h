#ifndef LOCKGAUGE_LOCKS_PLATFORM_HOST_HOST_H_
#define LOCKGAUGE_LOCKS_PLATFORM_HOST_HOST_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "locks/platform/host/arch.h"
#include "locks/platform/host/clock.h"
#include "locks/platform/host/cpu.h"
#include "locks/platform/host/lock_word.h"
#include "locks/platform/host/percpu_counter.h"
#include "locks/platform/host/preemption.h"
#include "locks/platform/host/rcu.h"
#include "locks/platform/host/sanitizer.h"
#include "locks/platform/host/slot.h"
#include "locks/platform/platform.h"

#if LOCKGAUGE_ASAN_BUILD
#include <sanitizer/asan_interface.h>
#endif

namespace lockgauge {

// The computer this program runs on. Members as platform.h says.
template <class Preemption>
struct Host {
  template <class T>
  using Atomic = std::atomic<T>;
  using LockWord = host::LockWord;
  using PerCpuCounter = host::PerCpuCounter;
  using Thread = host::Thread;
  using NmiScope = host::NmiScope;
  using RcuHead = host::rcu::Head;

#if LOCKGAUGE_TSAN
  // A plain variable, so that ThreadSanitizer sees what must be ordered.
  struct Shadow {
    void init() { mark = 1; }
    void check() const { (void)*const_cast<const volatile int*>(&mark); }
    int mark = 0;
  };
#else
  struct Shadow {
    void init() {}
    void check() const {}
  };
#endif

  static constexpr const char* kPreemption = Preemption::kName;
  static constexpr int kPendingPolls = host::kPendingPolls;
  static constexpr std::uint32_t kMaxSlots = host::kMaxSlots;

  template <class Word, class Cond>
  static auto wait_until(const Word& word, std::memory_order order, Cond cond) {
    for (;;) {
      const auto value = word.load(order);
      if (cond(value)) return value;
      wait_for_change(word, value);
    }
  }

  template <class Word, class Cond, class Check>
  static auto wait_until(const Word& word, std::memory_order order, Cond cond,
                         std::uint32_t polls_per_check, Check&& check) {
    using Value = decltype(word.load(order));
    std::uint32_t polls_left = 0;
    for (;;) {
      const Value value = word.load(order);
      if (cond(value)) return Waited<Value>{value, Result::kOk};
      if (polls_left-- == 0) {
        polls_left = polls_per_check - 1;
        const Result result = check();
        if (result != Result::kOk) return Waited<Value>{value, result};
      }
      // Not wait_for_change(): asleep on arm64, a waiter whose owner is gone
      // would come to its next check late or never.
      relax();
    }
  }

  static void relax() { host::relax(); }
  static std::uint64_t now_ns() { return host::Clock::now_ns(); }
  static std::uint32_t cpu() { return host::cpu(); }
  static std::uint32_t cpu_limit() { return host::cpu_limit(); }
  static std::uint32_t slot() { return host::slot_state.id; }
  static std::uint32_t slot_limit() {
    return host::slot_limit.load(std::memory_order_acquire);
  }
  template <class T>
  static T& this_slot() {
    return slot_at<T>(slot());
  }
  template <class T>
  static T& slot_at(std::uint32_t slot) {
    return host::slot_storage<T>[slot];
  }
  static bool in_nmi() { return host::slot_state.nmi_depth > 0; }
  static void compiler_barrier() {
    std::atomic_signal_fence(std::memory_order_seq_cst);
  }
  static void preempt_disable() { Preemption::disable(); }
  static void preempt_enable() { Preemption::enable(); }

  static void rcu_read_lock() { host::rcu::read_lock(); }
  static void rcu_read_unlock() { host::rcu::read_unlock(); }
  static void synchronize_rcu() { host::rcu::synchronize(); }
  static void call_rcu(RcuHead& head, void (*reclaim)(RcuHead*)) {
    host::rcu::call(head, reclaim);
  }
  static void rcu_barrier() { host::rcu::barrier(); }

  // On the node that the calling thread's memory policy says; the first touch
  // decides where there is none.
  static void* allocate(std::size_t bytes, std::size_t alignment) {
    return std::aligned_alloc(alignment, bytes);
  }
  static void deallocate(void* memory) { std::free(memory); }
#if LOCKGAUGE_ASAN_BUILD
  static void poison(void* memory, std::size_t bytes) {
    __asan_poison_memory_region(memory, bytes);
  }
  static void unpoison(void* memory, std::size_t bytes) {
    __asan_unpoison_memory_region(memory, bytes);
  }
#else
  static void poison(void*, std::size_t) {}
  static void unpoison(void*, std::size_t) {}
#endif

 private:
  // Atomics and lock words are one naturally aligned value each.
  template <class Word, class Value>
  static void wait_for_change(const Word& word, Value value) {
    static_assert(sizeof(Word) == sizeof(Value));
    host::wait_for_change(reinterpret_cast<const Value*>(&word), value);
  }
};

using NativeHost = Host<host::Native>;
using TokenHost = Host<host::Token>;

}  // namespace lockgauge

#endif  // LOCKGAUGE_LOCKS_PLATFORM_HOST_HOST_H_
