#ifndef LOCKGAUGE_WORKLOADS_MEASURE_COUNTERS_PFM_H_
#define LOCKGAUGE_WORKLOADS_MEASURE_COUNTERS_PFM_H_

#include <linux/perf_event.h>

#include <string>
#include <vector>

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

// A PMU of processor cores that libpfm knows, by its short name.
struct CorePmu {
  std::string name;
  bool is_here;  // this machine's processor has it, or had it if virtual
};

// Of one architecture, as libpfm was built. The same about threads.
std::vector<CorePmu> core_pmus();

// The names of those that are here: none, one, or more where cores differ.
std::vector<std::string> core_pmus_here();

}  // namespace lockgauge::measure

#endif  // LOCKGAUGE_WORKLOADS_MEASURE_COUNTERS_PFM_H_
