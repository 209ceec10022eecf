#ifndef LOCKGAUGE_STORAGE_LOOKUP_H_
#define LOCKGAUGE_STORAGE_LOOKUP_H_

#include <atomic>

#include "locks/backend.h"
#include "storage/smap.h"
#include "storage/types.h"

namespace lockgauge::storage {

enum class CacheInsert { kNo, kYes };

// Remembers a found element in its cache entry, unless it was unlinked since.
// A lock that fails costs later lookups the walk and nothing else.
template <class C>
[[gnu::noinline]] void insert_in_cache(LocalStorage<C>& storage,
                                       const Smap<C>& smap, Selem<C>& selem) {
  if (acquire<typename C::Backend>(storage.lock) != Result::kOk) return;
  if (selem.snode.linked()) {
    storage.cache[smap.cache_index()].store(&selem.sdata,
                                            std::memory_order_release);
  }
  release<typename C::Backend>(storage.lock);
}

// The walk, for what the cache does not have.
template <class C>
[[gnu::noinline]] Sdata<C>* lookup_slow(LocalStorage<C>& storage,
                                        const Smap<C>& smap,
                                        CacheInsert insert) {
  for (HlistNode<typename C::P>* node = storage.list.front(); node != nullptr;
       node = node->following()) {
    Selem<C>& selem = *Selem<C>::of_snode(node);
    // Relaxed: the key was written before the element was published.
    if (selem.sdata.smap.load(std::memory_order_relaxed) != &smap) continue;
    if (insert == CacheInsert::kYes) insert_in_cache(storage, smap, selem);
    return &selem.sdata;
  }
  return nullptr;
}

// The owner's value in the map, or null. A hit in the cache takes no lock and
// stores nothing; with kYes, a miss that finds the value takes the storage's
// lock to remember it.
//
// REQUIRES: rcu_read_lock() held; the value is good until it is given up, even
// if the element is unlinked meanwhile.
template <class C>
inline Sdata<C>* lookup(LocalStorage<C>& storage, const Smap<C>& smap,
                        CacheInsert insert) {
  Sdata<C>* const cached =
      storage.cache[smap.cache_index()].load(std::memory_order_acquire);
  if (cached != nullptr &&
      cached->smap.load(std::memory_order_relaxed) == &smap) {
    return cached;
  }
  return lookup_slow(storage, smap, insert);
}

template <class C>
inline Sdata<C>* lookup(const Owner<C>& owner, const Smap<C>& smap,
                        CacheInsert insert) {
  LocalStorage<C>* const storage =
      owner.storage.load(std::memory_order_acquire);
  return storage == nullptr ? nullptr : lookup(*storage, smap, insert);
}

}  // namespace lockgauge::storage

#endif  // LOCKGAUGE_STORAGE_LOOKUP_H_
