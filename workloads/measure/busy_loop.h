#ifndef LOCKGAUGE_WORKLOADS_MEASURE_BUSY_LOOP_H_
#define LOCKGAUGE_WORKLOADS_MEASURE_BUSY_LOOP_H_

#include <cstdint>

namespace lockgauge::measure {

// Work that touches no memory: a number of empty loop turns. Never inlined: a
// loop elsewhere may come out in another form, which takes half as long or
// twice, and only this one has been timed.
void busy_loop(std::uint64_t turns);

// How many turns take so many nanoseconds, by this machine's speed as measured
// once per process (about 10 ms). Below some 10 ns the loop's own entry and
// exit count for more than its turns.
std::uint64_t busy_loop_turns(double ns);

}  // namespace lockgauge::measure

#endif  // LOCKGAUGE_WORKLOADS_MEASURE_BUSY_LOOP_H_
