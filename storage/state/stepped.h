#ifndef LOCKGAUGE_STORAGE_STATE_STEPPED_H_
#define LOCKGAUGE_STORAGE_STATE_STEPPED_H_

#include <atomic>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

#include "locks/backend.h"
#include "locks/platform/sim/sim.h"
#include "storage/state/witness.h"

// The engine in steps as long as they can be: threads are switched where it
// makes a difference to teardown. Longer ones, from one lock to the next, would
// miss that a side has read an element's pointers before the other clears them.
namespace lockgauge::storage {
template <class C>
struct LocalStorage;
template <class C>
class Smap;
}  // namespace lockgauge::storage

namespace lockgauge::storage::state {

// What teardown decides by without a lock: an element's state and a storage's
// references to its owner, and the pointers to storages and maps.
template <class T>
inline constexpr bool kMatters = std::same_as<T, std::uint32_t>;
template <class C>
inline constexpr bool kMatters<LocalStorage<C>*> = true;
template <class C>
inline constexpr bool kMatters<Smap<C>*> = true;

// The simulated machine, with a switch before each of their accesses that is
// not relaxed, but for stores: what comes between a lock's release and such a
// store finds nothing that it would not have found before the lock was asked
// for.
struct SteppedSim : Sim {
  // Explored executions make their memory anew.
  static constexpr std::size_t kSlabBytes = std::size_t{16} * 1024;

  template <class T>
  class Atomic : public sim::Atomic<T> {
    using Base = sim::Atomic<T>;

   public:
    using Base::Base;

    T load(std::memory_order order, sim::Where where = sim::here()) const {
      before(order);
      return Base::load(order, where);
    }
    T fetch_or(T operand, std::memory_order order,
               sim::Where where = sim::here()) {
      before(order);
      return Base::fetch_or(operand, order, where);
    }
    T fetch_add(T operand, std::memory_order order,
                sim::Where where = sim::here()) {
      before(order);
      return Base::fetch_add(operand, order, where);
    }
    T fetch_sub(T operand, std::memory_order order,
                sim::Where where = sim::here()) {
      before(order);
      // The one 64-bit counter that is lowered is an owner's charge.
      if (std::same_as<T, std::uint64_t> && operand != 0) {
        Witness::current().saw(Part::kCharge);
      }
      return Base::fetch_sub(operand, order, where);
    }
    bool compare_exchange_strong(T& expected, T desired,
                                 std::memory_order success,
                                 std::memory_order failure,
                                 sim::Where where = sim::here()) {
      before(success);
      return Base::compare_exchange_strong(expected, desired, success, failure,
                                           where);
    }
    bool compare_exchange_weak(T& expected, T desired,
                               std::memory_order success,
                               std::memory_order failure,
                               sim::Where where = sim::here()) {
      return compare_exchange_strong(expected, desired, success, failure,
                                     where);
    }

   private:
    static void before(std::memory_order order) {
      if constexpr (kMatters<T>) {
        if (order != std::memory_order_relaxed) point("");
      }
    }
  };

  // Threads may be switched here.
  static void point(const char* label) {
    if (sim::Execution::running() != nullptr) {
      sim::Machine::current().point(label, {nullptr, 0});
    }
  }

  // A walk that begins anew was paused, outside of its read section.
  static inline bool pauses = false;
  static void rcu_read_lock() {
    if (std::exchange(pauses, false)) point("begins the bucket anew");
    Sim::rcu_read_lock();
  }
};

// A lock that fails where the test wants it to.
class SteppedLock {
 public:
  // Whether the calling thread gives up. Null: never.
  static inline std::function<bool(const SteppedLock&)> gives_up;
  // Whether others may go on while a lock is held: without that, nobody ever
  // waits but for who is switched away from for another reason.
  static inline bool holders_pause = false;

  Result lock() {
    SteppedSim::point("asks for a lock");
    if (gives_up && gives_up(*this)) {
      note("times out on ");
      return Result::kTimeout;
    }
    while (word_.exchange(1, std::memory_order_acquire) != 0) {
      Sim::wait_until(word_, std::memory_order_relaxed,
                      [](std::uint32_t word) { return word == 0; });
    }
    return Result::kOk;
  }
  bool try_lock() { return word_.exchange(1, std::memory_order_acquire) == 0; }
  void unlock() {
    if (holders_pause) SteppedSim::point("still has the lock");
    word_.store(0, std::memory_order_release);
  }

  bool held() const { return word_.load(std::memory_order_relaxed) != 0; }

 private:
  void note(const char* what) const {
    sim::Execution* const recording = sim::Execution::recording();
    sim::Machine::current().note(
        recording == nullptr ? ""
                             : what + recording->trace()->names().of(this));
  }

  sim::Atomic<std::uint32_t> word_{0};
};

struct SteppedBackend : Spinning<SteppedSim, SteppedLock> {
  static constexpr std::string_view name = "stepped";
  static constexpr bool fallible = true;
};

}  // namespace lockgauge::storage::state

#endif  // LOCKGAUGE_STORAGE_STATE_STEPPED_H_
