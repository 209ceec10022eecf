#ifndef LOCKGAUGE_STORAGE_STORAGE_H_
#define LOCKGAUGE_STORAGE_STORAGE_H_

// The storage engine: everything a workload needs.
#include "storage/clone.h"
#include "storage/lookup.h"
#include "storage/policies.h"
#include "storage/program.h"
#include "storage/smap.h"
#include "storage/syscall.h"
#include "storage/teardown/teardown.h"
#include "storage/types.h"
#include "storage/unlink.h"
#include "storage/update.h"

namespace lockgauge::storage {

// A read section: what programs run in.
template <StoragePlatform P>
class RcuReadSection {
 public:
  RcuReadSection() { P::rcu_read_lock(); }
  ~RcuReadSection() { P::rcu_read_unlock(); }
  RcuReadSection(const RcuReadSection&) = delete;
  RcuReadSection& operator=(const RcuReadSection&) = delete;
};

}  // namespace lockgauge::storage

#endif  // LOCKGAUGE_STORAGE_STORAGE_H_
