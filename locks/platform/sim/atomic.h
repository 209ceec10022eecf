#ifndef LOCKGAUGE_LOCKS_PLATFORM_SIM_ATOMIC_H_
#define LOCKGAUGE_LOCKS_PLATFORM_SIM_ATOMIC_H_

#include <atomic>
#include <cstdint>
#include <cstring>
#include <optional>
#include <type_traits>

#include "locks/platform/sim/machine.h"

namespace lockgauge::sim {

template <class T>
std::uint64_t bits_of(const T& value) {
  static_assert(std::is_trivially_copyable_v<T> && sizeof(T) <= 8);
  std::uint64_t bits = 0;
  std::memcpy(&bits, &value, sizeof(value));
  return bits;
}

// What takes no time: accesses of explored threads, which are a step each, and
// those outside of threads, which are just done. act() makes the access, and
// says so if its effect is another than this.
template <class T, class Act>
auto untimed(const T& memory, const Operation& operation, Effect effect,
             Act act) {
  Execution* const execution = Execution::running();
  if (execution == nullptr) return act(effect);
  execution->access();
  const std::uint64_t before = bits_of(memory);
  const auto result = act(effect);
  execution->done(&memory, sizeof(memory), before, bits_of(memory), effect,
                  operation);
  return result;
}

// Accesses of simulated threads to memory, at their cost.
template <class T>
T load(const T& memory, const Operation& operation) {
  Machine* const machine = Machine::running();
  if (machine == nullptr) {
    return untimed(memory, operation, Effect::kRead,
                   [&](Effect&) { return memory; });
  }
  machine->load(&memory);
  T value = memory;
  StoreBuffer::forward(machine->task(), &memory, &value);
  return value;
}

// To all of the memory, or to a part of it, which is then an update.
template <class T, class Part>
void store(T& memory, Part& part, Part value, const Operation& operation) {
  if (Machine* const machine = Machine::running()) {
    machine->store(&part, bits_of(value), sizeof(value));
    return;
  }
  constexpr Effect kEffect =
      sizeof(T) == sizeof(Part) ? Effect::kWritten : Effect::kUpdated;
  untimed(memory, operation, kEffect, [&](Effect&) { return part = value; });
}

template <class T, class Act>
auto rmw(T& memory, const Operation& operation, Act act) {
  if (Machine* const machine = Machine::running()) {
    machine->rmw(&memory);
    Effect effect = Effect::kUpdated;
    return act(effect);
  }
  return untimed(memory, operation, Effect::kUpdated, act);
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

template <class T>
bool compare_exchange(T& memory, T& expected, T desired,
                      const Operation& operation) {
  return rmw(memory, operation, [&](Effect& effect) {
    const bool same = memory == expected;
    (same ? memory : expected) = same ? desired : memory;
    if (!same) effect = Effect::kRead;
    return same;
  });
}

// One instruction, but no locked one: only threads of other CPUs could come
// in between, and these have no business here.
inline int add_unlocked(int& memory, int delta) {
  const Operation operation{"add", std::memory_order_relaxed, here()};
  if (Machine::running() == nullptr) {
    return untimed(memory, operation, Effect::kUpdated,
                   [&](Effect&) { return memory += delta; });
  }
  const OneInstruction one;
  const int sum = load(memory, operation) + delta;
  store(memory, memory, sum, operation);
  return sum;
}

// std::atomic over the machine's coherence, of the same size and alignment. In
// time the machine orders accesses as x86 does, whatever less is asked for.
// `where` is never passed, but for its default to be the place of the call.
template <class T>
class Atomic {
 public:
  constexpr Atomic(T initial = T{}) : value_(initial) {}
  Atomic(const Atomic&) = delete;
  Atomic& operator=(const Atomic&) = delete;

  T load(std::memory_order order, Where where = here()) const {
    return sim::load(value_, {"load", order, where});
  }
  // The last value that is done, at no cost: for who measures, not for locks.
  T peek() const { return value_; }
  // A sequentially consistent store is an exchange, as on x86.
  void store(T value, std::memory_order order, Where where = here()) {
    const Operation operation{"store", order, where};
    if (order == std::memory_order_seq_cst) {
      rmw(value_, operation, [&](Effect& effect) {
        effect = Effect::kWritten;
        return value_ = value;
      });
    } else {
      sim::store(value_, value_, value, operation);
    }
  }
  T exchange(T value, std::memory_order order, Where where = here()) {
    return update({"exchange", order, where}, [&](T) { return value; });
  }
  bool compare_exchange_strong(T& expected, T desired,
                               std::memory_order success,
                               std::memory_order failure,
                               Where where = here()) {
    return compare_exchange(value_, expected, desired,
                            {"compare_exchange", success, where, failure});
  }
  bool compare_exchange_weak(T& expected, T desired, std::memory_order success,
                             std::memory_order failure, Where where = here()) {
    return compare_exchange_strong(expected, desired, success, failure, where);
  }
  T fetch_add(T operand, std::memory_order order, Where where = here()) {
    return update({"fetch_add", order, where},
                  [&](T value) { return value + operand; });
  }
  T fetch_sub(T operand, std::memory_order order, Where where = here()) {
    return update({"fetch_sub", order, where},
                  [&](T value) { return value - operand; });
  }
  T fetch_and(T operand, std::memory_order order, Where where = here()) {
    return update({"fetch_and", order, where},
                  [&](T value) { return value & operand; });
  }
  T fetch_or(T operand, std::memory_order order, Where where = here()) {
    return update({"fetch_or", order, where},
                  [&](T value) { return value | operand; });
  }
  T fetch_xor(T operand, std::memory_order order, Where where = here()) {
    return update({"fetch_xor", order, where},
                  [&](T value) { return value ^ operand; });
  }

 private:
  // Answers the value before.
  template <class Change>
  T update(const Operation& operation, Change change) {
    return rmw(value_, operation, [&](Effect&) {
      const T old = value_;
      value_ = change(old);
      return old;
    });
  }

  alignas(sizeof(T)) T value_;
};

}  // namespace lockgauge::sim

#endif  // LOCKGAUGE_LOCKS_PLATFORM_SIM_ATOMIC_H_
