#ifndef LOCKGAUGE_LOCKS_PLATFORM_HOST_RCU_H_
#define LOCKGAUGE_LOCKS_PLATFORM_HOST_RCU_H_

#include <thread>

#include "locks/platform/host/sanitizer.h"

// liburcu's membarrier flavour, the only one whose read side is both cheap and
// allowed in signal handlers. Read side inlined in measuring builds; under
// ThreadSanitizer out of line, because the inlined form (before liburcu 0.15)
// looks like a race to it.
#if !LOCKGAUGE_TSAN
#define _LGPL_SOURCE
#endif
#include <urcu/urcu-memb.h>

// Read sections and grace periods are liburcu's; deferring is not. Its
// call_rcu() has one queue that all threads write, and a thread that empties
// it on the CPUs that are being measured. Here each slot keeps what it
// deferred and reclaims it itself, a few at a time, as each CPU of the kernel
// does.
namespace lockgauge::host::rcu {

// Embedded in what is to be reclaimed; the size of the kernel's rcu_head.
struct Head {
  Head* next;
  void (*reclaim)(Head*);
};

// By each thread, before and after all the rest here. host::Thread does it.
void register_thread();
void unregister_thread();

// The thread that ends grace periods, a millisecond apart while something is
// deferred: it should not run on a CPU that is being measured.
std::jthread& clock();

// Waits until every read section that runs now has ended. Not inside one.
void synchronize();

// reclaim(head) after a grace period, by a later call() from this slot or by a
// barrier(). Makes no system call. Allowed inside a read section, in a
// reclaim() and in an NMI-like context.
void call(Head& head, void (*reclaim)(Head*));

// Reclaims all that any slot has deferred so far; what that defers in its turn
// is left for the next. Not inside a read section.
void barrier();

#if LOCKGAUGE_TSAN
void read_lock();
void read_unlock();
#else
inline void read_lock() { urcu_memb_read_lock(); }
inline void read_unlock() { urcu_memb_read_unlock(); }
#endif

}  // namespace lockgauge::host::rcu

#endif  // LOCKGAUGE_LOCKS_PLATFORM_HOST_RCU_H_
