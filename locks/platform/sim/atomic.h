#ifndef LOCKGAUGE_LOCKS_PLATFORM_SIM_ATOMIC_H_
#define LOCKGAUGE_LOCKS_PLATFORM_SIM_ATOMIC_H_

#include <atomic>
#include <cstdint>
#include <cstring>
#include <optional>
#include <type_traits>

#include "locks/platform/sim/machine.h"

namespace lockgauge::sim {

// Accesses of simulated threads to memory, at their cost; outside of threads
// they are just done, for nothing.
template <class T>
T load(const T& memory) {
  Machine* const machine = Machine::running();
  if (machine == nullptr) return memory;
  machine->load(&memory);
  T value = memory;
  StoreBuffer::forward(machine->task(), &memory, &value);
  return value;
}

template <class T>
void store(T& memory, T value) {
  static_assert(std::is_trivially_copyable_v<T> && sizeof(T) <= 8);
  Machine* const machine = Machine::running();
  if (machine == nullptr) {
    memory = value;
    return;
  }
  std::uint64_t bits = 0;
  std::memcpy(&bits, &value, sizeof(value));
  machine->store(&memory, bits, sizeof(value));
}

// The read-modify-write itself is the caller's, right behind.
inline void before_rmw(const void* memory) {
  if (Machine* const machine = Machine::running()) machine->rmw(memory);
}

// What the calling thread does meanwhile is one instruction to the others of
// its CPU and to its interrupts, though not to other CPUs.
class OneInstruction {
 public:
  OneInstruction() {
    if (Machine* const machine = Machine::running()) {
      uninterrupted_.emplace(machine->task());
    }
  }

 private:
  std::optional<Uninterrupted> uninterrupted_;
};

// std::atomic over the machine's coherence, of the same size and alignment. The
// machine orders accesses as x86 does, whatever less is asked for.
template <class T>
class Atomic {
 public:
  constexpr Atomic(T initial = T{}) : value_(initial) {}
  Atomic(const Atomic&) = delete;
  Atomic& operator=(const Atomic&) = delete;

  T load(std::memory_order) const { return sim::load(value_); }
  // The last value that is done, at no cost: for who measures, not for locks.
  T peek() const { return value_; }
  // A sequentially consistent store is an exchange, as on x86.
  void store(T value, std::memory_order order) {
    if (order == std::memory_order_seq_cst) {
      (void)exchange(value, order);
    } else {
      sim::store(value_, value);
    }
  }
  T exchange(T value, std::memory_order) {
    return update([&](T) { return value; });
  }
  bool compare_exchange_strong(T& expected, T desired, std::memory_order,
                               std::memory_order) {
    before_rmw(this);
    const bool same = value_ == expected;
    (same ? value_ : expected) = same ? desired : value_;
    return same;
  }
  bool compare_exchange_weak(T& expected, T desired, std::memory_order success,
                             std::memory_order failure) {
    return compare_exchange_strong(expected, desired, success, failure);
  }
  T fetch_add(T operand, std::memory_order) {
    return update([&](T value) { return value + operand; });
  }
  T fetch_sub(T operand, std::memory_order) {
    return update([&](T value) { return value - operand; });
  }
  T fetch_and(T operand, std::memory_order) {
    return update([&](T value) { return value & operand; });
  }
  T fetch_or(T operand, std::memory_order) {
    return update([&](T value) { return value | operand; });
  }
  T fetch_xor(T operand, std::memory_order) {
    return update([&](T value) { return value ^ operand; });
  }

 private:
  // Answers the value before.
  template <class Change>
  T update(Change change) {
    before_rmw(this);
    const T old = value_;
    value_ = change(old);
    return old;
  }

  alignas(sizeof(T)) T value_;
};

}  // namespace lockgauge::sim

#endif  // LOCKGAUGE_LOCKS_PLATFORM_SIM_ATOMIC_H_
