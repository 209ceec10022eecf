#ifndef LOCKGAUGE_LOCKS_QSPINLOCK_H_
#define LOCKGAUGE_LOCKS_QSPINLOCK_H_

#include <atomic>
#include <cstdint>
#include <string_view>

#include "locks/backend.h"
#include "locks/lock_word.h"
#include "locks/mcs_node.h"
#include "locks/pending.h"
#include "locks/platform/platform.h"

namespace lockgauge {

// How a queued spinlock waits.
enum class Waiting {
  kQueued,      // pending waiter, then the queue: on bare metal
  kTestAndSet,  // unfair: what the x86 kernel does as a guest whose hypervisor
                // offers no way to halt and kick virtual CPUs
};

// qspinlock: the Linux kernel's queued spinlock (kernel/locking/qspinlock.c,
// native variant). 4 bytes, first in first out from the second waiter on.
//
//   (tail, pending, locked)                         word drawn in lock_word.h
//
//   fast     (0,0,0) -> (0,0,1)
//   pending  (0,0,1) -> (0,1,1) -> (0,1,0) -> (0,0,1)
//   queue    (n,x,y)            -> (n,0,0) -> (0,0,1)   alone
//            (*,x,y)            -> (*,0,0) -> (*,0,1)   somebody behind
//
// Not for threads that can be preempted while they wait or hold: the queue
// serves a sleeping waiter all the same. Lock through acquire() (backend.h).
//
// Thread-safety: the caller holds a P::Thread; contexts of one slot may nest.
template <Platform P, Waiting kWaiting = Waiting::kQueued>
class Qspinlock {
 public:
  Result lock() {
    std::uint32_t seen;
    if (!word_.try_lock(seen)) [[unlikely]] {
      lock_slow(seen);
    }
    return Result::kOk;
  }

  bool try_lock() {
    std::uint32_t seen;
    return word_.load(std::memory_order_relaxed) == 0 && word_.try_lock(seen);
  }

  void unlock() { word_.unlock(); }

  // The word as it is or was: for tests and messages, never for decisions.
  std::uint32_t snapshot() const {
    return word_.load(std::memory_order_relaxed);
  }

 private:
  using Nodes = McsNodes<P, Qspinlock>;

  [[gnu::cold, gnu::noinline]] void lock_slow(std::uint32_t seen) {
    if constexpr (kWaiting == Waiting::kTestAndSet) {
      lock_test_and_set();
    } else if (try_become_pending<P>(word_, seen)) {
      // Acquire pairs with the owner's unlock().
      P::wait_until(word_, std::memory_order_acquire, unlocked);
      word_.clear_pending_set_locked();
    } else {
      lock_queued();
    }
  }

  void lock_test_and_set() {
    while (!try_lock()) P::relax();
  }

  void lock_queued() {
    Nodes& nodes = P::template this_slot<Nodes>();
    const std::uint32_t index = nodes.enter();
    if (index >= Nodes::kLevels) {
      // Nested deeper than there are nodes: unfair, unbounded, but it works.
      lock_test_and_set();
    } else {
      lock_on_node(nodes[index], lock_bits::encode_tail(P::slot(), index));
    }
    nodes.leave();
  }

  void lock_on_node(McsNode<P>& node, std::uint32_t tail) {
    node.init();
    // The node's line may have been far away; the lock may be free by now.
    if (try_lock()) return;
    if (const std::uint32_t old = word_.exchange_tail(tail)) {
      Nodes::of_tail(old).link(node);
      (void)node.wait_turn();
    }
    // Head of the queue. Acquire pairs with the last owner's unlock().
    const std::uint32_t seen = P::wait_until(word_, std::memory_order_acquire,
                                             unlocked_and_not_pending);
    if ((seen & lock_bits::kTailMask) == tail && word_.try_claim_alone(seen)) {
      return;
    }
    // Somebody is behind us, or set pending in passing and will queue.
    word_.set_locked();
    node.wait_next().tell(kMcsHead);
  }

  typename P::LockWord word_;
};

namespace backend {

template <Platform P>
struct qspinlock : Spinning<P, Qspinlock<P>> {
  static constexpr std::string_view name = "qspinlock";
};

}  // namespace backend
}  // namespace lockgauge

#endif  // LOCKGAUGE_LOCKS_QSPINLOCK_H_
