#ifndef LOCKGAUGE_LOCKS_LOCK_WORD_H_
#define LOCKGAUGE_LOCKS_LOCK_WORD_H_

#include <atomic>
#include <cstdint>

namespace lockgauge {

// The word of qspinlock and rqspinlock: the kernel's layout for fewer than
// 16384 CPUs, with the execution slot where the kernel has the CPU.
//
//    31                  18 17 16 15            8 7             0
//   +----------------------+-----+---------------+---------------+
//   | tail: slot + 1       | idx |    pending    |    locked     |
//   +----------------------+-----+---------------+---------------+
//
//   locked   1 while somebody owns the lock, else 0.
//   pending  1 while the first waiter spins on `locked` without a queue node.
//   tail     the last waiter of the queue: its slot (plus one, so that 0 means
//            "no queue") and which of the slot's four nodes it waits on.
//
// Free is 0. Written (tail, pending, locked) below. Order of service: owner,
// pending waiter, head of the queue, then the queue first in, first out.
namespace lock_bits {

inline constexpr std::uint32_t kLocked = 1;
inline constexpr std::uint32_t kLockedMask = 0xff;
inline constexpr std::uint32_t kPending = 1 << 8;
inline constexpr std::uint32_t kPendingMask = 0xff << 8;
inline constexpr std::uint32_t kLockedPendingMask = kLockedMask | kPendingMask;
inline constexpr std::uint32_t kTailMask = ~kLockedPendingMask;
inline constexpr int kTailIndexShift = 16;
inline constexpr int kTailSlotShift = 18;
inline constexpr std::uint32_t kMaxSlots = (1u << 14) - 1;

constexpr std::uint32_t encode_tail(std::uint32_t slot, std::uint32_t index) {
  return (slot + 1) << kTailSlotShift | index << kTailIndexShift;
}
constexpr std::uint32_t tail_slot(std::uint32_t word) {
  return (word >> kTailSlotShift) - 1;
}
constexpr std::uint32_t tail_index(std::uint32_t word) {
  return word >> kTailIndexShift & 3;
}

}  // namespace lock_bits

// Transitions of the word on 32-bit atomics alone: what the C++ memory model
// can express, and so what the checkers check. The host platform has the same
// transitions with the kernel's byte and half-word accesses.
//
// Thread-safety: any thread, any time; what a transition requires of its
// caller (owner, pending, head) is said at each.
template <template <class> class Atomic>
class PortableLockWord {
 public:
  std::uint32_t load(std::memory_order order) const {
    return word_.load(order);
  }

  // (0,0,0) -> (0,0,1). On failure `seen` holds the word met. The acquire
  // pairs with the release in unlock().
  bool try_lock(std::uint32_t& seen) {
    seen = 0;
    return word_.compare_exchange_strong(seen, lock_bits::kLocked,
                                         std::memory_order_acquire,
                                         std::memory_order_relaxed);
  }

  // (*,*,1) -> (*,*,0), by the owner. Release: pairs with the acquire of
  // whoever sees the lock free: try_lock, the pending waiter, the queue head.
  void unlock() {
    word_.fetch_and(~lock_bits::kLockedMask, std::memory_order_release);
  }

  // (*,*,*) -> (*,1,*); answers the word before. Relaxed: whoever becomes the
  // pending waiter waits for the owner with an acquire, even if it is gone.
  std::uint32_t fetch_set_pending() {
    return word_.fetch_or(lock_bits::kPending, std::memory_order_relaxed);
  }

  // (*,1,*) -> (*,0,*), by the pending waiter that gives up. Publishes nothing.
  void clear_pending() {
    word_.fetch_and(~lock_bits::kPendingMask, std::memory_order_relaxed);
  }

  // (*,1,0) -> (*,0,1), by the pending waiter once it saw the lock free (that
  // load was the acquire).
  void clear_pending_set_locked() {
    word_.fetch_add(lock_bits::kLocked - lock_bits::kPending,
                    std::memory_order_relaxed);
  }

  // (p,*,*) -> (n,*,*); answers the tail bits before. Release publishes our
  // initialised node to the next waiter; acquire makes the node named by the
  // old tail ready for us to link into.
  std::uint32_t exchange_tail(std::uint32_t tail) {
    std::uint32_t old = word_.load(std::memory_order_relaxed);
    while (!word_.compare_exchange_weak(
        old, (old & lock_bits::kLockedPendingMask) | tail,
        std::memory_order_acq_rel, std::memory_order_relaxed)) {
    }
    return old & lock_bits::kTailMask;
  }

  // (n,0,0) -> (0,0,1), by the queue head that is also its end, `seen` being
  // the word it saw free (that load was the acquire).
  bool try_claim_alone(std::uint32_t seen) {
    return word_.compare_exchange_strong(seen, lock_bits::kLocked,
                                         std::memory_order_relaxed,
                                         std::memory_order_relaxed);
  }

  // (*,0,0) -> (*,0,1), by the queue head. An RMW here, so that it does not
  // end the release sequence of the unlock before it.
  void set_locked() {
    word_.fetch_or(lock_bits::kLocked, std::memory_order_relaxed);
  }

  // (tail,*,*) -> (0,*,*), by a queue head that leaves; false if somebody
  // queued behind it. Not a 16-bit exchange: the low bits may move meanwhile.
  bool try_clear_tail(std::uint32_t tail) {
    std::uint32_t old = word_.load(std::memory_order_relaxed);
    while ((old & lock_bits::kTailMask) == tail) {
      if (word_.compare_exchange_weak(old, old & lock_bits::kLockedPendingMask,
                                      std::memory_order_relaxed,
                                      std::memory_order_relaxed)) {
        return true;
      }
    }
    return false;
  }

 private:
  Atomic<std::uint32_t> word_{0};
};

}  // namespace lockgauge

#endif  // LOCKGAUGE_LOCKS_LOCK_WORD_H_
