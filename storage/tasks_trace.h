#ifndef LOCKGAUGE_STORAGE_TASKS_TRACE_H_
#define LOCKGAUGE_STORAGE_TASKS_TRACE_H_

#include <atomic>
#include <cstdint>

#include "locks/cache_line.h"

namespace lockgauge::storage {

// The second reclamation domain, the place of RCU tasks trace: for readers that
// may sleep (sleepable programs), who do not hold up the first. As in Linux 7.2
// its grace periods contain one of the first: an object waits for a normal one,
// and then only if somebody reads here, until nobody does.
//
// One counter for all readers: they are rare, and where there are none, freeing
// costs one load of a line that nobody writes. Readers that overlap for ever
// hold objects up for ever, which the kernel's would not.
template <class P>
class TasksTrace {
  using Head = typename P::RcuHead;

 public:
  // seq_cst: counted before anything is read. A normal grace period, which is a
  // full barrier on every CPU, lies between an unlink and the look below.
  static void read_lock() { readers_.fetch_add(1, std::memory_order_seq_cst); }
  static void read_unlock() {
    readers_.fetch_sub(1, std::memory_order_release);
  }

  // kReclaim(head) after a grace period of this domain.
  template <void (*kReclaim)(Head*)>
  static void call(Head& head) {
    P::call_rcu(head, [](Head* one) {
      if (nobody_reads()) [[likely]] {
        kReclaim(one);
      } else {
        held_up_.fetch_add(1, std::memory_order_relaxed);
        P::call_rcu(*one, look_again<kReclaim>);
      }
    });
  }

  // All that was deferred here so far is reclaimed. Not inside a read section
  // of either domain.
  static void barrier() {
    do {
      if (!nobody_reads()) {
        P::wait_until(readers_, std::memory_order_acquire,
                      [](std::uint32_t readers) { return readers == 0; });
      }
      P::rcu_barrier();
    } while (held_up_.load(std::memory_order_acquire) != 0);
  }

 private:
  static bool nobody_reads() {
    return readers_.load(std::memory_order_acquire) == 0;
  }

  template <void (*kReclaim)(Head*)>
  static void look_again(Head* head) {
    if (!nobody_reads()) {
      P::call_rcu(*head, look_again<kReclaim>);
      return;
    }
    kReclaim(head);
    held_up_.fetch_sub(1, std::memory_order_release);
  }

  alignas(kCacheLineBytes) static inline
      typename P::template Atomic<std::uint32_t> readers_{0};
  // Objects that waited for a reader and are not reclaimed yet.
  alignas(kCacheLineBytes) static inline
      typename P::template Atomic<std::uint64_t> held_up_{0};
};

// Nothing that was unlinked so far is on its way any more, in either domain;
// nor what that unlinked in its turn.
template <class P>
void reclaim_barrier() {
  TasksTrace<P>::barrier();
  P::rcu_barrier();
}

}  // namespace lockgauge::storage

#endif  // LOCKGAUGE_STORAGE_TASKS_TRACE_H_
