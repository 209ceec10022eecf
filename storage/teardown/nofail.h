#ifndef LOCKGAUGE_STORAGE_TEARDOWN_NOFAIL_H_
#define LOCKGAUGE_STORAGE_TEARDOWN_NOFAIL_H_

#include <atomic>
#include <cstdint>

#include "locks/backend.h"
#include "storage/selem.h"

// Teardown as Linux 7.0 merged it (bpf_selem_unlink_nofail). Neither freeing a
// map nor losing an owner can be refused, but the locks they need can fail. So
// each of the two sides does what its locks allow, and the element itself
// records who has been there; two visitors at most meet at an element, since a
// map is freed once and an owner dies once.
namespace lockgauge::storage::teardown {

template <class C>
class Nofail {
  using P = typename C::P;
  using B = typename C::Backend;

 public:
  // Frees all values of a map, whose memory the caller may give back when this
  // returns. May wait (grace periods); never fails. Nobody else may be using
  // the map; owners may die meanwhile.
  static void map_free(Smap<C>& smap) {
    smap.type().cache_indices.give_back(smap.cache_index());
    P::synchronize_rcu();
    for (Bucket<C>& bucket : smap) {
      P::rcu_read_lock();
      HlistNode<P>* node = bucket.list.front();
      while (node != nullptr) {
        // Read first: the element may be freed, and its memory reused after
        // this read section.
        HlistNode<P>* const next = node->following();
        const auto pass = smap.type().gate.enter();
        unlink(*Selem<C>::of_map_node(node), &bucket);
        smap.type().gate.leave(pass);
        node = next;
      }
      P::rcu_read_unlock();
    }
    // Owners that die now may still be looking at the map.
    P::synchronize_rcu();
    P::rcu_barrier();
  }

  // Frees all values of an owner that is dead: nobody else may be using it, for
  // a grace period already. Maps may be freed meanwhile. Never fails.
  static void destroy(Owner<C>& owner) {
    P::rcu_read_lock();
    LocalStorage<C>* const storage =
        owner.storage.load(std::memory_order_acquire);
    if (storage != nullptr) {
      const auto pass = owner.type.gate.enter();
      uncharge(owner, unlink_all(*storage));
      owner.type.gate.leave(pass);
    }
    P::rcu_read_unlock();
  }

 private:
  // Answers the bytes that are still charged to the owner.
  static std::uint64_t unlink_all(LocalStorage<C>& storage) {
    HlistNode<P>* node = storage.list.front();
    while (node != nullptr) {
      HlistNode<P>* const next = node->following();
      unlink(*Selem<C>::of_snode(node), nullptr);
      node = next;
    }
    // Whoever of map_free has a reference is accounting to the owner: wait for
    // the last. acq_rel pairs with the drop in account_for_map_free().
    if (storage.owner_refcnt.fetch_sub(1, std::memory_order_acq_rel) != 1) {
      P::wait_until(storage.owner_refcnt, std::memory_order_acquire,
                    [](int references) { return references == 0; });
    }
    return storage.mem_charge_bytes.load(std::memory_order_relaxed);
  }

  // `bucket` is the element's, from map_free; null from destroy.
  static void unlink(Selem<C>& selem, Bucket<C>* bucket) {
    const bool in_map_free = bucket != nullptr;
    // Racy: the other side clears what it is done with.
    LocalStorage<C>* const storage =
        selem.local_storage.load(std::memory_order_acquire);
    Smap<C>* const smap = selem.sdata.smap.load(std::memory_order_acquire);
    int unlinked = 0;
    if (smap != nullptr) {
      if (!in_map_free) bucket = &smap->bucket_of(selem, storage);
      unlinked += unlink_map_side(selem, *bucket, in_map_free);
    }
    bool last = false;
    if (storage != nullptr) {
      unlinked += unlink_storage_side(selem, *storage, smap, in_map_free, last);
    }
    free_if_second_visitor(selem, unlinked, in_map_free);
    if (last) free_storage(*storage);
  }

  // Answers whether the element was taken off the bucket here.
  static bool unlink_map_side(Selem<C>& selem, Bucket<C>& bucket,
                              bool in_map_free) {
    bool unlinked = false;
    const Result result = acquire<B>(bucket.lock);
    if (result == Result::kOk) {
      unlinked = selem.map_node.linked();
      if (unlinked) selem.map_node.remove();
      release<B>(bucket.lock);
    }
    // The map is going, whatever happened here.
    if (result == Result::kOk || in_map_free) {
      selem.sdata.smap.store(nullptr, std::memory_order_release);
    }
    return unlinked;
  }

  // Answers whether the element was taken off the storage here; `last`: it was
  // the last one, and the storage is the caller's to free.
  static bool unlink_storage_side(Selem<C>& selem, LocalStorage<C>& storage,
                                  Smap<C>* smap, bool in_map_free, bool& last) {
    bool unlinked = false;
    const Result result = acquire<B>(storage.lock);
    if (result == Result::kOk) {
      unlinked = selem.snode.linked();
      if (unlinked) {
        last = storage.list.only(selem.snode);
        // destroy() accounts for what is left, in one sum.
        if (in_map_free && smap != nullptr) {
          account_for_map_free(selem, storage, *smap, last);
        }
        selem.snode.remove();
      }
      release<B>(storage.lock);
    }
    // The owner is going, whatever happened here.
    if (result == Result::kOk || !in_map_free) {
      selem.local_storage.store(nullptr, std::memory_order_release);
    }
    return unlinked;
  }

  // REQUIRES: the storage's lock.
  static void account_for_map_free(Selem<C>& selem, LocalStorage<C>& storage,
                                   Smap<C>& smap, bool last) {
    int references = storage.owner_refcnt.load(std::memory_order_relaxed);
    do {
      // The owner is being destroyed: it must not be touched, and destroy()
      // returns the charge.
      if (references == 0) return;
    } while (!storage.owner_refcnt.compare_exchange_weak(
        references, references + 1, std::memory_order_acquire,
        std::memory_order_relaxed));
    account_unlink(storage, selem, smap, last);
    storage.owner_refcnt.fetch_sub(1, std::memory_order_acq_rel);
  }

  // Off both lists by one visitor: nobody else will see the element, free it.
  // Otherwise the second visitor frees: each leaves its bit, and one exchange
  // from both bits wins. Bits, not a count: map_free may come twice. If there
  // is no second visitor, because the first took the element off the only list
  // the other would have walked, it is lost (README.md): as merged.
  static void free_if_second_visitor(Selem<C>& selem, int unlinked,
                                     bool in_map_free) {
    using S = Selem<C>;
    std::uint32_t both = S::kMapUnlinked | S::kStorageUnlinked;
    if (unlinked != 2) {
      selem.state.fetch_or(in_map_free ? S::kMapUnlinked : S::kStorageUnlinked,
                           std::memory_order_acq_rel);
      if (!selem.state.compare_exchange_strong(both, S::kToFree,
                                               std::memory_order_acq_rel,
                                               std::memory_order_relaxed)) {
        return;
      }
    }
    free_selem(selem);
  }
};

}  // namespace lockgauge::storage::teardown

#endif  // LOCKGAUGE_STORAGE_TEARDOWN_NOFAIL_H_
