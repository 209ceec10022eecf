#ifndef LOCKGAUGE_LOCKS_PENDING_H_
#define LOCKGAUGE_LOCKS_PENDING_H_

#include <atomic>
#include <cstdint>

#include "locks/lock_word.h"
#include "locks/platform/platform.h"

namespace lockgauge {

// The part that the slow paths of qspinlock and rqspinlock share: try to become
// the pending waiter, the one who waits without a queue node. `seen` is the
// word that the fast path met. True: pending is ours, and `seen` the word from
// just before. False: somebody else waits already; queue.
template <Platform P>
bool try_become_pending(typename P::LockWord& word, std::uint32_t& seen) {
  using namespace lock_bits;
  // (0,1,0) is a hand-over from pending to owner in flight: give it a moment.
  // Bounded, because nothing promises progress in that state.
  for (int polls = 0; seen == kPending && polls < P::kPendingPolls; ++polls) {
    P::relax();
    seen = word.load(std::memory_order_relaxed);
  }
  if (seen & ~kLockedMask) return false;
  seen = word.fetch_set_pending();
  if (!(seen & ~kLockedMask)) return true;
  // Lost the race. If pending is set by us alone, take it back; a queue head
  // whose claim it defeated waits for its successor, which we will be.
  if (!(seen & kPendingMask)) word.clear_pending();
  return false;
}

constexpr bool unlocked(std::uint32_t word) {
  return !(word & lock_bits::kLockedMask);
}
constexpr bool unlocked_and_not_pending(std::uint32_t word) {
  return !(word & lock_bits::kLockedPendingMask);
}

}  // namespace lockgauge

#endif  // LOCKGAUGE_LOCKS_PENDING_H_
