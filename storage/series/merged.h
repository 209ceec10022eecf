#ifndef LOCKGAUGE_STORAGE_SERIES_MERGED_H_
#define LOCKGAUGE_STORAGE_SERIES_MERGED_H_

#include <string_view>

#include "locks/rqspinlock.h"
#include "storage/era.h"

namespace lockgauge::backend {

// The series as merged, last step: the no-fail teardown, to the letter. The
// backend `rqspinlock` has the one that loses nothing.
template <Platform P>
struct merged : rqspinlock<P> {
  using Era = storage::era::merged;
  static constexpr std::string_view name = "merged";
};

}  // namespace lockgauge::backend

#endif  // LOCKGAUGE_STORAGE_SERIES_MERGED_H_
