#ifndef LOCKGAUGE_WORKLOADS_MEASURE_COUNTERS_PROBE_H_
#define LOCKGAUGE_WORKLOADS_MEASURE_COUNTERS_PROBE_H_

#include <linux/perf_event.h>
#include <sys/syscall.h>
#include <unistd.h>

// For tests only: what this machine can do, asked without the code under test.
namespace lockgauge::measure {

// What libpfm4 looks for before it encodes anything.
inline bool kernel_has_perf_events() {
  return access("/proc/sys/kernel/perf_event_paranoid", F_OK) == 0;
}

// Whether this thread may count at least its own page faults in user mode.
inline bool kernel_counts_events() {
  if (!kernel_has_perf_events()) return false;
  perf_event_attr attr{};
  attr.size = sizeof attr;
  attr.type = PERF_TYPE_SOFTWARE;
  attr.config = PERF_COUNT_SW_PAGE_FAULTS;
  attr.exclude_kernel = 1;
  attr.exclude_hv = 1;
  const long file = syscall(SYS_perf_event_open, &attr, 0, -1, -1, 0);
  if (file >= 0) close(static_cast<int>(file));
  return file >= 0;
}

}  // namespace lockgauge::measure

#endif  // LOCKGAUGE_WORKLOADS_MEASURE_COUNTERS_PROBE_H_
