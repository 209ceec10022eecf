#ifndef LOCKGAUGE_STORAGE_SERIES_BUCKET_BY_OWNER_H_
#define LOCKGAUGE_STORAGE_SERIES_BUCKET_BY_OWNER_H_

#include <string_view>

#include "locks/percpu_busy.h"
#include "storage/era.h"

namespace lockgauge::backend {

// The series as merged, step 1: all elements of an owner in a map share a
// bucket lock.
template <Platform P>
struct bucket_by_owner : percpu_busy<P> {
  using Era = storage::era::by_owner;
  static constexpr std::string_view name = "bucket_by_owner";
};

}  // namespace lockgauge::backend

#endif  // LOCKGAUGE_STORAGE_SERIES_BUCKET_BY_OWNER_H_
