#ifndef LOCKGAUGE_STORAGE_SERIES_RFC_V1_H_
#define LOCKGAUGE_STORAGE_SERIES_RFC_V1_H_

#include <string_view>

#include "locks/rqspinlock.h"
#include "storage/era.h"

namespace lockgauge::backend {

// The series as first posted.
template <Platform P>
struct rfc_v1 : rqspinlock<P> {
  using Era = storage::era::rfc_v1;
  static constexpr std::string_view name = "rfc_v1";
};

}  // namespace lockgauge::backend

#endif  // LOCKGAUGE_STORAGE_SERIES_RFC_V1_H_
