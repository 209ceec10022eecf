#ifndef LOCKGAUGE_LOCKS_PLATFORM_HOST_RCU_H_
#define LOCKGAUGE_LOCKS_PLATFORM_HOST_RCU_H_

#include "locks/platform/host/sanitizer.h"

// liburcu's membarrier flavour, the only one whose read side is both cheap and
// allowed in signal handlers. Read side inlined in measuring builds; under
// ThreadSanitizer out of line, because the inlined form (before liburcu 0.15)
// looks like a race to it.
#if !LOCKGAUGE_TSAN
#define _LGPL_SOURCE
#endif
#include <urcu/urcu-memb.h>

namespace lockgauge::host::rcu {

// Embedded in what is to be reclaimed.
struct Head {
  ::rcu_head head;
#if LOCKGAUGE_TSAN
  void (*reclaim)(Head*);
#endif
};

// By each thread, before and after all the rest here. host::Thread does it.
void register_thread();
void unregister_thread();

// Waits until every read section that runs now has ended. Not inside one.
void synchronize();

// reclaim(head) after a grace period, on a thread of liburcu's. Never a system
// call, so it may stand in a measured region: the reclaiming thread polls every
// 10 ms. Not for signal handlers.
void call(Head& head, void (*reclaim)(Head*));

// Waits until all callbacks queued so far have run.
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
