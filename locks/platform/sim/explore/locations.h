#ifndef LOCKGAUGE_LOCKS_PLATFORM_SIM_EXPLORE_LOCATIONS_H_
#define LOCKGAUGE_LOCKS_PLATFORM_SIM_EXPLORE_LOCATIONS_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "locks/platform/sim/explore/vector_clock.h"

namespace lockgauge::sim {

// What an execution knows of an atomic.
struct Location {
  // Changes with each change of the value.
  std::uint64_t version = 0;
  // What a load with acquire now learns of.
  VectorClock released;
};

// The atomics that an execution has touched, by address.
class Locations {
 public:
  // Good until the next call.
  Location& at(const void* address) {
    const auto key = reinterpret_cast<std::uintptr_t>(address);
    if (2 * used_ >= entries_.size()) grow();
    Entry& entry = entries_[find(key)];
    if (entry.epoch != epoch_) {
      entry = {key, epoch_, {}};
      ++used_;
    }
    return entry.location;
  }

  // Forgets them all, for the next execution.
  void clear() {
    ++epoch_;
    used_ = 0;
  }

 private:
  struct Entry {
    std::uintptr_t key = 0;
    std::uint64_t epoch = 0;  // the execution it is of
    Location location;
  };

  // A table of a power of two, open addressing.
  std::size_t find(std::uintptr_t key) const {
    const std::size_t mask = entries_.size() - 1;
    std::size_t i = key * 0x9E3779B97F4A7C15u >> 32 & mask;
    while (entries_[i].epoch == epoch_ && entries_[i].key != key) {
      i = (i + 1) & mask;
    }
    return i;
  }

  void grow() {
    std::vector<Entry> old(2 * entries_.size());
    old.swap(entries_);
    for (const Entry& entry : old) {
      if (entry.epoch == epoch_) entries_[find(entry.key)] = entry;
    }
  }

  std::vector<Entry> entries_{256};
  std::size_t used_ = 0;
  std::uint64_t epoch_ = 1;
};

}  // namespace lockgauge::sim

#endif  // LOCKGAUGE_LOCKS_PLATFORM_SIM_EXPLORE_LOCATIONS_H_
