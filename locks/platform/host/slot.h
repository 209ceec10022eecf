#ifndef LOCKGAUGE_LOCKS_PLATFORM_HOST_SLOT_H_
#define LOCKGAUGE_LOCKS_PLATFORM_HOST_SLOT_H_

#include <atomic>
#include <cstdint>
#include <mutex>

#include "locks/lock_word.h"

namespace lockgauge::host {

// A slot is a thread together with its signal handlers: the user-space
// counterpart of a CPU with preemption off. Keyed by thread, not by CPU,
// because a user thread can be preempted inside a queue node.
inline constexpr std::uint32_t kMaxSlots = 1024;
static_assert(kMaxSlots <= lock_bits::kMaxSlots);

struct SlotState {
  std::uint32_t id = kMaxSlots;     // none
  std::uint32_t nmi_depth = 0;      // NMI-like contexts running now
  std::uint32_t preempt_depth = 0;  // nested preempt_disable(); preemption.h
  std::mutex* token = nullptr;      // held while preempt_depth > 0
};

// The state of the calling thread's slot.
inline constinit thread_local SlotState slot_state;

// One above the largest slot ever handed out; grows only.
inline constinit std::atomic<std::uint32_t> slot_limit{0};

// The T of each slot, at rest between threads.
template <class T>
inline constinit T slot_storage[kMaxSlots] = {};

// Gives the calling thread a slot, an RCU registration and a calibrated clock
// for as long as it lives. One per thread. Throws std::runtime_error where a
// slot or the rseq area is missing, saying which.
class Thread {
 public:
  Thread();
  ~Thread();
  Thread(const Thread&) = delete;
  Thread& operator=(const Thread&) = delete;
};

// Marks the context inside as NMI-like. Async-signal-safe.
class NmiScope {
 public:
  NmiScope() { ++slot_state.nmi_depth; }
  ~NmiScope() { --slot_state.nmi_depth; }
  NmiScope(const NmiScope&) = delete;
  NmiScope& operator=(const NmiScope&) = delete;
};

}  // namespace lockgauge::host

#endif  // LOCKGAUGE_LOCKS_PLATFORM_HOST_SLOT_H_
