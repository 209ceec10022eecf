#include "workloads/measure/usage.h"

#include <sys/resource.h>
#include <time.h>

namespace lockgauge::measure {

// Neither call can fail for the calling thread.
Usage thread_usage() {
  timespec cpu_time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &cpu_time);
  rusage usage{};
  getrusage(RUSAGE_THREAD, &usage);
  return {static_cast<std::uint64_t>(cpu_time.tv_sec) * 1'000'000'000 +
              static_cast<std::uint64_t>(cpu_time.tv_nsec),
          usage.ru_nvcsw, usage.ru_nivcsw};
}

}  // namespace lockgauge::measure
