#ifndef LOCKGAUGE_LOCKS_PLATFORM_HOST_LOCK_WORD_H_
#define LOCKGAUGE_LOCKS_PLATFORM_HOST_LOCK_WORD_H_

#include <atomic>
#include <bit>
#include <cstdint>

#include "locks/lock_word.h"
#include "locks/platform/host/sanitizer.h"

namespace lockgauge::host {

// The transitions of PortableLockWord (see there for what each requires and
// pairs with) as the kernel does them: one read-modify-write to lock, one byte
// store to unlock.
//
// Bytes and half-words of a word that is elsewhere accessed whole are outside
// the C++ memory model. It is sound where it is used, because
//   - x86-64 and arm64 keep one order of writes for each byte, and a wider
//     access to naturally aligned memory reads or writes all its bytes at once;
//   - locked and pending are each written by one context at a time (owner,
//     pending waiter, head), so a narrow store never meets a concurrent write
//     to its own bytes other than fetch_set_pending(), which leaves the locked
//     byte alone and may be overtaken only by the pending waiter's own stores;
//   - the compiler sees only __atomic builtins, which it neither merges nor
//     splits, on addresses that may alias.
// The release of a byte store is read by whole-word acquires that include the
// byte; both architectures order that. This step is argued, not checked: the
// checkers run the portable transitions.
class MixedSizeLockWord {
 public:
  std::uint32_t load(std::memory_order order) const {
    return __atomic_load_n(&word_, static_cast<int>(order));
  }

  bool try_lock(std::uint32_t& seen) {
    seen = 0;
    return __atomic_compare_exchange_n(&word_, &seen, lock_bits::kLocked, false,
                                       __ATOMIC_ACQUIRE, __ATOMIC_RELAXED);
  }

  void unlock() { __atomic_store_n(byte(0), 0, __ATOMIC_RELEASE); }

  // Testing the one bit lets the compiler emit LOCK BTS where x86 has no
  // cheap fetch-or. The second load is not of the same moment, which does not
  // matter: pending was ours before it.
  std::uint32_t fetch_set_pending() {
#if defined(__x86_64__)
    const std::uint32_t pending =
        __atomic_fetch_or(&word_, lock_bits::kPending, __ATOMIC_RELAXED) &
        lock_bits::kPending;
    return pending |
           (load(std::memory_order_relaxed) & ~lock_bits::kPendingMask);
#else
    return __atomic_fetch_or(&word_, lock_bits::kPending, __ATOMIC_RELAXED);
#endif
  }

  void clear_pending() { __atomic_store_n(byte(1), 0, __ATOMIC_RELAXED); }

  void clear_pending_set_locked() {
    __atomic_store_n(half(0), lock_bits::kLocked, __ATOMIC_RELAXED);
  }

  std::uint32_t exchange_tail(std::uint32_t tail) {
    const auto high = static_cast<std::uint16_t>(tail >> 16);
    return std::uint32_t{__atomic_exchange_n(half(1), high, __ATOMIC_ACQ_REL)}
           << 16;
  }

  bool try_claim_alone(std::uint32_t seen) {
    return __atomic_compare_exchange_n(&word_, &seen, lock_bits::kLocked, false,
                                       __ATOMIC_RELAXED, __ATOMIC_RELAXED);
  }

  void set_locked() {
    __atomic_store_n(byte(0), lock_bits::kLocked, __ATOMIC_RELAXED);
  }

  bool try_clear_tail(std::uint32_t tail) {
    std::uint32_t old = load(std::memory_order_relaxed);
    while ((old & lock_bits::kTailMask) == tail) {
      if (__atomic_compare_exchange_n(&word_, &old,
                                      old & lock_bits::kLockedPendingMask, true,
                                      __ATOMIC_RELAXED, __ATOMIC_RELAXED)) {
        return true;
      }
    }
    return false;
  }

 private:
  static_assert(std::endian::native == std::endian::little);

  // [[gnu::may_alias]]: these name parts of word_.
  using Byte [[gnu::may_alias]] = std::uint8_t;
  using Half [[gnu::may_alias]] = std::uint16_t;
  Byte* byte(int index) { return reinterpret_cast<Byte*>(&word_) + index; }
  Half* half(int index) { return reinterpret_cast<Half*>(&word_) + index; }

  std::uint32_t word_ = 0;
};

#if LOCKGAUGE_TSAN
using LockWord = PortableLockWord<std::atomic>;
#else
using LockWord = MixedSizeLockWord;
#endif

}  // namespace lockgauge::host

#endif  // LOCKGAUGE_LOCKS_PLATFORM_HOST_LOCK_WORD_H_
