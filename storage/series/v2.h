#ifndef LOCKGAUGE_STORAGE_SERIES_V2_H_
#define LOCKGAUGE_STORAGE_SERIES_V2_H_

#include <string_view>

#include "locks/rqspinlock.h"
#include "storage/era.h"

namespace lockgauge::backend {

// The series as posted second: teardown asks for a lock until it gets it.
template <Platform P>
struct v2 : rqspinlock<P> {
  using Era = storage::era::v2;
  static constexpr std::string_view name = "v2";
};

}  // namespace lockgauge::backend

#endif  // LOCKGAUGE_STORAGE_SERIES_V2_H_
