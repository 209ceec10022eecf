#ifndef LOCKGAUGE_WORKLOADS_MEASURE_CORE_TO_CORE_H_
#define LOCKGAUGE_WORKLOADS_MEASURE_CORE_TO_CORE_H_

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdint>

#include "locks/cache_line.h"
#include "locks/platform/host/host.h"
#include "locks/platform/platform.h"

namespace lockgauge::measure {

// How a ping-pong passes the ball, one line:
enum class Pass {
  kPolled,   // a store, seen by another that polls
  kSwapped,  // a compare-exchange that both try: as published latencies are
  kGuarded,  // as kPolled, but first each writes to a line that the ball guards
};

// What it takes for a line that one CPU has written to get to another that
// wants it, and be answered: half a round trip between two threads. A host that
// moves virtual CPUs changes this figure within minutes, and with it every
// figure of a contended lock; so it is probed around each trial.
//
// One object per probe: the lines are fresh, wherever the last ones were.
template <Platform P, Pass kPass>
class PingPong {
 public:
  // By two pinned threads at once, one as kPing and one as kPong. kPing answers
  // the median one-way time over short batches, kPong 0. Takes under 1 ms
  // where both run.
  enum class Side { kPing, kPong };
  double run_ns(Side side) {
    // Even: ping's turn. One batch more than is kept: the first meets cold
    // lines.
    constexpr std::uint32_t kTurns = 2 * kRoundTrips * (kBatches + 1);
    if (side == Side::kPong) {
      for (std::uint32_t turn = 1; turn < kTurns; turn += 2) take_turn(turn);
      return 0;
    }
    std::array<double, kBatches + 1> one_way_ns;
    std::uint32_t turn = 0;
    for (double& batch_ns : one_way_ns) {
      const std::uint64_t begin_ns = P::now_ns();
      for (int trip = 0; trip < kRoundTrips; ++trip, turn += 2) take_turn(turn);
      batch_ns =
          static_cast<double>(P::now_ns() - begin_ns) / (2.0 * kRoundTrips);
    }
    const auto median = one_way_ns.begin() + 1 + kBatches / 2;
    std::nth_element(one_way_ns.begin() + 1, median, one_way_ns.end());
    return *median;
  }

 private:
  static constexpr int kBatches = 15;
  static constexpr int kRoundTrips = 64;

  using Line = typename P::template Atomic<std::uint32_t>;

  // Without relax(): a pause longer than the transfer would be what is
  // measured.
  void take_turn(std::uint32_t turn) {
    if constexpr (kPass == Pass::kSwapped) {
      std::uint32_t expected = turn;
      while (!ball_.compare_exchange_strong(expected, turn + 1,
                                            std::memory_order_acq_rel,
                                            std::memory_order_relaxed)) {
        expected = turn;
      }
      return;
    }
    while (ball_.load(std::memory_order_acquire) != turn) {
    }
    if constexpr (kPass == Pass::kGuarded) {
      data_.store(data_.load(std::memory_order_relaxed) + 1,
                  std::memory_order_relaxed);
    }
    ball_.store(turn + 1, std::memory_order_release);
  }

  alignas(kCacheLineBytes) Line ball_{0};
  alignas(kCacheLineBytes) Line data_{0};
};

// The probe around trials, on this machine.
using CoreToCore = PingPong<NativeHost, Pass::kSwapped>;

}  // namespace lockgauge::measure

#endif  // LOCKGAUGE_WORKLOADS_MEASURE_CORE_TO_CORE_H_
