#ifndef LOCKGAUGE_STORAGE_SELEM_H_
#define LOCKGAUGE_STORAGE_SELEM_H_

#include <atomic>
#include <cstring>
#include <new>

#include "locks/backend.h"
#include "storage/charge.h"
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
  if (value != nullptr) {
    std::memcpy(selem->sdata.value(), value, smap.value_bytes());
  } else {
    std::memset(selem->sdata.value(), 0, smap.value_bytes());
  }
  return selem;
}

// Takes back an element that nobody else has seen.
template <class C>
void free_unused(Owner<C>& owner, Smap<C>& smap, Selem<C>& selem) {
  uncharge(owner, smap.elem_bytes());
  Slabs<typename C::P>::give(&selem);
}

// An object of the engine back to its slab after a grace period. Readers may
// be on it until then.
template <class T, class C>
void free_after_grace_period(T& object) {
  C::P::call_rcu(object.rcu, [](typename C::P::RcuHead* rcu) {
    Slabs<typename C::P>::give(reinterpret_cast<std::byte*>(rcu) -
                               offsetof(T, rcu));
  });
}
template <class C>
void free_selem(Selem<C>& selem) {
  free_after_grace_period<Selem<C>, C>(selem);
}
template <class C>
void free_storage(LocalStorage<C>& storage) {
  free_after_grace_period<LocalStorage<C>, C>(storage);
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
  std::uint64_t bytes = smap.elem_bytes();
  if (last) {
    bytes += sizeof(LocalStorage<C>);
    storage.owner.store(nullptr, std::memory_order_relaxed);
    // From here on the owner may go away, and a new storage may come.
    owner.storage.store(nullptr, std::memory_order_release);
  }
  storage.mem_charge_bytes.store(
      storage.mem_charge_bytes.load(std::memory_order_relaxed) - bytes,
      std::memory_order_relaxed);
  uncharge(owner, bytes);
}

// Takes the element off its storage. True: that was the last one, and the
// caller frees the storage once its lock is released.
// REQUIRES: linked, the storage's lock, the owner alive.
template <class C>
[[nodiscard]] bool unlink_storage(LocalStorage<C>& storage, Selem<C>& selem,
                                  const Smap<C>& smap) {
  const bool last = storage.list.only(selem.snode);
  account_unlink(storage, selem, smap, last);
  selem.snode.remove();
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
