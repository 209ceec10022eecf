#include "workloads/measure/core_to_core.h"

#include <algorithm>

#include "locks/platform/host/clock.h"

namespace lockgauge::measure {
namespace {

// Without relax(): a pause longer than the transfer would be what is measured.
void wait_for(const std::atomic<std::uint32_t>& ball, std::uint32_t value) {
  while (ball.load(std::memory_order_acquire) != value) {
  }
}

}  // namespace

double CoreToCore::run_ns(Side side) {
  // Even: ping's turn. One batch more than is kept: the first meets cold lines.
  constexpr std::uint32_t kTurns = 2 * kRoundTrips * (kBatches + 1);
  if (side == Side::kPong) {
    for (std::uint32_t turn = 1; turn < kTurns; turn += 2) {
      wait_for(ball_, turn);
      ball_.store(turn + 1, std::memory_order_release);
    }
    return 0;
  }
  std::array<double, kBatches + 1> one_way_ns;
  std::uint32_t turn = 0;
  for (double& batch_ns : one_way_ns) {
    const std::uint64_t begin_ns = host::Clock::now_ns();
    for (int trip = 0; trip < kRoundTrips; ++trip, turn += 2) {
      ball_.store(turn + 1, std::memory_order_release);
      wait_for(ball_, turn + 2);
    }
    batch_ns = static_cast<double>(host::Clock::now_ns() - begin_ns) /
               (2.0 * kRoundTrips);
  }
  const auto median = one_way_ns.begin() + 1 + kBatches / 2;
  std::nth_element(one_way_ns.begin() + 1, median, one_way_ns.end());
  return *median;
}

}  // namespace lockgauge::measure
