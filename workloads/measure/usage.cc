#include "workloads/measure/usage.h"

#include <pthread.h>
#include <sys/resource.h>
#include <time.h>

namespace lockgauge::measure {

namespace {

// Cannot fail for a thread that runs.
std::uint64_t read_ns(clockid_t clock) {
  timespec time{};
  clock_gettime(clock, &time);
  return static_cast<std::uint64_t>(time.tv_sec) * 1'000'000'000 +
         static_cast<std::uint64_t>(time.tv_nsec);
}

}  // namespace

// Neither call can fail for the calling thread.
Usage thread_usage() {
  rusage usage{};
  getrusage(RUSAGE_THREAD, &usage);
  return {read_ns(CLOCK_THREAD_CPUTIME_ID), usage.ru_nvcsw, usage.ru_nivcsw};
}

CpuClock::CpuClock() { pthread_getcpuclockid(pthread_self(), &clock_); }
std::uint64_t CpuClock::now_ns() const { return read_ns(clock_); }

}  // namespace lockgauge::measure
