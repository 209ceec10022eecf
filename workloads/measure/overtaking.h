#ifndef LOCKGAUGE_WORKLOADS_MEASURE_OVERTAKING_H_
#define LOCKGAUGE_WORKLOADS_MEASURE_OVERTAKING_H_

#include <algorithm>
#include <cstdint>

#include "workloads/measure/world.h"

namespace lockgauge::measure {

// How many others are served while a thread waits for its turn. To know, one
// has to look at the count of turns from outside, which on a real machine would
// take the line away from whoever has its turn; so only simulated threads do.
template <class P>
class Overtaking {
 public:
  // About to wait. `turns`: how many there have been, of all threads.
  void begin([[maybe_unused]] const typename P::template Atomic<std::uint64_t>&
                 turns) {
    if constexpr (World<P>::kPeeks) {
      // The count of its own last turn may still be on its way.
      before_ = std::max(own_, World<P>::peek(turns));
    }
  }
  // Its turn, after `turns` others.
  void granted([[maybe_unused]] std::uint64_t turns) {
    if constexpr (World<P>::kPeeks) {
      max_ = std::max(max_, turns - before_);
      own_ = turns + 1;
    }
  }

  // The most there were.
  std::uint64_t max() const { return max_; }

 private:
  std::uint64_t before_ = 0;
  std::uint64_t own_ = 0;
  std::uint64_t max_ = 0;
};

}  // namespace lockgauge::measure

#endif  // LOCKGAUGE_WORKLOADS_MEASURE_OVERTAKING_H_
