#ifndef LOCKGAUGE_STORAGE_TEARDOWN_NOFAIL_FIXED_H_
#define LOCKGAUGE_STORAGE_TEARDOWN_NOFAIL_FIXED_H_

#include <atomic>
#include <cstdint>
#include <limits>

#include "locks/backend.h"
#include "storage/selem.h"
#include "storage/teardown/sides.h"

namespace lockgauge::storage::teardown {

// A no-fail teardown that loses nothing, whichever locks fail: the engine's
// default. Three rules where the merged form has one:
//
//   1. The bits of an element's state say what is true, not who has been there:
//      off its bucket, off its storage. Who takes it off sets the bit, so each
//      is set once; whoever completes the pair frees. An element is never freed
//      while it is linked, and never left by both.
//   2. What a failed lock kept map_free from taking off its buckets it takes
//      after the grace period that it waits for anyway. Nobody finds the
//      buckets any more by then: it needs no lock, and frees special fields.
//   3. What a failed lock kept destroy from taking off the storage is taken
//      when the storage's own grace period is over, by the same argument.
//      Only destroy frees a storage that outlived its owner.
//
// An element still lingers, charged, from map_free to destroy if map_free did
// not get the storage's lock; its special fields do not.
template <class C>
class NofailFixed {
  using P = typename C::P;
  using B = typename C::Backend;
  using S = Selem<C>;
  static_assert(C::Era::fields_deferred, "fields are the buckets' here");

 public:
  static constexpr bool kFreesLinked = false;

  static void map_free(Smap<C>& smap) {
    begin_map_free(smap);
    walk(smap, [&smap](Selem<C>& selem, Bucket<C>& bucket) {
      visit_from_map(smap, selem, bucket);
    });
    P::synchronize_rcu();
    for (Bucket<C>& bucket : smap) take_what_is_left(smap, bucket);
    reclaim_barrier<P>();
  }

  static void destroy(Owner<C>& owner) {
    with_storage(owner, [&owner](LocalStorage<C>& storage) {
      walk(storage, [&](Selem<C>& selem) {
        visit_from_owner(owner.type, storage, selem);
      });
      // Whoever of map_free has a reference is accounting to the owner: wait
      // for the last. acq_rel pairs with the drop in visit_from_map(). A plain
      // counter: map_free may be the one that drops it to 0.
      if (storage.owner_refcnt.fetch_sub(1, std::memory_order_acq_rel) != 1) {
        P::wait_until(storage.owner_refcnt, std::memory_order_acquire,
                      [](std::uint32_t references) { return references == 0; });
      }
      uncharge(owner, storage.mem_charge_bytes.load(std::memory_order_relaxed));
      // Null: map_free took the last element while it had the owner.
      if (storage.owner.load(std::memory_order_relaxed) == nullptr) return;
      if (owner.type.audit.freed(storage.mark, Kind::kStorage)) {
        P::call_rcu(storage.rcu, empty_and_give_back);
      }
    });
  }

 private:
  static void visit_from_map(Smap<C>& smap, Selem<C>& selem,
                             Bucket<C>& bucket) {
    LocalStorage<C>* const storage =
        selem.local_storage.load(std::memory_order_acquire);
    std::uint32_t off =
        take_off_bucket(smap, selem, bucket, Acquisition::kMapFreeBucket);
    // For owners: the map is going, leave it alone.
    selem.sdata.smap.store(nullptr, std::memory_order_release);
    bool last = false;
    if (storage != nullptr) {
      off |= take_off_storage_for_map(smap, selem, *storage, last);
    }
    leave(smap.type(), selem, off);
    if (last) free_storage<Domain::kNormal>(smap.type(), *storage);
  }

  static void visit_from_owner(StorageType<C>& type, LocalStorage<C>& storage,
                               Selem<C>& selem) {
    std::uint32_t off = 0;
    if (Smap<C>* const smap =
            selem.sdata.smap.load(std::memory_order_acquire)) {
      off |= take_off_bucket(*smap, selem, smap->bucket_of(selem, &storage),
                             Acquisition::kDestroyBucket);
    }
    if (acquire<B>(storage.lock) == Result::kOk) {
      if (selem.snode.linked()) {
        selem.snode.remove();
        off |= S::kStorageUnlinked;
      }
      release<B>(storage.lock);
    } else {
      type.events.failed(Acquisition::kDestroyStorage);
    }
    // For map_free: the storage is going, leave it alone.
    selem.local_storage.store(nullptr, std::memory_order_release);
    leave(type, selem, off);
  }

  static std::uint32_t take_off_bucket(Smap<C>& smap, Selem<C>& selem,
                                       Bucket<C>& bucket, Acquisition which) {
    if (acquire<B>(bucket.lock) != Result::kOk) {
      smap.type().events.failed(which);
      return 0;
    }
    std::uint32_t off = 0;
    if (selem.map_node.linked()) {
      selem.map_node.remove();
      free_fields(smap, selem);
      off = S::kMapUnlinked;
    }
    release<B>(bucket.lock);
    return off;
  }

  // `last`: it was the storage's last, and the storage is the caller's to free.
  static std::uint32_t take_off_storage_for_map(Smap<C>& smap, Selem<C>& selem,
                                                LocalStorage<C>& storage,
                                                bool& last) {
    if (acquire<B>(storage.lock) != Result::kOk) {
      smap.type().events.failed(Acquisition::kMapFreeStorage);
      return 0;
    }
    std::uint32_t off = 0;
    // Without its owner the storage is destroy's alone.
    constexpr auto kNoLimit = std::numeric_limits<std::uint32_t>::max();
    if (selem.snode.linked() && pin_owner(storage, kNoLimit)) {
      last = unlink_storage(storage, selem, smap);
      off = S::kStorageUnlinked;
      storage.owner_refcnt.fetch_sub(1, std::memory_order_acq_rel);
    }
    release<B>(storage.lock);
    return off;
  }

  // The last a visitor does to an element. `off`: where it was taken off here.
  static void leave(StorageType<C>& type, Selem<C>& selem, std::uint32_t off) {
    if (off == 0) return;
    constexpr std::uint32_t kBoth = S::kMapUnlinked | S::kStorageUnlinked;
    if (off == kBoth ||
        (selem.state.fetch_or(off, std::memory_order_acq_rel) | off) == kBoth) {
      free_selem<Domain::kNormal>(type, selem);
    }
  }

  // After the grace period that followed the walk: no owner comes here by now.
  static void take_what_is_left(Smap<C>& smap, Bucket<C>& bucket) {
    while (HlistNode<P>* const node = bucket.list.front()) {
      Selem<C>& selem = *Selem<C>::of_map_node(node);
      node->remove();
      free_fields(smap, selem);
      leave(smap.type(), selem, S::kMapUnlinked);
    }
  }

  // After the storage's grace period: no map comes here by now.
  static void empty_and_give_back(typename P::RcuHead* head) {
    auto& storage = of_rcu_head<LocalStorage<C>>(head);
    while (HlistNode<P>* const node = storage.list.front()) {
      node->remove();
      leave(*storage.type, *Selem<C>::of_snode(node), S::kStorageUnlinked);
    }
    Slabs<P>::give(&storage);
  }
};

}  // namespace lockgauge::storage::teardown

#endif  // LOCKGAUGE_STORAGE_TEARDOWN_NOFAIL_FIXED_H_
