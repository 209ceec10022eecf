#ifndef LOCKGAUGE_WORKLOADS_MEASURE_USAGE_H_
#define LOCKGAUGE_WORKLOADS_MEASURE_USAGE_H_

#include <time.h>

#include <cstdint>

namespace lockgauge::measure {

// What one thread has used up since it began. Needs no privilege anywhere.
struct Usage {
  std::uint64_t cpu_time_ns;
  long voluntary_switches;    // it waited for something
  long involuntary_switches;  // it was preempted

  friend Usage operator-(const Usage& end, const Usage& begin) {
    return {end.cpu_time_ns - begin.cpu_time_ns,
            end.voluntary_switches - begin.voluntary_switches,
            end.involuntary_switches - begin.involuntary_switches};
  }
};

// Of the calling thread. Two system calls: for trial edges only.
Usage thread_usage();

// The CPU time of the thread that makes it, which others may read while that
// one runs. A system call.
class CpuClock {
 public:
  CpuClock();
  std::uint64_t now_ns() const;

 private:
  clockid_t clock_;
};

}  // namespace lockgauge::measure

#endif  // LOCKGAUGE_WORKLOADS_MEASURE_USAGE_H_
