#ifndef LOCKGAUGE_WORKLOADS_MEASURE_ARRIVALS_H_
#define LOCKGAUGE_WORKLOADS_MEASURE_ARRIVALS_H_

#include <atomic>
#include <cstddef>
#include <cstdint>

#include "workloads/measure/lengths.h"
#include "workloads/measure/world.h"

namespace lockgauge::measure {

// When a thread's operations are meant to begin, which is where their latency
// counts from. next_ns(stop) answers that of the next one; it returns when that
// is due, or at once after `stop`.

// As soon as the thread comes to it. While one operation takes long no other
// begins: a stall is seen once, however many a user would have met it.
template <class P>
class ClosedLoop {
 public:
  template <class Stop>
  std::uint64_t next_ns(const Stop&) {
    return World<P>::stamp_ns();
  }
};

// When they are due, in gaps that were drawn beforehand, whatever became of
// those before: the ones that a stall delays are late by the time they waited,
// each of them.
template <class P>
class OpenLoop {
 public:
  // The first is due a gap after `start_ns`. `gaps` must outlive the loop.
  OpenLoop(const Lengths& gaps, std::uint64_t start_ns)
      : gaps_(gaps), due_ns_(start_ns) {}

  template <class Stop>
  std::uint64_t next_ns(const Stop& stop) {
    due_ns_ += gaps_[next_++];
    while (P::now_ns() < due_ns_ && !stop.requested()) P::relax();
    return due_ns_;
  }

  // How many were due by then, the last one that next_ns() answered included.
  std::uint64_t due(std::uint64_t now_ns) const {
    if (now_ns < due_ns_) return 0;
    const std::uint64_t late_ns = now_ns - due_ns_;
    std::uint64_t rest_ns = late_ns % gaps_.sum_ns();
    std::uint64_t count = 1 + late_ns / gaps_.sum_ns() * gaps_.size();
    for (std::size_t i = next_; rest_ns >= gaps_[i]; ++i, ++count) {
      rest_ns -= gaps_[i];
    }
    return count;
  }

 private:
  const Lengths& gaps_;
  std::uint64_t due_ns_;
  std::size_t next_ = 0;
};

// In turn around a ring of threads: nobody begins while another one operates.
template <class P>
class Ring {
 public:
  // The number of the thread whose turn it is. On a line of its own.
  using Turn = typename P::template Atomic<std::uint32_t>;

  Ring(Turn& turn, int thread, int threads)
      : turn_(turn),
        own_(static_cast<std::uint32_t>(thread)),
        next_(static_cast<std::uint32_t>((thread + 1) % threads)) {}

  // What this thread did in its turn is over, too.
  template <class Stop>
  std::uint64_t next_ns(const Stop& stop) {
    // Release: pairs with the next thread's acquire.
    if (had_turn_) turn_.store(next_, std::memory_order_release);
    while (turn_.load(std::memory_order_acquire) != own_ && !stop.requested()) {
      P::relax();
    }
    had_turn_ = true;
    return World<P>::stamp_ns();
  }

 private:
  Turn& turn_;
  const std::uint32_t own_;
  const std::uint32_t next_;
  bool had_turn_ = false;
};

}  // namespace lockgauge::measure

#endif  // LOCKGAUGE_WORKLOADS_MEASURE_ARRIVALS_H_
