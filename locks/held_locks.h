#ifndef LOCKGAUGE_LOCKS_HELD_LOCKS_H_
#define LOCKGAUGE_LOCKS_HELD_LOCKS_H_

#include <algorithm>
#include <atomic>
#include <cstdint>

#include "locks/cache_line.h"
#include "locks/platform/platform.h"

namespace lockgauge {

// The rqspinlocks that one slot holds, oldest first, with the one it is trying
// to get on top. Written by the slot alone, read racily by every slot that
// looks for a deadlock; a stale read costs a wrong or a missing -EDEADLK, never
// exclusion. Locks must be released last in, first out.
//
//   count   0        1        2            n-1
//   +-----+--------+--------+-----+-----+--------+
//   |  n  | held   | held   | ...       | trying |     count may exceed the
//   +-----+--------+--------+-----+-----+--------+     entries: locks beyond
//                                                      are counted, not known
template <Platform P>
class alignas(kCacheLineBytes) HeldLocks {
 public:
  static constexpr std::uint32_t kMaxEntries = 31;

  // Before the attempt. The count goes first: a context that interrupts us
  // between the two stores sees the larger count and leaves our entry alone.
  // Release: who reads this count (acquire, in attempt()) must not read as our
  // top what an earlier, ended attempt left there, or it would diagnose a
  // deadlock that never was. (The kernel has the barrier in pop(); in C++ this
  // store would end the release sequence of one there.)
  void push(const void* lock) {
    const std::uint32_t count = size() + 1;
    count_.store(count, std::memory_order_release);
    P::compiler_barrier();
    if (count <= kMaxEntries) [[likely]] {
      entries_[count - 1].store(lock, std::memory_order_relaxed);
    }
  }

  // After unlock, or after a failed attempt. Release, as in push().
  void pop() {
    const std::uint32_t count = size();
    if (count <= kMaxEntries) [[likely]] {
      entries_[count - 1].store(nullptr, std::memory_order_relaxed);
    }
    count_.store(count - 1, std::memory_order_release);
  }

  // Own slot: whether `lock`, now being tried, is further down already: held,
  // or tried by a context that we interrupted (and that can never go on).
  bool below_top(const void* lock) const { return contains(lock, size()); }

  // Other slots: what the slot is trying to get while it holds something; null
  // when that cannot be told.
  const void* attempt(std::uint32_t& count) const {
    count = count_.load(std::memory_order_acquire);
    if (count < 2 || count > kMaxEntries) return nullptr;
    return entries_[count - 1].load(std::memory_order_relaxed);
  }

  // Whether `lock` is below the top of a table of `count`. With more held than
  // there are entries the last entry is skipped too, as in the kernel.
  bool contains(const void* lock, std::uint32_t count) const {
    for (std::uint32_t i = 0; i + 1 < std::min(count, kMaxEntries); ++i) {
      if (entries_[i].load(std::memory_order_relaxed) == lock) return true;
    }
    return false;
  }

  std::uint32_t size() const { return count_.load(std::memory_order_relaxed); }

 private:
  typename P::template Atomic<std::uint32_t> count_{0};
  typename P::template Atomic<const void*> entries_[kMaxEntries] = {};
};

}  // namespace lockgauge

#endif  // LOCKGAUGE_LOCKS_HELD_LOCKS_H_
