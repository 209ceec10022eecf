#ifndef LOCKGAUGE_LOCKS_BACKEND_H_
#define LOCKGAUGE_LOCKS_BACKEND_H_

#include <concepts>
#include <string_view>

#include "locks/platform/platform.h"
#include "locks/result.h"

namespace lockgauge {

// A lock: default constructible, free when constructed, no destructor needed.
//   lock()      waits; kOk, or (fallible locks) why not. After a failure the
//               caller holds nothing. An infallible lock answers a constant,
//               so that callers written for failure compile to no branch.
//   try_lock()  never waits for others; false if the lock was not free.
//   unlock()    by the context that locked.
template <class L>
concept Lock = std::default_initializable<L> && requires(L& lock) {
  { lock.lock() } -> std::same_as<Result>;
  { lock.try_lock() } -> std::same_as<bool>;
  lock.unlock();
};

// A gate stands around a whole operation, outside its locks, and never waits.
//   Pass                what an entered operation carries to leave().
//   try_enter(pass)     false: refused (the operation is busy).
//   enter()             never refused.
template <class G>
concept Gate = std::default_initializable<G> &&
    requires(G& gate, typename G::Pass& pass) {
  { gate.try_enter(pass) } -> std::same_as<bool>;
  { gate.enter() } -> std::same_as<typename G::Pass>;
  gate.leave(pass);
};

// The gate that is not there.
struct NoGate {
  struct Pass {};
  bool try_enter(Pass&) { return true; }
  Pass enter() { return {}; }
  void leave(Pass) {}
};

// Backend: what a workload is measured under. A bundle of a lock, a gate, the
// name that users type, and traits:
//   excludes   at most one holder; false for controls that only cost time.
//   fallible   lock() can answer something else than kOk (what a gate
//              refuses is not meant).
//   spins      waits without the operating system's help, so that a holder or
//              waiter must not be preempted: see acquire().
template <class B>
concept Backend = Platform<typename B::Platform> && Lock<typename B::Lock> &&
    Gate<typename B::Gate> && requires {
  { B::name } -> std::convertible_to<std::string_view>;
  { B::excludes } -> std::convertible_to<bool>;
  { B::fallible } -> std::convertible_to<bool>;
  { B::spins } -> std::convertible_to<bool>;
};

// The parts of a backend that most have in common; then the three kinds.
template <lockgauge::Platform P, class L, class G = NoGate>
struct Bundle {
  using Platform = P;
  using Lock = L;
  using Gate = G;
  static constexpr bool excludes = true;
  static constexpr bool fallible = false;
  static constexpr bool spins = false;
};

template <lockgauge::Platform P, class L, class G = NoGate>
struct Spinning : Bundle<P, L, G> {
  static constexpr bool spins = true;
};

template <lockgauge::Platform P, class L>
struct Blocking : Bundle<P, L> {};

template <lockgauge::Platform P, class L>
struct Control : Bundle<P, L> {
  static constexpr bool excludes = false;
};

// A critical section of backend B, as the kernel enters one: preemption off
// first, then the lock; on failure both are undone. Blocking locks leave
// preemption alone.
template <Backend B>
[[nodiscard]] inline Result acquire(typename B::Lock& lock) {
  if constexpr (B::spins) B::Platform::preempt_disable();
  const Result result = lock.lock();
  if constexpr (B::spins && B::fallible) {
    if (result != Result::kOk) B::Platform::preempt_enable();
  }
  return result;
}

template <Backend B>
inline void release(typename B::Lock& lock) {
  lock.unlock();
  if constexpr (B::spins) B::Platform::preempt_enable();
}

}  // namespace lockgauge

#endif  // LOCKGAUGE_LOCKS_BACKEND_H_
