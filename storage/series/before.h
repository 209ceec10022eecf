#ifndef LOCKGAUGE_STORAGE_SERIES_BEFORE_H_
#define LOCKGAUGE_STORAGE_SERIES_BEFORE_H_

#include <string_view>

#include "locks/percpu_busy.h"
#include "storage/era.h"

namespace lockgauge::backend {

// Linux up to 6.19: the gate, spinlocks that cannot fail, buckets by element,
// delete in two sections.
template <Platform P>
struct before : percpu_busy<P> {
  using Era = storage::era::before;
  static constexpr std::string_view name = "before";
};

}  // namespace lockgauge::backend

#endif  // LOCKGAUGE_STORAGE_SERIES_BEFORE_H_
