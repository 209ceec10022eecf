#ifndef LOCKGAUGE_STORAGE_SERIES_GATE_REMOVED_H_
#define LOCKGAUGE_STORAGE_SERIES_GATE_REMOVED_H_

#include <string_view>

#include "locks/rqspinlock.h"
#include "storage/era.h"

namespace lockgauge::backend {

// The series as merged, step 4: no gate, and teardown still assumes that locks
// do not fail.
template <Platform P>
struct gate_removed : rqspinlock<P> {
  using Era = storage::era::resilient;
  static constexpr std::string_view name = "gate_removed";
};

}  // namespace lockgauge::backend

#endif  // LOCKGAUGE_STORAGE_SERIES_GATE_REMOVED_H_
