#ifndef LOCKGAUGE_LOCKS_DEADLOCK_CHECK_H_
#define LOCKGAUGE_LOCKS_DEADLOCK_CHECK_H_

#include <atomic>
#include <cstdint>

#include "locks/held_locks.h"
#include "locks/platform/platform.h"

namespace lockgauge {

// How long an rqspinlock waits before it gives up; the kernel's values.
struct KernelTimeouts {
  // The pending waiter: one critical section is ahead of it.
  static constexpr std::uint64_t kPending_ns = 250'000'000;
  // The queue head: the owner's and the pending waiter's.
  static constexpr std::uint64_t kHead_ns = 2 * kPending_ns;
  // The test-and-set fallback: anybody's.
  static constexpr std::uint64_t kTestAndSet_ns = 1'000'000'000;
  // Between two looks for an ABBA cycle, and before the first.
  static constexpr std::uint64_t kAbbaInterval_ns = 1'000'000;
  // Polls between two checks (a 16-bit counter that wraps, on x86). A check
  // reads the clock: with PAUSE this many polls take 2 to 6 ms.
  static constexpr std::uint32_t kPollsPerCheck = 1 << 16;
};

// What a waiter of one rqspinlock runs between polls: the checks of one timed
// phase of one slow path call.
template <Platform P, class Timeouts>
class DeadlockCheck {
 public:
  // `contended`: the bits of the word that must clear for this waiter; `limit`
  // starts to run at the first check.
  DeadlockCheck(const void* lock, const typename P::LockWord& word,
                std::uint32_t contended, std::uint64_t limit_ns)
      : lock_(lock), word_(word), contended_(contended), limit_ns_(limit_ns) {}

  Result operator()() {
    if (!started_ && is_aa(lock_)) return Result::kDeadlock;
    const std::uint64_t now_ns = P::now_ns();
    if (!started_) {
      started_ = true;
      deadline_ns_ = now_ns + limit_ns_;
      last_look_ns_ = now_ns;
      return Result::kOk;
    }
    // Signed: the clock may step back a little.
    if (static_cast<std::int64_t>(now_ns - deadline_ns_) > 0) {
      return Result::kTimeout;
    }
    if (static_cast<std::int64_t>(now_ns - last_look_ns_) >
        static_cast<std::int64_t>(Timeouts::kAbbaInterval_ns)) {
      last_look_ns_ = now_ns;
      if (is_abba()) return Result::kDeadlock;
    }
    return Result::kOk;
  }

  // This slot waits for what it holds itself.
  static bool is_aa(const void* lock) {
    return P::template this_slot<HeldLocks<P>>().below_top(lock);
  }

 private:
  // Another slot holds our lock and tries to get one that we hold. Reads every
  // slot's table. Both sides may find the same cycle. Cycles of three and more
  // are left to the timeout.
  bool is_abba() const {
    const auto& own = P::template this_slot<HeldLocks<P>>();
    const std::uint32_t own_count = own.size();
    const std::uint32_t slots = P::slot_limit();
    for (std::uint32_t slot = 0; slot < slots; ++slot) {
      // Free by now: go and take it. Acquire: the table below is read later
      // than the word, or the owner looked for may be one before it.
      if (!(word_.load(std::memory_order_acquire) & contended_)) return false;
      if (slot == P::slot()) continue;
      const auto& other = P::template slot_at<HeldLocks<P>>(slot);
      std::uint32_t count;
      const void* attempt = other.attempt(count);
      if (attempt == nullptr || !other.contains(lock_, count)) continue;
      // The one that holds our lock; whatever the answer, nobody else does.
      return own.contains(attempt, own_count);
    }
    return false;
  }

  const void* const lock_;
  const typename P::LockWord& word_;
  const std::uint32_t contended_;
  const std::uint64_t limit_ns_;
  bool started_ = false;
  std::uint64_t deadline_ns_ = 0;
  std::uint64_t last_look_ns_ = 0;
};

}  // namespace lockgauge

#endif  // LOCKGAUGE_LOCKS_DEADLOCK_CHECK_H_
