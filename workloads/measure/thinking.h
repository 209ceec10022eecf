#ifndef LOCKGAUGE_WORKLOADS_MEASURE_THINKING_H_
#define LOCKGAUGE_WORKLOADS_MEASURE_THINKING_H_

#include <cstdint>
#include <string_view>

#include "workloads/measure/works.h"

namespace lockgauge::measure {

// What a thread does between two operations: works for lengths drawn
// beforehand, or waits for the next phase, in which all threads are back at
// once. `name` is a Shape's or "phase"; a phase of 0 ns is none.
template <class P>
class Thinking {
 public:
  Thinking(std::string_view name, long ns, Random random)
      : phase_ns_(name == "phase" ? static_cast<std::uint64_t>(ns) : 0),
        works_(parse_shape(name), phase_ns_ > 0 ? 0 : static_cast<double>(ns),
               random) {}

  bool none() const { return phase_ns_ == 0 && works_.none(); }

  // loop(think), where think() thinks once: compiled for each kind, so that it
  // is asked for once and not in the loop. think() ends after `stop`.
  template <class Stop, class Loop>
  void in(const Stop& stop, Loop loop) const {
    if (phase_ns_ > 0) {
      loop([&stop, phase_ns = phase_ns_] {
        const std::uint64_t next_ns = (P::now_ns() / phase_ns + 1) * phase_ns;
        while (P::now_ns() < next_ns && !stop.requested()) P::relax();
      });
    } else {
      loop(works_.turns());
    }
  }

 private:
  const std::uint64_t phase_ns_;  // 0: works
  const Works<P> works_;
};

}  // namespace lockgauge::measure

#endif  // LOCKGAUGE_WORKLOADS_MEASURE_THINKING_H_
