#ifndef LOCKGAUGE_STORAGE_CACHE_H_
#define LOCKGAUGE_STORAGE_CACHE_H_

#include <algorithm>
#include <array>
#include <cstdint>
#include <mutex>

namespace lockgauge::storage {

// Entries of the lookup cache in each owner's storage.
inline constexpr int kCacheSize = 16;

// Which cache entry each map of one owner type uses: the one used by fewest so
// far, the lowest of several. Map 17 shares with map 1, and they evict each
// other. Thread-safe; maps come and go outside measured regions.
class CacheIndexTable {
 public:
  int take() {
    const std::lock_guard guard(mutex_);
    const auto least = std::min_element(maps_.begin(), maps_.end());
    ++*least;
    return static_cast<int>(least - maps_.begin());
  }

  void give_back(int index) {
    const std::lock_guard guard(mutex_);
    --maps_[static_cast<std::size_t>(index)];
  }

 private:
  std::mutex mutex_;
  std::array<std::uint64_t, kCacheSize> maps_{};
};

}  // namespace lockgauge::storage

#endif  // LOCKGAUGE_STORAGE_CACHE_H_
