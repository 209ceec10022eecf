#ifndef LOCKGAUGE_LOCKS_PLATFORM_ALLOCATOR_H_
#define LOCKGAUGE_LOCKS_PLATFORM_ALLOCATOR_H_

#include <algorithm>
#include <cstddef>
#include <deque>
#include <new>
#include <vector>

#include "locks/cache_line.h"
#include "locks/platform/platform.h"

namespace lockgauge {

// The standard allocator over a platform's memory, in whole cache lines: for
// what simulated threads share, which must lie at the same places in every run.
template <StoragePlatform P, class T>
struct Allocator {
  using value_type = T;
  // The standard's guess would take the element for the platform.
  template <class Other>
  struct rebind {
    using other = Allocator<P, Other>;
  };

  Allocator() = default;
  template <class Other>
  Allocator(const Allocator<P, Other>&) {}

  T* allocate(std::size_t count) {
    constexpr std::size_t kAlignment = std::max(alignof(T), kCacheLineBytes);
    const std::size_t bytes =
        (count * sizeof(T) + kAlignment - 1) / kAlignment * kAlignment;
    void* const memory = P::allocate(bytes, kAlignment);
    if (memory == nullptr) throw std::bad_alloc();
    return static_cast<T*>(memory);
  }
  void deallocate(T* memory, std::size_t) { P::deallocate(memory); }

  template <class Other>
  bool operator==(const Allocator<P, Other>&) const {
    return true;
  }
};

template <class P, class T>
using Vector = std::vector<T, Allocator<P, T>>;
template <class P, class T>
using Deque = std::deque<T, Allocator<P, T>>;

}  // namespace lockgauge

#endif  // LOCKGAUGE_LOCKS_PLATFORM_ALLOCATOR_H_
