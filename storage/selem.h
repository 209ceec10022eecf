#ifndef LOCKGAUGE_STORAGE_SELEM_H_
#define LOCKGAUGE_STORAGE_SELEM_H_

#include <atomic>
#include <new>

#include "locks/backend.h"
#include "storage/charge.h"
#include "storage/reclaim.h"
#include "storage/smap.h"
#include "storage/types.h"

// The life of an element and of the storage it hangs off, in steps that
// lookup, update, delete and teardown are made of.
namespace lockgauge::storage {

// A charged element with its value copied in (null: zeroes), on no list. Null
// if the charge or the memory is refused.
template <class C>
Selem<C>* alloc_selem(Owner<C>& owner, Smap<C>& smap, const void* value) {
  if (!charge(owner, smap.elem_bytes())) return nullptr;
  void* const memory = smap.type().memory.take(smap.elem_bytes());
  if (memory == nullptr) {
    uncharge(owner, smap.elem_bytes());
    return nullptr;
  }
  auto* const selem = new (memory) Selem<C>;
  selem->sdata.smap.store(&smap, std::memory_order_relaxed);
  smap.init_value(selem->sdata.value(), value);
  smap.type().audit.made(Kind::kElement);
  if (smap.has_fields()) [[unlikely]] {
    smap.type().audit.made(Kind::kFields);
  }
  return selem;
}

// Takes back an element that was not linked to its owner: that nobody else has
// seen, or (kSeen) whose bucket led to it for a moment.
enum class Seen { kNo, kYes };
template <class C>
void free_unused(Owner<C>& owner, Smap<C>& smap, Selem<C>& selem,
                 Seen seen = Seen::kNo) {
  uncharge(owner, smap.elem_bytes());
  free_fields(smap, selem);
  // Before, memory could be used again at once.
  if (!C::Era::may_fail && seen == Seen::kNo) {
    if (smap.type().audit.freed(selem.mark, Kind::kElement)) {
      Slabs<typename C::P>::give(&selem);
    }
    return;
  }
  free_selem<Domain::kNormal>(smap.type(), selem);
}

// REQUIRES: the storage's lock, or that nobody else knows the storage.
template <class C>
void link_storage(LocalStorage<C>& storage, Selem<C>& selem,
                  const Smap<C>& smap) {
  selem.local_storage.store(&storage, std::memory_order_relaxed);
  storage.mem_charge_bytes.store(
      storage.mem_charge_bytes.load(std::memory_order_relaxed) +
          smap.elem_bytes(),
      std::memory_order_relaxed);
  storage.list.add(selem.snode);
}

// Takes the element's charge, and with the last element the storage's, off the
// owner; forgets the element in the cache.
// REQUIRES: the storage's lock; the owner alive or pinned.
template <class C>
void account_unlink(LocalStorage<C>& storage, Selem<C>& selem,
                    const Smap<C>& smap, bool last) {
  auto& cached = storage.cache[smap.cache_index()];
  if (cached.load(std::memory_order_relaxed) == &selem.sdata) {
    cached.store(nullptr, std::memory_order_relaxed);
  }
  Owner<C>& owner = *storage.owner.load(std::memory_order_relaxed);
  const std::uint64_t bytes =
      smap.elem_bytes() + (last ? sizeof(LocalStorage<C>) : 0);
  storage.mem_charge_bytes.store(
      storage.mem_charge_bytes.load(std::memory_order_relaxed) - bytes,
      std::memory_order_relaxed);
  uncharge(owner, bytes);
  if (!last) return;
  storage.owner.store(nullptr, std::memory_order_relaxed);
  // From here on the owner may go away, without a look at the storage; and a
  // new storage may come.
  owner.storage.store(nullptr, std::memory_order_release);
}

// Takes the element off its storage; its special fields go now or with it.
// True: that was the last one, and the caller frees the storage once its lock
// is released. REQUIRES: linked, the storage's lock, the owner alive.
template <class C>
[[nodiscard]] bool unlink_storage(LocalStorage<C>& storage, Selem<C>& selem,
                                  Smap<C>& smap) {
  const bool last = storage.list.only(selem.snode);
  account_unlink(storage, selem, smap, last);
  selem.snode.remove();
  if constexpr (!C::Era::fields_deferred) free_fields(smap, selem);
  return last;
}

// Takes the element off its bucket, if it is still on it.
template <class C>
[[nodiscard]] Result unlink_map(Smap<C>& smap, Selem<C>& selem,
                                const LocalStorage<C>& storage) {
  Bucket<C>& bucket = smap.bucket_of(selem, &storage);
  const Result result = acquire<typename C::Backend>(bucket.lock);
  if (result != Result::kOk) return result;
  if (selem.map_node.linked()) selem.map_node.remove();
  release<typename C::Backend>(bucket.lock);
  return Result::kOk;
}

template <class C>
[[nodiscard]] Result link_map(Smap<C>& smap, Selem<C>& selem,
                              const LocalStorage<C>& storage) {
  Bucket<C>& bucket = smap.bucket_of(selem, &storage);
  const Result result = acquire<typename C::Backend>(bucket.lock);
  if (result != Result::kOk) return result;
  bucket.list.add(selem.map_node);
  release<typename C::Backend>(bucket.lock);
  return Result::kOk;
}

}  // namespace lockgauge::storage

#endif  // LOCKGAUGE_STORAGE_SELEM_H_
