#ifndef LOCKGAUGE_WORKLOADS_MEASURE_COUNTERS_PFM_H_
#define LOCKGAUGE_WORKLOADS_MEASURE_COUNTERS_PFM_H_

#include <linux/perf_event.h>

#include <string>

// Keeps libpfm4 in one translation unit: its headers bring an old copy of
// <linux/perf_event.h> under the same include guard.
namespace lockgauge::measure {

// What libpfm4 makes of an event name.
struct EncodedEvent {
  perf_event_attr attr;  // counts something else unless `why_not` is empty
  bool is_known;         // some PMU that libpfm knows has this event
  std::string why_not;   // it cannot be asked of this machine
};

// Needs no hardware; knows the events of every PMU by "pmu::EVENT", and those
// of this machine also by "EVENT". Where the kernel has no perf events libpfm
// knows none; every name then passes as known. Thread-safe, but for the first
// call, which sets an environment variable that libpfm reads.
EncodedEvent encode_event(const std::string& name);

}  // namespace lockgauge::measure

#endif  // LOCKGAUGE_WORKLOADS_MEASURE_COUNTERS_PFM_H_
