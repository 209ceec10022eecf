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
// narrow stores are sound. The orders are the portable word's, and count when
// the machine is explored.
class LockWord {
 public:
  std::uint32_t load(std::memory_order order, Where where = here()) const {
    return sim::load(word_, {"load", order, where});
  }

  bool try_lock(std::uint32_t& seen, Where where = here()) {
    seen = 0;
    return compare_exchange(word_, seen, lock_bits::kLocked,
                            {"try_lock", std::memory_order_acquire, where,
                             std::memory_order_relaxed});
  }

  void unlock(Where where = here()) {
    store(word_, *byte(0), Byte{0},
          {"unlock", std::memory_order_release, where});
  }

  std::uint32_t fetch_set_pending(Where where = here()) {
    return rmw(word_, relaxed("set_pending", where), [this](Effect&) {
      const std::uint32_t old = word_;
      word_ |= lock_bits::kPending;
      return old;
    });
  }

  void clear_pending(Where where = here()) {
    store(word_, *byte(1), Byte{0}, relaxed("clear_pending", where));
  }

  void clear_pending_set_locked(Where where = here()) {
    store(word_, *reinterpret_cast<Half*>(&word_), Half{lock_bits::kLocked},
          relaxed("clear_pending_set_locked", where));
  }

  std::uint32_t exchange_tail(std::uint32_t tail, Where where = here()) {
    return rmw(word_, {"exchange_tail", std::memory_order_acq_rel, where},
               [&](Effect&) {
                 const std::uint32_t old = word_ & lock_bits::kTailMask;
                 word_ = (word_ & lock_bits::kLockedPendingMask) | tail;
                 return old;
               });
  }

  bool try_claim_alone(std::uint32_t seen, Where where = here()) {
    return compare_exchange(word_, seen, lock_bits::kLocked,
                            relaxed("try_claim_alone", where));
  }

  void set_locked(Where where = here()) {
    store(word_, *byte(0), Byte{lock_bits::kLocked},
          relaxed("set_locked", where));
  }

  bool try_clear_tail(std::uint32_t tail, Where where = here()) {
    std::uint32_t old = load(std::memory_order_relaxed, where);
    while ((old & lock_bits::kTailMask) == tail) {
      if (compare_exchange(word_, old, old & lock_bits::kLockedPendingMask,
                           relaxed("try_clear_tail", where))) {
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

  static Operation relaxed(const char* name, Where where) {
    return {name, std::memory_order_relaxed, where};
  }

  std::uint32_t word_ = 0;
};

}  // namespace lockgauge::sim

#endif  // LOCKGAUGE_LOCKS_PLATFORM_SIM_LOCK_WORD_H_
