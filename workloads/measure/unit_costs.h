#ifndef LOCKGAUGE_WORKLOADS_MEASURE_UNIT_COSTS_H_
#define LOCKGAUGE_WORKLOADS_MEASURE_UNIT_COSTS_H_

#include <cstddef>

namespace lockgauge::measure {

// What this CPU pays where nobody else wants anything, in the sense of
// sim::Costs: a CPU that does one thing after the other pays the sum.
struct UnitCosts {
  // A load from the first-level cache among others. Few in a lock wait for each
  // other, so that their latency is hidden, but for chases of pointers.
  double hit_ns;
  double store_ns;  // a store among stores
  // A compare-exchange that has to wait for one store of the same word before
  // it, as in an uncontended lock: the pair, less store_ns.
  double rmw_ns;
  double pause_ns;       // one relax()
  double clock_ns;       // one reading of the clock
  double frequency_mhz;  // dependent instructions of one cycle, per time
};

// By a pinned thread, in some 50 ms. Each the best of many short runs: the one
// that the least disturbed.
UnitCosts measure_unit_costs();

// What a load of the chase takes whose line is in no cache. `memory` and
// `flush` are page-aligned; `flush_bytes` should be twice the size of all
// caches, and pushes out of them what the chase runs over.
double measure_memory_ns(std::byte* memory, std::size_t memory_bytes,
                         std::byte* flush, std::size_t flush_bytes);

}  // namespace lockgauge::measure

#endif  // LOCKGAUGE_WORKLOADS_MEASURE_UNIT_COSTS_H_
