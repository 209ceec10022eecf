#ifndef LOCKGAUGE_WORKLOADS_MEASURE_STAMPS_H_
#define LOCKGAUGE_WORKLOADS_MEASURE_STAMPS_H_

#include <algorithm>
#include <cstdint>
#include <limits>

#include "workloads/measure/latencies.h"
#include "workloads/measure/world.h"

namespace lockgauge::measure {

// A scenario's loop takes the clock through one of these, so that one source
// compiles to a loop without stamps, for throughput, and to one that stamps
// every operation:
//
//   begin(stop)  an operation is about to begin; may wait until it is due
//   acquired()   the lock was got
//   releasing()  it is about to be let go
//   end()        the operation is over
//   section(ok), operation(ok)
//                it ended in the window: wait and hold time of a section are
//                recorded, or the time of an operation, or that of a failure

// Throughput: nothing is read, nothing recorded.
struct NoStamps {
  static constexpr bool kStamped = false;
  template <class Stop>
  void begin(const Stop&) {}
  void acquired() {}
  void releasing() {}
  void end() {}
  void section(bool) {}
  void operation(bool) {}
};

// `Loop` says when operations begin (arrivals.h). Each latency contains about
// one reading of the clock (clock_read_ns() below), which nothing subtracts.
// The hold time ends when the lock has been let go: a reading before that would
// be time for which others wait.
template <class P, class Loop>
class Stamps {
 public:
  static constexpr bool kStamped = true;

  Stamps(Loop& loop, LatencyRecorder& recorder)
      : loop_(loop), recorder_(recorder) {}

  template <class Stop>
  void begin(const Stop& stop) {
    begin_ns_ = loop_.next_ns(stop);
    P::compiler_barrier();
  }
  void acquired() {
    holder_.begin();
    acquired_ns_ = stamp_ns();
  }
  // Before: letting go may wake a waiter, which then preempts nobody's section.
  void releasing() { preempted_ = holder_.preempted(); }
  void end() { end_ns_ = stamp_ns(); }

  void section(bool ok) {
    if (ok) [[likely]] {
      recorder_.record(Latency::kWait, acquired_ns_ - begin_ns_);
      recorder_.record(Latency::kHold, end_ns_ - acquired_ns_);
      if (preempted_) [[unlikely]] {
        recorder_.count_preempted();
      }
    } else {
      recorder_.record(Latency::kFailed, end_ns_ - begin_ns_);
    }
  }
  void operation(bool ok) {
    recorder_.record(ok ? Latency::kOperation : Latency::kFailed,
                     end_ns_ - begin_ns_);
  }

 private:
  // What is between two stamps in the source is between them in the program.
  static std::uint64_t stamp_ns() {
    P::compiler_barrier();
    const std::uint64_t now_ns = World<P>::stamp_ns();
    P::compiler_barrier();
    return now_ns;
  }

  Loop& loop_;
  LatencyRecorder& recorder_;
  typename World<P>::PreemptionWatch holder_;
  bool preempted_ = false;
  std::uint64_t begin_ns_ = 0;
  std::uint64_t acquired_ns_ = 0;
  std::uint64_t end_ns_ = 0;
};

// What one reading of the clock takes: the best of several runs.
template <class P>
double clock_read_ns() {
  constexpr int kRuns = 20;
  constexpr int kReadings = 500;
  std::uint64_t shortest_ns = std::numeric_limits<std::uint64_t>::max();
  for (int run = 0; run < kRuns; ++run) {
    const std::uint64_t begin_ns = World<P>::stamp_ns();
    std::uint64_t end_ns = begin_ns;
    for (int i = 0; i < kReadings; ++i) end_ns = World<P>::stamp_ns();
    shortest_ns = std::min(shortest_ns, end_ns - begin_ns);
  }
  return static_cast<double>(shortest_ns) / kReadings;
}

}  // namespace lockgauge::measure

#endif  // LOCKGAUGE_WORKLOADS_MEASURE_STAMPS_H_
