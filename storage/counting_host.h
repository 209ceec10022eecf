#ifndef LOCKGAUGE_STORAGE_COUNTING_HOST_H_
#define LOCKGAUGE_STORAGE_COUNTING_HOST_H_

#include <atomic>

#include "locks/lock_word.h"
#include "locks/platform/host/host.h"
#include "locks/result.h"

namespace lockgauge::storage {

// The host, with every store and read-modify-write to shared memory counted.
struct CountingHost : NativeHost {
  static inline int writes = 0;

  template <class T>
  class Atomic : public std::atomic<T> {
   public:
    using std::atomic<T>::atomic;
    void store(T value, std::memory_order order) {
      ++writes;
      std::atomic<T>::store(value, order);
    }
    T exchange(T value, std::memory_order order) {
      ++writes;
      return std::atomic<T>::exchange(value, order);
    }
    T fetch_or(T value, std::memory_order order) {
      ++writes;
      return std::atomic<T>::fetch_or(value, order);
    }
    T fetch_and(T value, std::memory_order order) {
      ++writes;
      return std::atomic<T>::fetch_and(value, order);
    }
    T fetch_add(T value, std::memory_order order) {
      ++writes;
      return std::atomic<T>::fetch_add(value, order);
    }
    T fetch_sub(T value, std::memory_order order) {
      ++writes;
      return std::atomic<T>::fetch_sub(value, order);
    }
    bool compare_exchange_strong(T& expected, T value, std::memory_order ok,
                                 std::memory_order failed) {
      ++writes;
      return std::atomic<T>::compare_exchange_strong(expected, value, ok,
                                                     failed);
    }
    bool compare_exchange_weak(T& expected, T value, std::memory_order ok,
                               std::memory_order failed) {
      ++writes;
      return std::atomic<T>::compare_exchange_weak(expected, value, ok, failed);
    }
  };
  using LockWord = PortableLockWord<Atomic>;
};

// A backend whose acquisitions of locks are counted, on CountingHost.
template <class B>
struct CountingLocks : B {
  static inline int acquisitions = 0;

  struct Lock : B::Lock {
    Result lock() {
      ++acquisitions;
      return B::Lock::lock();
    }
  };
};

}  // namespace lockgauge::storage

#endif  // LOCKGAUGE_STORAGE_COUNTING_HOST_H_
