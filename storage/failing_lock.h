#ifndef LOCKGAUGE_STORAGE_FAILING_LOCK_H_
#define LOCKGAUGE_STORAGE_FAILING_LOCK_H_

#include <gtest/gtest.h>

#include <cstdint>
#include <functional>
#include <string_view>
#include <utility>
#include <vector>

#include "locks/backend.h"
#include "locks/platform/host/host.h"

// Tools of tests of one thread: a lock that fails when told to, and a platform
// whose grace periods cost nothing.
namespace lockgauge::storage {

// The host with one thread: a grace period is over when it is asked for. Inside
// a read section, which is where one operation interrupts another, it only
// seems to be: nothing is reclaimed before the section has ended.
struct SerialHost : NativeHost {
  static void rcu_read_lock() { ++readers; }
  static void rcu_read_unlock() { --readers; }
  static void synchronize_rcu() { reclaim(); }
  static void rcu_barrier() { reclaim(); }
  static void call_rcu(RcuHead& head, void (*reclaim)(RcuHead*)) {
    head.reclaim = reclaim;
    deferred.push_back(&head);
  }

 private:
  // What is deferred meanwhile waits for the next.
  static void reclaim() {
    if (readers > 0) return;
    for (RcuHead* const head : std::exchange(deferred, {})) head->reclaim(head);
  }

  static inline int readers = 0;
  static inline std::vector<RcuHead*> deferred;
};

// Fails the acquisitions that the test asks for.
struct FailingLock {
  static inline int acquisitions = 0;
  // Bit n - 1: the nth acquisition from now times out.
  static inline std::uint64_t fail = 0;
  // Runs before the nth acquisition, once.
  static inline int hook_at = 0;
  static inline std::function<void()> hook;

  static void expect_failures(std::uint64_t mask) {
    acquisitions = 0;
    fail = mask;
  }
  // As another thread might come in between.
  static void interrupt(int nth, std::function<void()> what) {
    acquisitions = 0;
    hook_at = nth;
    hook = std::move(what);
  }

  Result lock() {
    const int nth = acquisitions++;
    if (nth + 1 == hook_at) {
      hook_at = 0;
      std::exchange(hook, nullptr)();
    }
    if (nth < 64 && ((fail >> nth) & 1) != 0) return Result::kTimeout;
    EXPECT_FALSE(held) << "waits for itself";
    held = true;
    return Result::kOk;
  }
  bool try_lock() { return !held && (held = true); }
  void unlock() {
    EXPECT_TRUE(held);
    held = false;
  }

  bool held = false;
};

struct FailingBackend : Spinning<SerialHost, FailingLock> {
  static constexpr std::string_view name = "failing";
  static constexpr bool fallible = true;
};

}  // namespace lockgauge::storage

#endif  // LOCKGAUGE_STORAGE_FAILING_LOCK_H_
