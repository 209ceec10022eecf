#ifndef LOCKGAUGE_STORAGE_SERIES_FAILABLE_H_
#define LOCKGAUGE_STORAGE_SERIES_FAILABLE_H_

#include <string_view>

#include "locks/percpu_busy.h"
#include "storage/era.h"

namespace lockgauge::backend {

// The series as merged, step 2: nothing is changed before all locks are held.
template <Platform P>
struct failable : percpu_busy<P> {
  using Era = storage::era::failable;
  static constexpr std::string_view name = "failable";
};

}  // namespace lockgauge::backend

#endif  // LOCKGAUGE_STORAGE_SERIES_FAILABLE_H_
