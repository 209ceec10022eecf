#ifndef LOCKGAUGE_WORKLOADS_MEASURE_BUSY_LOOP_H_
#define LOCKGAUGE_WORKLOADS_MEASURE_BUSY_LOOP_H_

#include <cstdint>

namespace lockgauge::measure {

// Work that touches no memory: a number of empty loop turns.
inline void busy_loop(std::uint64_t turns) {
  for (std::uint64_t turn = 0; turn < turns; ++turn) asm volatile("");
}

// How many turns take so many nanoseconds, by this machine's speed as measured
// once per process (about 10 ms). Below some 10 ns the loop's own entry and
// exit count for more than its turns.
std::uint64_t busy_loop_turns(double ns);

}  // namespace lockgauge::measure

#endif  // LOCKGAUGE_WORKLOADS_MEASURE_BUSY_LOOP_H_
