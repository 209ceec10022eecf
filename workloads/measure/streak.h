#ifndef LOCKGAUGE_WORKLOADS_MEASURE_STREAK_H_
#define LOCKGAUGE_WORKLOADS_MEASURE_STREAK_H_

#include <algorithm>
#include <cstdint>

#include "workloads/measure/tally.h"
#include "workloads/measure/world.h"

namespace lockgauge::measure {

// Runs of spurious failures of one thread, because a share of attempts alone
// says little: it depends on how fast the caller comes back. A streak lasts
// from its first failure to the next success or the end of the trial. Its
// length in wall time is what the caller lived through; its CPU time is what
// the caller lost, being off the CPU excluded. Clocks are read at the ends of a
// streak only.
template <class P>
class Streak {
 public:
  explicit Streak(Tally& tally) : tally_(tally) {}

  void failed() {
    if (length_++ == 0) begin();
  }
  // A success, or the end of the trial.
  void over() {
    if (length_ > 0) [[unlikely]] {
      end();
    }
  }

 private:
  [[gnu::cold, gnu::noinline]] void begin() {
    begin_ns_ = P::now_ns();
    begin_cpu_ns_ = World<P>::cpu_time_ns();
  }

  [[gnu::cold, gnu::noinline]] void end() {
    ++tally_.incidents;
    tally_.incident_cpu_ns += World<P>::cpu_time_ns() - begin_cpu_ns_;
    tally_.streak_max = std::max(tally_.streak_max, length_);
    tally_.streak_max_ns =
        std::max(tally_.streak_max_ns, P::now_ns() - begin_ns_);
    length_ = 0;
  }

  Tally& tally_;
  std::uint64_t length_ = 0;
  std::uint64_t begin_ns_ = 0;
  std::uint64_t begin_cpu_ns_ = 0;
};

}  // namespace lockgauge::measure

#endif  // LOCKGAUGE_WORKLOADS_MEASURE_STREAK_H_
