#ifndef LOCKGAUGE_LOCKS_CACHE_LINE_H_
#define LOCKGAUGE_LOCKS_CACHE_LINE_H_

#include <cstddef>
#include <utility>

namespace lockgauge {

// A coherence line is 64 bytes on the machines we know, but x86 prefetches the
// neighbouring line along with it: objects closer than 128 bytes disturb each
// other. std::hardware_destructive_interference_size says 64 and is not used.
inline constexpr std::size_t kCacheLineBytes = 128;

// A T that shares its line with nothing else.
template <class T>
struct alignas(kCacheLineBytes) Padded {
  Padded() = default;
  template <class... Args>
  explicit Padded(std::in_place_t, Args&&... args)
      : value(std::forward<Args>(args)...) {}

  T value{};
};

}  // namespace lockgauge

#endif  // LOCKGAUGE_LOCKS_CACHE_LINE_H_
