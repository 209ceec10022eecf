#ifndef LOCKGAUGE_STORAGE_TEARDOWN_SIDES_H_
#define LOCKGAUGE_STORAGE_TEARDOWN_SIDES_H_

#include <atomic>

#include "storage/reclaim.h"
#include "storage/smap.h"
#include "storage/types.h"

// What all forms of teardown have in common: how each side begins, walks and
// ends. A map is freed once and an owner dies once, so an element has two
// visitors at most.
namespace lockgauge::storage::teardown {

// visit(selem, bucket) on every element that stays on the map; some that leave
// meanwhile are left out. Elements may be freed inside: they last until the
// read section that the visit is in has ended.
template <class C, class Visit>
void walk(Smap<C>& smap, Visit visit) {
  using P = typename C::P;
  StorageType<C>& type = smap.type();
  for (Bucket<C>& bucket : smap) {
    P::rcu_read_lock();
    HlistNode<P>* node = bucket.list.front();
    while (node != nullptr) {
      HlistNode<P>* const next = node->following();
      const auto pass = type.gate.enter();
      visit(*Selem<C>::of_map_node(node), bucket);
      type.gate.leave(pass);
      node = next;
      if (type.need_resched != nullptr && type.need_resched()) {
        P::rcu_read_unlock();
        P::rcu_read_lock();
        node = bucket.list.front();
      }
    }
    P::rcu_read_unlock();
  }
}

// From here on nobody finds the map any more, and who was about to link
// something to it (clone()) has done so.
template <class C>
void begin_map_free(Smap<C>& smap) {
  smap.type().cache_indices.give_back(smap.cache_index());
  smap.die();
  C::P::synchronize_rcu();
}

// From here on nobody looks at the map's memory: not owners that died
// meanwhile, nor what is reclaimed later.
template <class C>
void end_map_free(Smap<C>&) {
  C::P::synchronize_rcu();
  reclaim_barrier<typename C::P>();
}

// visit(storage) for an owner that has one.
template <class C, class Visit>
void with_storage(Owner<C>& owner, Visit visit) {
  using P = typename C::P;
  P::rcu_read_lock();
  LocalStorage<C>* const storage =
      owner.storage.load(std::memory_order_acquire);
  if (storage != nullptr) {
    const auto pass = owner.type.gate.enter();
    visit(*storage);
    owner.type.gate.leave(pass);
  }
  P::rcu_read_unlock();
}

// visit(selem) on every element that stays on the storage.
template <class C, class Visit>
void walk(LocalStorage<C>& storage, Visit visit) {
  HlistNode<typename C::P>* node = storage.list.front();
  while (node != nullptr) {
    HlistNode<typename C::P>* const next = node->following();
    visit(*Selem<C>::of_snode(node));
    node = next;
  }
}

// A reference of map_free on the owner of a storage, for the time that it
// accounts to it. False: destroy() is past that; the owner must not be touched,
// and destroy() returns the charge.
template <class C>
bool pin_owner(LocalStorage<C>& storage, std::uint32_t limit) {
  std::uint32_t now = storage.owner_refcnt.load(std::memory_order_relaxed);
  do {
    if (now == 0 || now >= limit) return false;
  } while (!storage.owner_refcnt.compare_exchange_weak(
      now, now + 1, std::memory_order_acquire, std::memory_order_relaxed));
  return true;
}

}  // namespace lockgauge::storage::teardown

#endif  // LOCKGAUGE_STORAGE_TEARDOWN_SIDES_H_
