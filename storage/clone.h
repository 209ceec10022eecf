#ifndef LOCKGAUGE_STORAGE_CLONE_H_
#define LOCKGAUGE_STORAGE_CLONE_H_

#include <atomic>

#include "storage/selem.h"
#include "storage/update.h"
#include "storage/value_lock.h"

namespace lockgauge::storage {

// Links a copy of the element's value to an owner that nobody else knows.
template <class C>
Result clone_element(Smap<C>& smap, Selem<C>& from, Owner<C>& to) {
  Selem<C>* const copy = alloc_selem<C>(to, smap, nullptr);
  if (copy == nullptr) return Result::kNoMem;
  if (smap.attr().lock_offset) {
    const ValueLocked<typename C::P> section(smap.lock_of(from.sdata));
    smap.copy_value(copy->sdata.value(), from.sdata.value());
  } else {
    smap.copy_value(copy->sdata.value(), from.sdata.value());
  }
  LocalStorage<C>* const storage = to.storage.load(std::memory_order_relaxed);
  Result result;
  if (storage == nullptr) {
    result = create_storage(to, smap, *copy);
  } else {
    result = link_map(smap, *copy, *storage);
    if (result == Result::kOk) link_storage(*storage, *copy, smap);
  }
  if (result != Result::kOk) free_unused(to, smap, *copy, Seen::kYes);
  return result;
}

// Gives a new owner copies of another's values in maps that want it
// (MapAttr::kClone): the kernel's bpf_sk_storage_clone. Any failure ends it;
// the caller destroys the new owner then.
//   kNoMem                 charge or memory refused.
//   kDeadlock, kTimeout    from a bucket's lock.
// REQUIRES: rcu_read_lock() held; nobody else knows `to`.
template <class C>
requires C::OwnerType::clones Result clone(const Owner<C>& from, Owner<C>& to) {
  LocalStorage<C>* const storage = from.storage.load(std::memory_order_acquire);
  if (storage == nullptr) return Result::kOk;
  for (HlistNode<typename C::P>* node = storage->list.front(); node != nullptr;
       node = node->following()) {
    Selem<C>& selem = *Selem<C>::of_snode(node);
    // Null, or dying: map_free is at it, or about to be.
    Smap<C>* const smap = selem.sdata.smap.load(std::memory_order_acquire);
    if (smap == nullptr || smap->dying()) continue;
    if ((smap->attr().flags & MapAttr::kClone) == 0) continue;
    const Result result = clone_element(*smap, selem, to);
    if (result != Result::kOk) return result;
  }
  return Result::kOk;
}

}  // namespace lockgauge::storage

#endif  // LOCKGAUGE_STORAGE_CLONE_H_
