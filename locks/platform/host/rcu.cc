#include "locks/platform/host/rcu.h"

#if LOCKGAUGE_TSAN
#include <sanitizer/tsan_interface.h>

// The library hands its own memory between its threads in ways that nobody told
// ThreadSanitizer: what it does itself with malloc, free and mutexes is left
// out. Races in our use of it are still reported.
extern "C" const char* __tsan_default_suppressions() {
  return "called_from_lib:liburcu-memb.so\n";
}
#endif

namespace lockgauge::host::rcu {
namespace {

// One reclaiming thread for the process; with the flag, queueing a callback
// never has to wake it.
call_rcu_data* reclaimer() {
  static call_rcu_data* const data =
      urcu_memb_create_call_rcu_data(URCU_CALL_RCU_RT, -1);
  return data;
}

#if LOCKGAUGE_TSAN
// ThreadSanitizer does not see into liburcu. The order that a grace period
// gives is told to it through this address: what readers and callers of call()
// did before, whoever comes back from a grace period sees.
char order;
void tell_before() { __tsan_release(&order); }
void tell_after() { __tsan_acquire(&order); }
#else
void tell_before() {}
void tell_after() {}
#endif

}  // namespace

void register_thread() {
  urcu_memb_register_thread();
  urcu_memb_set_thread_call_rcu_data(reclaimer());
}

void unregister_thread() {
  urcu_memb_set_thread_call_rcu_data(nullptr);
  urcu_memb_unregister_thread();
}

void synchronize() {
  tell_before();
  urcu_memb_synchronize_rcu();
  tell_after();
}

void barrier() {
  urcu_memb_barrier();
  tell_after();
}

#if LOCKGAUGE_TSAN

void call(Head& head, void (*reclaim)(Head*)) {
  head.reclaim = reclaim;
  tell_before();
  urcu_memb_call_rcu(&head.head, [](::rcu_head* raw) {
    tell_after();
    auto* const head = reinterpret_cast<Head*>(raw);
    head->reclaim(head);
    tell_before();
  });
}

void read_lock() { urcu_memb_read_lock(); }

void read_unlock() {
  tell_before();
  urcu_memb_read_unlock();
}

#else

void call(Head& head, void (*reclaim)(Head*)) {
  // Head holds nothing but an rcu_head: the two pointers are the same.
  urcu_memb_call_rcu(&head.head, reinterpret_cast<void (*)(::rcu_head*)>(
                                     reinterpret_cast<void*>(reclaim)));
}

#endif

}  // namespace lockgauge::host::rcu
