#ifndef LOCKGAUGE_WORKLOADS_MEASURE_CORE_TO_CORE_H_
#define LOCKGAUGE_WORKLOADS_MEASURE_CORE_TO_CORE_H_

#include <array>
#include <atomic>
#include <cstdint>

#include "locks/cache_line.h"

namespace lockgauge::measure {

// What it takes for a store on one CPU to be seen by another that polls, and be
// answered: half a round trip of a line between two threads. A host that moves
// virtual CPUs changes this figure within minutes, and with it every figure of
// a contended lock; so it is probed around each trial.
//
// One object per probe: the line is fresh, wherever its last one was.
class CoreToCore {
 public:
  // By two pinned threads at once, one as kPing and one as kPong. kPing answers
  // the median one-way time over short batches, kPong 0. Takes under 1 ms
  // where both run.
  enum class Side { kPing, kPong };
  double run_ns(Side side);

 private:
  static constexpr int kBatches = 15;
  static constexpr int kRoundTrips = 64;

  alignas(kCacheLineBytes) std::atomic<std::uint32_t> ball_{0};
};

}  // namespace lockgauge::measure

#endif  // LOCKGAUGE_WORKLOADS_MEASURE_CORE_TO_CORE_H_
