#ifndef LOCKGAUGE_WORKLOADS_HARNESS_UTC_H_
#define LOCKGAUGE_WORKLOADS_HARNESS_UTC_H_

#include <string>

namespace lockgauge::harness {

// Now, as ISO 8601 in UTC, to the millisecond.
std::string utc_now();

}  // namespace lockgauge::harness

#endif  // LOCKGAUGE_WORKLOADS_HARNESS_UTC_H_
