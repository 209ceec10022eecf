#include "workloads/kernel/tally.h"

#include <algorithm>

namespace lockgauge::kernel {

static_assert(1 + sim::kDistances <= kKernelRanks);

measure::Tally tally_of(const kernel_cell& cell) {
  measure::Tally tally;
  tally.ops = cell.ops;
  tally.attempts = cell.attempts + cell.interrupts;
  std::copy_n(cell.ops_after + 1, tally.handovers_at.size(),
              tally.handovers_at.begin());
  tally.fail_busy = cell.fail_busy;
  tally.fail_deadlock = cell.fail_deadlock;
  tally.fail_timeout = cell.fail_timeout;
  tally.fail_again = cell.fail_again;
  tally.fail_nomem = cell.fail_nomem;
  tally.real = cell.real;
  tally.spurious = cell.spurious;
  tally.incidents = cell.incidents;
  tally.incident_cpu_ns = cell.incident_cpu_ns;
  tally.streak_max = cell.streak_max;
  tally.streak_max_ns = cell.streak_max_ns;
  return tally;
}

}  // namespace lockgauge::kernel
