#ifndef LOCKGAUGE_LOCKS_PLATFORM_CHECKER_ATOMIC_H_
#define LOCKGAUGE_LOCKS_PLATFORM_CHECKER_ATOMIC_H_

#include <atomic>
#include <type_traits>

#include "locks/platform/checker/relacy.h"

namespace lockgauge::checker {

constexpr rl::memory_order to_relacy(std::memory_order order) {
  return static_cast<rl::memory_order>(order);
}
static_assert(to_relacy(std::memory_order_relaxed) == rl::mo_relaxed &&
              to_relacy(std::memory_order_acquire) == rl::mo_acquire &&
              to_relacy(std::memory_order_release) == rl::mo_release &&
              to_relacy(std::memory_order_acq_rel) == rl::mo_acq_rel &&
              to_relacy(std::memory_order_seq_cst) == rl::mo_seq_cst);

// std::atomic over Relacy's model of memory. An order has no default: every
// access of a lock names its own. `where` is never passed, but for its default
// to be the place of the call.
template <class T>
class Atomic {
 public:
  Atomic(T initial = T{}) : word_(pack(initial)) {}

  T load(std::memory_order order, Where where = here()) const {
    return unpack(word_.load(to_relacy(order), where));
  }
  void store(T value, std::memory_order order, Where where = here()) {
    word_.store(pack(value), to_relacy(order), where);
  }
  T exchange(T value, std::memory_order order, Where where = here()) {
    return unpack(word_.exchange(pack(value), to_relacy(order), where));
  }
  bool compare_exchange_strong(T& expected, T desired,
                               std::memory_order success,
                               std::memory_order failure,
                               Where where = here()) {
    Word seen = pack(expected);
    const bool done =
        word_.compare_exchange_strong(seen, pack(desired), to_relacy(success),
                                      where, to_relacy(failure), where);
    expected = unpack(seen);
    return done;
  }
  bool compare_exchange_weak(T& expected, T desired, std::memory_order success,
                             std::memory_order failure, Where where = here()) {
    Word seen = pack(expected);
    const bool done =
        word_.compare_exchange_weak(seen, pack(desired), to_relacy(success),
                                    where, to_relacy(failure), where);
    expected = unpack(seen);
    return done;
  }
  T fetch_add(T operand, std::memory_order order, Where where = here()) {
    return word_.fetch_add(operand, to_relacy(order), where);
  }
  T fetch_sub(T operand, std::memory_order order, Where where = here()) {
    return word_.fetch_sub(operand, to_relacy(order), where);
  }
  T fetch_and(T operand, std::memory_order order, Where where = here()) {
    return word_.fetch_and(operand, to_relacy(order), where);
  }
  T fetch_or(T operand, std::memory_order order, Where where = here()) {
    return word_.fetch_or(operand, to_relacy(order), where);
  }
  T fetch_xor(T operand, std::memory_order order, Where where = here()) {
    return word_.fetch_xor(operand, to_relacy(order), where);
  }

 private:
  // Relacy prints the values in its traces; of pointers it can print void*.
  using Word = std::conditional_t<std::is_pointer_v<T>, void*, T>;
  static Word pack(T value) {
    if constexpr (std::is_pointer_v<T>) {
      return const_cast<void*>(static_cast<const void*>(value));
    } else {
      return value;
    }
  }
  static T unpack(Word word) { return static_cast<T>(word); }

  rl::atomic<Word> word_;
};

// A plain variable: two accesses, one of them a store, that nothing orders are
// reported as a data race.
template <class T>
class Plain {
 public:
  Plain() = default;
  explicit Plain(T initial) : value_(initial) {}

  T get(Where where = here()) const { return value_(where).load(); }
  void set(T value, Where where = here()) { value_(where).store(value); }

 private:
  rl::var<T> value_;
};

}  // namespace lockgauge::checker

#endif  // LOCKGAUGE_LOCKS_PLATFORM_CHECKER_ATOMIC_H_
