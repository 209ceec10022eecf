#ifndef LOCKGAUGE_STORAGE_UPDATE_H_
#define LOCKGAUGE_STORAGE_UPDATE_H_

#include <atomic>
#include <new>

#include "locks/backend.h"
#include "storage/lookup.h"
#include "storage/selem.h"

namespace lockgauge::storage {

enum class Flag { kAny, kNoExist, kExist };

// An operation's result, and the value it found or made (null without).
template <class C>
struct Outcome {
  Result result;
  Sdata<C>* sdata;
};

// Puts the element on its bucket and the storage in the owner's place for it.
// False: somebody else's storage was first, and the element is off its bucket
// again. The exchange is the kernel's full-barrier cmpxchg.
template <class C>
bool publish_storage(Owner<C>& owner, LocalStorage<C>& storage) {
  LocalStorage<C>* none = nullptr;
  return owner.storage.compare_exchange_strong(
      none, &storage, std::memory_order_seq_cst, std::memory_order_relaxed);
}

// Gives the owner its storage, with `selem` as its first element.
//   kNoMem, or why the bucket's lock failed: nothing happened.
//   kAgain: lost the race to be first. Nobody retries; that is the caller's.
template <class C>
Result create_storage(Owner<C>& owner, Smap<C>& smap, Selem<C>& selem) {
  using B = typename C::Backend;
  constexpr std::size_t kBytes = sizeof(LocalStorage<C>);
  if (!charge(owner, kBytes)) return Result::kNoMem;
  void* const memory = owner.type.memory.take(kBytes);
  if (memory == nullptr) {
    uncharge(owner, kBytes);
    return Result::kNoMem;
  }
  auto& storage = *new (memory) LocalStorage<C>(owner);
  link_storage(storage, selem, smap);

  Bucket<C>& bucket = smap.bucket_of(selem, &storage);
  if (const Result result = acquire<B>(bucket.lock); result != Result::kOk) {
    uncharge(owner, kBytes);
    Slabs<typename C::P>::give(memory);
    return result;
  }
  bucket.list.add(selem.map_node);
  bool first;
  if constexpr (C::Era::nested_unlink) {
    first = publish_storage(owner, storage);
  } else {
    release<B>(bucket.lock);
    first = publish_storage(owner, storage);
    if (!first) (void)acquire<B>(bucket.lock);  // era::before: infallible
  }
  if (!first) selem.map_node.remove();
  if (!first || C::Era::nested_unlink) release<B>(bucket.lock);
  if (first) return Result::kOk;
  uncharge(owner, kBytes);
  // The bucket led here for a moment: map_free may still be looking.
  free_storage(storage);
  return Result::kAgain;
}

// Links `selem` in the place of the map's element of this owner, if it has
// one, which is then in `old`. Any failure leaves the lists as they were.
// REQUIRES: the storage's lock.
template <class C>
Result link_locked(LocalStorage<C>& storage, Smap<C>& smap, Selem<C>& selem,
                   Flag flag, Selem<C>*& old) {
  using B = typename C::Backend;
  // Dying: the owner's pointer is about to be cleared by who emptied it.
  if (storage.list.empty()) return Result::kAgain;
  Sdata<C>* const found = lookup(storage, smap, CacheInsert::kNo);
  if (found != nullptr && flag == Flag::kNoExist) return Result::kExist;
  if (found == nullptr && flag == Flag::kExist) return Result::kNoEnt;
  if (found != nullptr) old = Selem<C>::of_sdata(found);

  if constexpr (C::Era::bucket_by_owner) {
    // Old and new share the bucket: one lock, taken before anything changes.
    Bucket<C>& bucket = smap.bucket_of(selem, &storage);
    const Result result = acquire<B>(bucket.lock);
    if (result != Result::kOk) {
      old = nullptr;
      return result;
    }
    bucket.list.add(selem.map_node);
    link_storage(storage, selem, smap);
    if (old != nullptr) {
      old->map_node.remove();
      (void)unlink_storage(storage, *old, smap);  // not the last: selem is
    }
    release<B>(bucket.lock);
  } else {
    // Two buckets, one after the other; their locks cannot fail in this era.
    (void)link_map(smap, selem, storage);
    link_storage(storage, selem, smap);
    if (old != nullptr) {
      (void)unlink_map(smap, *old, storage);
      (void)unlink_storage(storage, *old, smap);
    }
  }
  return Result::kOk;
}

// Gives the owner a value in the map: a copy of *value, or zeroes for null. An
// element that is there is replaced: readers keep the old copy for a grace
// period.
//   kExist, kNoEnt   by the flag.
//   kNoMem           charge or memory refused.
//   kAgain           met another first create, or a storage that is going.
//   kDeadlock, kTimeout   from a lock; nothing happened.
// REQUIRES: rcu_read_lock() held.
template <class C>
Outcome<C> update(Owner<C>& owner, Smap<C>& smap, const void* value,
                  Flag flag) {
  using B = typename C::Backend;
  LocalStorage<C>* const storage =
      owner.storage.load(std::memory_order_acquire);
  const bool first = storage == nullptr || storage->list.empty();
  if (first && flag == Flag::kExist) return {Result::kNoEnt, nullptr};
  // Before the lock: allocation must not happen inside.
  Selem<C>* const selem = alloc_selem(owner, smap, value);
  if (selem == nullptr) return {Result::kNoMem, nullptr};

  if (first) {
    const Result result = create_storage(owner, smap, *selem);
    if (result == Result::kOk) return {result, &selem->sdata};
    uncharge(owner, smap.elem_bytes());
    free_selem(*selem);
    return {result, nullptr};
  }

  Result result = acquire<B>(storage->lock);
  if (result != Result::kOk) {
    free_unused(owner, smap, *selem);
    return {result, nullptr};
  }
  Selem<C>* old = nullptr;
  result = link_locked(*storage, smap, *selem, flag, old);
  release<B>(storage->lock);
  if (result != Result::kOk) {
    free_unused(owner, smap, *selem);
    return {result, nullptr};
  }
  if (old != nullptr) free_selem(*old);
  return {Result::kOk, &selem->sdata};
}

}  // namespace lockgauge::storage

#endif  // LOCKGAUGE_STORAGE_UPDATE_H_
