#ifndef LOCKGAUGE_LOCKS_RQSPINLOCK_H_
#define LOCKGAUGE_LOCKS_RQSPINLOCK_H_

#include <atomic>
#include <cstdint>
#include <string_view>

#include "locks/backend.h"
#include "locks/deadlock_check.h"
#include "locks/held_locks.h"
#include "locks/lock_word.h"
#include "locks/mcs_node.h"
#include "locks/pending.h"
#include "locks/platform/platform.h"
#include "locks/qspinlock.h"

namespace lockgauge {

// rqspinlock: the Linux kernel's resilient queued spinlock as of 7.2
// (kernel/bpf/rqspinlock.c). qspinlock's word, order and fast path (see
// qspinlock.h); besides, each slot keeps a table of what it holds, and a waiter
// that cannot get on leaves with
//
//   kDeadlock  the slot holds this lock already (AA), or another slot holds it
//              and waits for one of ours (ABBA), or waiting is not safe here;
//   kTimeout   the deadline passed, or the head of our queue ran into its own.
//
// After a failure the caller holds nothing and nothing is left behind. A queued
// waiter N that leaves, with successor S:
//
//                        word.tail == N       word.tail != N
//   kDeadlock, at head   tail := 0            S becomes the head
//   kTimeout, at head    tail := 0            S is told to leave, and so on:
//   told to leave        tail := 0            the queue drains in order
//
// Release in the opposite order of acquisition only. Lock through acquire()
// (backend.h).
//
// Thread-safety: the caller holds a P::Thread; contexts of one slot may nest.
template <Platform P, Waiting kWaiting = Waiting::kQueued,
          class Timeouts = KernelTimeouts>
class Rqspinlock {
 public:
  [[nodiscard]] Result lock() {
    // Entered before the word is: a context that interrupts us right after the
    // winning exchange must find the lock in the table.
    held().push(this);
    std::uint32_t seen;
    if (word_.try_lock(seen)) [[likely]] {
      return Result::kOk;
    }
    return lock_slow(seen);
  }

  bool try_lock() {
    held().push(this);
    if (try_lock_word()) return true;
    held().pop();
    return false;
  }

  // The word first: a context that interrupts us in between still finds the
  // entry.
  void unlock() {
    word_.unlock();
    held().pop();
  }

  // The word as it is or was: for tests and messages, never for decisions.
  std::uint32_t snapshot() const {
    return word_.load(std::memory_order_relaxed);
  }

 private:
  using Nodes = McsNodes<P, Rqspinlock>;
  using Check = DeadlockCheck<P, Timeouts>;

  static HeldLocks<P>& held() { return P::template this_slot<HeldLocks<P>>(); }

  bool try_lock_word() {
    std::uint32_t seen;
    return word_.load(std::memory_order_relaxed) == 0 && word_.try_lock(seen);
  }

  [[gnu::cold, gnu::noinline]] Result lock_slow(std::uint32_t seen) {
    Result result;
    if constexpr (kWaiting == Waiting::kTestAndSet) {
      result = lock_test_and_set();
    } else if (try_become_pending<P>(word_, seen)) {
      result = lock_pending();
    } else {
      result = lock_queued();
    }
    if (result != Result::kOk) held().pop();
    return result;
  }

  Result lock_test_and_set() {
    Check check(this, word_, ~0u, Timeouts::kTestAndSet_ns);
    const auto take_if_free = [this](std::uint32_t word) {
      std::uint32_t seen;
      return word == 0 && word_.try_lock(seen);
    };
    return P::wait_until(word_, std::memory_order_relaxed, take_if_free,
                         Timeouts::kPollsPerCheck, check)
        .result;
  }

  Result lock_pending() {
    Check check(this, word_, lock_bits::kLockedMask, Timeouts::kPending_ns);
    // Acquire pairs with the owner's unlock().
    const auto wait = P::wait_until(word_, std::memory_order_acquire, unlocked,
                                    Timeouts::kPollsPerCheck, check);
    if (wait.result != Result::kOk) {
      word_.clear_pending();
      return wait.result;
    }
    word_.clear_pending_set_locked();
    return Result::kOk;
  }

  Result lock_queued() {
    // At once, not only after a wait: behind its own slot a node is never
    // served.
    if (Check::is_aa(this)) return Result::kDeadlock;
    Nodes& nodes = P::template this_slot<Nodes>();
    const std::uint32_t index = nodes.enter();
    Result result;
    if (index >= Nodes::kLevels || (P::in_nmi() && index > 0)) {
      // No node, or inside a waiter that may never be served: one attempt.
      result = try_lock_word() ? Result::kOk : Result::kDeadlock;
    } else {
      result =
          lock_on_node(nodes[index], lock_bits::encode_tail(P::slot(), index));
    }
    nodes.leave();
    return result;
  }

  Result lock_on_node(McsNode<P>& node, std::uint32_t tail) {
    node.init();
    // The node's line may have been far away; the lock may be free by now.
    if (try_lock_word()) return Result::kOk;
    if (const std::uint32_t old = word_.exchange_tail(tail)) {
      Nodes::of_tail(old).link(node);
      if (node.wait_turn() == kMcsLeave) {
        return leave(node, tail, Result::kTimeout);
      }
    }
    // Head of the queue. Acquire pairs with the last owner's unlock().
    Check check(this, word_, lock_bits::kLockedPendingMask, Timeouts::kHead_ns);
    const auto wait = P::wait_until(word_, std::memory_order_acquire,
                                    unlocked_and_not_pending,
                                    Timeouts::kPollsPerCheck, check);
    if (wait.result != Result::kOk) return leave(node, tail, wait.result);
    if ((wait.value & lock_bits::kTailMask) == tail &&
        word_.try_claim_alone(wait.value)) {
      return Result::kOk;
    }
    // Somebody is behind us, or set pending in passing and will queue.
    word_.set_locked();
    node.wait_next().tell(kMcsHead);
    return Result::kOk;
  }

  // Out of the queue without the lock. Whoever is behind must be told: that it
  // is the head now (a deadlock is ours alone), or to leave as well.
  Result leave(McsNode<P>& node, std::uint32_t tail, Result why) {
    if (!word_.try_clear_tail(tail)) {
      node.wait_next().tell(why == Result::kDeadlock ? kMcsHead : kMcsLeave);
    }
    return why;
  }

  typename P::LockWord word_;
};

namespace backend {

template <Platform P>
struct rqspinlock : Spinning<P, Rqspinlock<P>> {
  static constexpr std::string_view name = "rqspinlock";
  static constexpr bool fallible = true;
};

}  // namespace backend
}  // namespace lockgauge

#endif  // LOCKGAUGE_LOCKS_RQSPINLOCK_H_
