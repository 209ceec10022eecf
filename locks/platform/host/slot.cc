#include "locks/platform/host/slot.h"

#include <bitset>
#include <stdexcept>

#include "locks/platform/host/clock.h"
#include "locks/platform/host/cpu.h"
#include "locks/platform/host/rcu.h"

namespace lockgauge::host {
namespace {

// Guards `taken`; never held while a lock under test is.
std::mutex slots_mutex;
std::bitset<kMaxSlots> taken;

// The lowest free slot: ids stay dense, so that a deadlock check, which reads
// every slot in use, reads no more than there are threads.
std::uint32_t take_slot() {
  const std::lock_guard guard(slots_mutex);
  for (std::uint32_t id = 0; id < kMaxSlots; ++id) {
    if (taken[id]) continue;
    taken[id] = true;
    if (id >= slot_limit.load(std::memory_order_relaxed)) {
      slot_limit.store(id + 1, std::memory_order_release);
    }
    return id;
  }
  throw std::runtime_error("more than 1024 threads: no execution slot left");
}

void give_back_slot(std::uint32_t id) {
  const std::lock_guard guard(slots_mutex);
  taken[id] = false;
}

}  // namespace

Thread::Thread() {
  if (__rseq_size == 0) {
    throw std::runtime_error(
        "no rseq area: the kernel is older than 4.18, or glibc.pthread.rseq=0 "
        "is in GLIBC_TUNABLES; without it the current CPU is unknown");
  }
  Clock::calibrate();
  slot_state.id = take_slot();
  rcu::register_thread();
}

Thread::~Thread() {
  rcu::unregister_thread();
  give_back_slot(slot_state.id);
  slot_state.id = kMaxSlots;
}

}  // namespace lockgauge::host
