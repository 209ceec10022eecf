#include "locks/platform/host/rcu.h"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "locks/cache_line.h"
#include "locks/platform/host/arch.h"
#include "locks/platform/host/slot.h"

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

#if LOCKGAUGE_TSAN
// ThreadSanitizer does not see into liburcu. The order that a grace period
// gives is told to it through this address: what readers did before, whoever
// comes back from a grace period sees.
char order;
void tell_before() { __tsan_release(&order); }
void tell_after() { __tsan_acquire(&order); }
#else
void tell_before() {}
void tell_after() {}
#endif

// Grace periods ended since the clock below began to run. What was deferred at
// n is free at n + 2: the period that was under way at n may have begun before
// it was deferred, the next one has not.
std::atomic<std::uint64_t> ended{0};
// Somebody deferred since the clock last looked.
std::atomic<bool> wanted{false};

// Ends grace periods, one a millisecond while they are wanted: a few
// microseconds of some CPU each. Looks as often for a while after, so that who
// goes on after a pause need not wait longer than before it.
void run_clock(const std::stop_token& stop) {
  using std::chrono::milliseconds;
  constexpr int kLooks = 100;
  for (int looks = 0; !stop.stop_requested(); ++looks) {
    std::this_thread::sleep_for(milliseconds(looks < kLooks ? 1 : 10));
    if (!wanted.exchange(false, std::memory_order_relaxed)) continue;
    looks = 0;
    synchronize();
    ended.fetch_add(1, std::memory_order_release);
  }
}

// A stack of deferred objects.
struct List {
  Head* first = nullptr;
  unsigned size = 0;

  void push(Head& head) {
    head.next = first;
    first = &head;
    ++size;
  }
  Head* take() {
    size = 0;
    return std::exchange(first, nullptr);
  }
};

// Answers what is left after `most` of them. A function of its own, so that the
// window test finds the one indirect call.
[[gnu::noinline]] Head* reclaim(Head* head, unsigned most) {
  for (; most > 0 && head != nullptr; --most) {
    Head* const next = head->next;  // reclaim() gives the memory away
    head->reclaim(head);
    head = next;
  }
  return head;
}

// What one slot has deferred. Only barrier() comes from outside, so the lock is
// as good as always free.
struct alignas(kCacheLineBytes) Deferred {
  std::atomic<bool> locked{false};
  bool reclaiming = false;  // the owner's: it has the lock already
  Head* expired = nullptr;  // its grace period is over
  List waiting;             // for grace period `since` + 2
  std::uint64_t since = 0;
  List arriving;
  // From contexts that may have interrupted the owner anywhere in here.
  std::atomic<Head*> interrupting{nullptr};

  // Release pairs with take_over(): the head is written.
  void push_interrupting(Head& head) {
    head.next = interrupting.load(std::memory_order_relaxed);
    while (!interrupting.compare_exchange_weak(head.next, &head,
                                               std::memory_order_release,
                                               std::memory_order_relaxed)) {
    }
  }
  void take_over() {
    if (interrupting.load(std::memory_order_relaxed) == nullptr) [[likely]] {
      return;
    }
    Head* head = interrupting.exchange(nullptr, std::memory_order_acquire);
    while (head != nullptr) {
      Head* const next = head->next;
      arriving.push(*head);
      head = next;
    }
  }

  void lock() {
    while (locked.exchange(true, std::memory_order_acquire)) {
      relax();
    }
  }
  void unlock() { locked.store(false, std::memory_order_release); }

  // A batch at a time, so that the clock's line is read now and then only.
  void turn_over() {
    constexpr unsigned kBatch = 64;
    if (arriving.size % kBatch != 0 || expired != nullptr) return;
    wanted.store(true, std::memory_order_relaxed);
    const std::uint64_t now = ended.load(std::memory_order_acquire);
    if (waiting.first != nullptr && now < since + 2) return;
    expired = waiting.take();
    waiting.first = arriving.take();
    since = now;
  }

  // A few at a time: the thousands of a grace period would be an operation of
  // half a millisecond. More than a call can leave: its own, and one that is
  // deferred when that is reclaimed.
  void reclaim_some() {
    constexpr unsigned kMost = 3;
    if (expired == nullptr) return;
    reclaiming = true;
    expired = reclaim(expired, kMost);
    reclaiming = false;
  }
};

constinit Deferred deferred[kMaxSlots];

}  // namespace

std::jthread& clock() {
  static std::jthread clock(run_clock);
  return clock;
}

void register_thread() {
  clock();
  urcu_memb_register_thread();
}

void unregister_thread() { urcu_memb_unregister_thread(); }

void synchronize() {
  tell_before();
  urcu_memb_synchronize_rcu();
  tell_after();
}

void call(Head& head, void (*reclaim)(Head*)) {
  head.reclaim = reclaim;
  Deferred& own = deferred[slot_state.id];
  if (slot_state.nmi_depth > 0) {
    own.push_interrupting(head);
    return;
  }
  if (own.reclaiming) {  // from a reclaim() inside reclaim_some()
    own.arriving.push(head);
    return;
  }
  const std::lock_guard guard(own);
  own.take_over();
  own.arriving.push(head);
  own.turn_over();
  own.reclaim_some();
}

void barrier() {
  // Taken over first, then waited for: a thread may be in call() inside a read
  // section, so no slot's lock is held across a grace period.
  std::vector<Head*> taken;
  const std::uint32_t slots = slot_limit.load(std::memory_order_acquire);
  for (std::uint32_t slot = 0; slot < slots; ++slot) {
    Deferred& one = deferred[slot];
    const std::lock_guard guard(one);
    one.take_over();
    taken.push_back(std::exchange(one.expired, nullptr));
    taken.push_back(one.waiting.take());
    taken.push_back(one.arriving.take());
  }
  synchronize();
  constexpr unsigned kAll = ~0u;
  for (Head* const head : taken) reclaim(head, kAll);
}

#if LOCKGAUGE_TSAN

void read_lock() { urcu_memb_read_lock(); }

void read_unlock() {
  tell_before();
  urcu_memb_read_unlock();
}

#endif

}  // namespace lockgauge::host::rcu
