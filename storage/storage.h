#ifndef LOCKGAUGE_STORAGE_STORAGE_H_
#define LOCKGAUGE_STORAGE_STORAGE_H_

// The storage engine: everything a workload needs.
#include "storage/lookup.h"
#include "storage/policies.h"
#include "storage/program.h"
#include "storage/smap.h"
#include "storage/syscall.h"
#include "storage/teardown/nofail.h"
#include "storage/types.h"
#include "storage/unlink.h"
#include "storage/update.h"

namespace lockgauge::storage {

template <class C>
void map_free(Smap<C>& smap) {
  teardown::Nofail<C>::map_free(smap);
}

template <class C>
void destroy(Owner<C>& owner) {
  teardown::Nofail<C>::destroy(owner);
}

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
