#ifndef LOCKGAUGE_LOCKS_PLATFORM_HOST_PREEMPTION_H_
#define LOCKGAUGE_LOCKS_PLATFORM_HOST_PREEMPTION_H_

#include <atomic>
#include <mutex>

#include "locks/cache_line.h"
#include "locks/platform/host/cpu.h"
#include "locks/platform/host/slot.h"

// What preempt_disable() is on the host. Kernel spin sections cannot be
// preempted; user-space ones can, and then a first-in-first-out lock hands over
// to a thread that is not running: with two threads on one CPU a queued lock
// falls from half a million sections a second to a few hundred.
namespace lockgauge::host {

// For one thread per CPU: nothing can preempt but strangers, so nothing is
// done.
struct Native {
  static constexpr const char* kName = "native";
  static void disable() {}
  static void enable() {}
};

// For more threads than CPUs: a token per CPU, held from before the lock until
// after the unlock. A thread of ours that runs while the holder of its CPU's
// token is preempted sleeps on the token, as it could not run at all in the
// kernel. The token's cost (an uncontended mutex) is in every section, so
// trials with and without it are not compared; a column says which it was.
struct Token {
  static constexpr const char* kName = "token";

  // Nests. Only the outermost takes the token, and it gives back the one it
  // took, wherever the thread runs by then.
  static void disable() {
    SlotState& slot = slot_state;
    if (slot.preempt_depth++ > 0) return;
    std::atomic_signal_fence(std::memory_order_seq_cst);
    slot.token = &tokens_[cpu()].value;
    slot.token->lock();
  }

  static void enable() {
    SlotState& slot = slot_state;
    if (slot.preempt_depth == 1) slot.token->unlock();
    // Last: a signal handler in between must not find depth 0 and lock the
    // token that this thread still holds. One that comes between the two steps
    // of disable() runs without the token, as an NMI would.
    std::atomic_signal_fence(std::memory_order_seq_cst);
    --slot.preempt_depth;
  }

 private:
  static inline Padded<std::mutex> tokens_[kMaxCpus];
};

}  // namespace lockgauge::host

#endif  // LOCKGAUGE_LOCKS_PLATFORM_HOST_PREEMPTION_H_
