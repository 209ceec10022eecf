#ifndef LOCKGAUGE_STORAGE_UNLINK_H_
#define LOCKGAUGE_STORAGE_UNLINK_H_

#include "locks/backend.h"
#include "storage/lookup.h"
#include "storage/selem.h"

namespace lockgauge::storage {

// Takes an element off both its lists and frees it. Of several that try at
// once one does it; all get kOk. What teardown does without asking is in
// teardown/.
//   kNotSupp               from an NMI-like context (since era::merged).
//   kDeadlock, kTimeout    from a lock; the element stays on both lists.
// REQUIRES: rcu_read_lock() held, owner and map alive.
template <Domain kDomain = Domain::kTasksTrace, class C>
Result unlink(Smap<C>& smap, Selem<C>& selem) {
  using B = typename C::Backend;
  if (C::Era::refuses_nmi && C::P::in_nmi()) return Result::kNotSupp;
  if (!selem.snode.linked()) return Result::kOk;
  LocalStorage<C>& storage =
      *selem.local_storage.load(std::memory_order_acquire);
  if constexpr (!C::Era::nested_unlink) {
    (void)unlink_map(smap, selem, storage);  // these eras: infallible
  }

  Result result = acquire<B>(storage.lock);
  if (result != Result::kOk) return result;
  const bool ours = selem.snode.linked();
  bool last = false;
  if (ours) {
    if constexpr (C::Era::nested_unlink) {
      result = unlink_map(smap, selem, storage);
    }
    if (result == Result::kOk) last = unlink_storage(storage, selem, smap);
  }
  release<B>(storage.lock);

  if (ours && result == Result::kOk) free_unlinked<kDomain>(smap, selem);
  if (last) free_storage<kDomain>(smap.type(), storage);
  return result;
}

// Deletes the owner's value in the map. kNoEnt: it has none.
// REQUIRES: rcu_read_lock() held.
template <class C>
Result remove(Owner<C>& owner, Smap<C>& smap) {
  Sdata<C>* const sdata = lookup(owner, smap, CacheInsert::kNo);
  if (sdata == nullptr) return Result::kNoEnt;
  return unlink(smap, *Selem<C>::of_sdata(sdata));
}

}  // namespace lockgauge::storage

#endif  // LOCKGAUGE_STORAGE_UNLINK_H_
