#ifndef LOCKGAUGE_LOCKS_PLATFORM_PLATFORM_H_
#define LOCKGAUGE_LOCKS_PLATFORM_PLATFORM_H_

#include <atomic>
#include <concepts>
#include <cstddef>
#include <cstdint>

#include "locks/result.h"

namespace lockgauge {

// A wait that may be given up: the last value read, and why the wait ended.
template <class T>
struct Waited {
  T value;
  Result result;
};

// Platform: the machine the code runs on. Locks and the storage engine are
// written once, as templates over it, and reach hardware, operating system and
// time through nothing else. All members are static; a platform holds no state
// that a lock could see other than through them.
//
//   Atomic<T>       std::atomic's interface, with every order named: both of a
//                   compare_exchange too.
//   LockWord        the 32-bit queued-lock word (lock_word.h).
//   PerCpuCounter   counter only ever touched by threads of one CPU: may be
//                   cheaper than Atomic, needs the caller pinned.
//   Shadow          marker in a queue node: init() by the owner, check() by
//                   whoever writes into the node from outside. Empty on the
//                   host; a checker turns it into a plain variable, so that a
//                   missing happens-before edge shows as a data race.
//   Thread          RAII: a thread that uses anything below holds one.
//   NmiScope        RAII: the context inside is NMI-like (a signal handler).
//
//   wait_until(word, order, cond) -> value
//       Polls until cond(value); the platform decides what happens between
//       two polls. Never returns before. The kernel's smp_cond_load.
//   wait_until(word, order, cond, polls_per_check, check) -> Waited
//       The same, but check() runs after the first failed poll and then every
//       polls_per_check polls; an answer other than kOk ends the wait. The
//       condition is tested before the check: a lock that became free while
//       the waiter was away is taken, however late it is.
//   relax()         one polite spin turn, for loops without a word to watch.
//   now_ns()        monotonic clock.
//   cpu(), cpu_limit()    the real processor; one above the largest number.
//   kMaxSlots       above any slot number ever.
//   kPendingPolls   polls that a new waiter grants a hand-over in flight.
//   slot(), slot_limit()  the execution slot: a context that nothing but its
//                   own nested contexts (signal handlers) interrupts. Queue
//                   nodes and held-lock tables belong to slots, the busy
//                   counter to the CPU. slot_limit() is one above the largest
//                   slot in use so far.
//   this_slot<T>(), slot_at<T>(i)   the T of a slot; all start as T{}.
//   in_nmi()        whether this context may not wait for the one it
//                   interrupted.
//   compiler_barrier()  order as seen by a nested context of this slot.
//   preempt_disable(), preempt_enable()   nest; see the host's preemption.h.
//   rcu_*, synchronize_rcu()        grace periods; the `normal` domain.
//   allocate(bytes, alignment), deallocate(p)  memory, bytes a multiple of the
//                   alignment; null if there is none.
//   poison(p, bytes), unpoison(p, bytes)  what lies there is nobody's until it
//                   is handed out again: KASAN's poisoning of pools. Nothing at
//                   all, but where somebody watches.
template <class P>
concept Platform = requires(typename P::template Atomic<std::uint32_t>& atomic,
                            typename P::LockWord& word,
                            typename P::PerCpuCounter& counter,
                            const typename P::Shadow& shadow, void* memory,
                            bool (*cond)(std::uint32_t), Result (*check)()) {
  typename P::Thread;
  typename P::NmiScope;
  { word.load(std::memory_order_relaxed) } -> std::same_as<std::uint32_t>;
  { counter.increment() } -> std::same_as<int>;
  counter.decrement();
  shadow.check();
  {
    P::wait_until(atomic, std::memory_order_acquire, cond)
    } -> std::same_as<std::uint32_t>;
  {
    P::wait_until(word, std::memory_order_acquire, cond, 1u, check)
    } -> std::same_as<Waited<std::uint32_t>>;
  P::relax();
  { P::now_ns() } -> std::same_as<std::uint64_t>;
  { P::cpu() } -> std::same_as<std::uint32_t>;
  { P::cpu_limit() } -> std::same_as<std::uint32_t>;
  { P::slot() } -> std::same_as<std::uint32_t>;
  { P::slot_limit() } -> std::same_as<std::uint32_t>;
  { P::in_nmi() } -> std::same_as<bool>;
  P::compiler_barrier();
  P::preempt_disable();
  P::preempt_enable();
};

// What the storage engine needs beyond what a lock needs.
template <class P>
concept StoragePlatform = Platform<P> &&
    requires(typename P::RcuHead& head, std::size_t bytes,
             void (*reclaim)(typename P::RcuHead*), void* memory) {
  P::rcu_read_lock();
  P::rcu_read_unlock();
  P::synchronize_rcu();
  P::call_rcu(head, reclaim);
  P::rcu_barrier();
  { P::kMaxSlots } -> std::convertible_to<std::uint32_t>;
  { P::allocate(bytes, bytes) } -> std::same_as<void*>;
  P::deallocate(memory);
  P::poison(memory, bytes);
  P::unpoison(memory, bytes);
};

}  // namespace lockgauge

#endif  // LOCKGAUGE_LOCKS_PLATFORM_PLATFORM_H_
