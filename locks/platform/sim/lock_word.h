#ifndef LOCKGAUGE_LOCKS_PLATFORM_SIM_LOCK_WORD_H_
#define LOCKGAUGE_LOCKS_PLATFORM_SIM_LOCK_WORD_H_

#include <atomic>
#include <cstdint>

#include "locks/lock_word.h"
#include "locks/platform/sim/atomic.h"

namespace lockgauge::sim {

// The transitions of PortableLockWord (see there for what each requires) as the
// kernel does them, and at that price: a byte or half-word store where the host
// has one, else a single read-modify-write. host/lock_word.h says why the
// narrow stores are sound.
class LockWord {
 public:
  std::uint32_t load(std::memory_order) const { return sim::load(word_); }

  bool try_lock(std::uint32_t& seen) {
    seen = 0;
    return compare_exchange(seen, lock_bits::kLocked);
  }

  void unlock() { sim::store<Byte>(*byte(0), 0); }

  std::uint32_t fetch_set_pending() {
    before_rmw(&word_);
    const std::uint32_t old = word_;
    word_ |= lock_bits::kPending;
    return old;
  }

  void clear_pending() { sim::store<Byte>(*byte(1), 0); }

  void clear_pending_set_locked() {
    sim::store<Half>(*reinterpret_cast<Half*>(&word_), lock_bits::kLocked);
  }

  std::uint32_t exchange_tail(std::uint32_t tail) {
    before_rmw(&word_);
    const std::uint32_t old = word_ & lock_bits::kTailMask;
    word_ = (word_ & lock_bits::kLockedPendingMask) | tail;
    return old;
  }

  bool try_claim_alone(std::uint32_t seen) {
    return compare_exchange(seen, lock_bits::kLocked);
  }

  void set_locked() { sim::store<Byte>(*byte(0), lock_bits::kLocked); }

  bool try_clear_tail(std::uint32_t tail) {
    std::uint32_t old = load(std::memory_order_relaxed);
    while ((old & lock_bits::kTailMask) == tail) {
      if (compare_exchange(old, old & lock_bits::kLockedPendingMask)) {
        return true;
      }
    }
    return false;
  }

 private:
  // [[gnu::may_alias]]: these name parts of word_.
  using Byte [[gnu::may_alias]] = std::uint8_t;
  using Half [[gnu::may_alias]] = std::uint16_t;
  Byte* byte(int index) { return reinterpret_cast<Byte*>(&word_) + index; }

  bool compare_exchange(std::uint32_t& expected, std::uint32_t desired) {
    before_rmw(&word_);
    const bool same = word_ == expected;
    (same ? word_ : expected) = same ? desired : word_;
    return same;
  }

  std::uint32_t word_ = 0;
};

}  // namespace lockgauge::sim

#endif  // LOCKGAUGE_LOCKS_PLATFORM_SIM_LOCK_WORD_H_
