#ifndef LOCKGAUGE_STORAGE_SERIES_RQSPINLOCK_GATED_H_
#define LOCKGAUGE_STORAGE_SERIES_RQSPINLOCK_GATED_H_

#include <string_view>

#include "locks/percpu_busy_rqspinlock.h"
#include "storage/era.h"

namespace lockgauge::backend {

// The series as merged, step 3: rqspinlocks, and the gate still there.
template <Platform P>
struct rqspinlock_gated : percpu_busy_rqspinlock<P> {
  using Era = storage::era::resilient;
  static constexpr std::string_view name = "rqspinlock_gated";
};

}  // namespace lockgauge::backend

#endif  // LOCKGAUGE_STORAGE_SERIES_RQSPINLOCK_GATED_H_
