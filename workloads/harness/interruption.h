#ifndef LOCKGAUGE_WORKLOADS_HARNESS_INTERRUPTION_H_
#define LOCKGAUGE_WORKLOADS_HARNESS_INTERRUPTION_H_

#include <string>

namespace lockgauge::harness {

// From now on SIGINT and SIGTERM still end the process, but first it says on
// stderr that what was measured so far is in `folder`, where rows are whole.
// Call once, before trials begin.
void say_when_stopped(const std::string& folder);

}  // namespace lockgauge::harness

#endif  // LOCKGAUGE_WORKLOADS_HARNESS_INTERRUPTION_H_
