#ifndef LOCKGAUGE_STORAGE_SERIES_V3_H_
#define LOCKGAUGE_STORAGE_SERIES_V3_H_

#include <string_view>

#include "locks/rqspinlock.h"
#include "storage/era.h"

namespace lockgauge::backend {

// The series as posted third: map_free leaves elements to their owners.
template <Platform P>
struct v3 : rqspinlock<P> {
  using Era = storage::era::v3;
  static constexpr std::string_view name = "v3";
};

}  // namespace lockgauge::backend

#endif  // LOCKGAUGE_STORAGE_SERIES_V3_H_
