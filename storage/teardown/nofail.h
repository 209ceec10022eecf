#ifndef LOCKGAUGE_STORAGE_TEARDOWN_NOFAIL_H_
#define LOCKGAUGE_STORAGE_TEARDOWN_NOFAIL_H_

#include <atomic>
#include <cstdint>

#include "locks/backend.h"
#include "storage/selem.h"
#include "storage/teardown/sides.h"

namespace lockgauge::storage::teardown {

// Teardown as Linux 7.0 merged it (bpf_selem_unlink_nofail), to the letter.
// Neither freeing a map nor losing an owner can be refused, but the locks they
// need can fail. So each of the two sides does what its locks allow, and the
// element itself records who has been there.
//
// What it loses when locks fail is lost here too (README.md): elements,
// storages, special fields. And it can free an element that is still linked: a
// walk that begins anew (StorageType::need_resched) then meets freed memory.
template <class C>
class Nofail {
  using P = typename C::P;
  using B = typename C::Backend;
  using S = Selem<C>;

  // Where the kernel's reference counter goes when it is dropped to 0 by who
  // does not expect that, and stays.
  static constexpr std::uint32_t kSaturated = 0xc0000000;

 public:
  static constexpr bool kFreesLinked = true;

  static void map_free(Smap<C>& smap) {
    begin_map_free(smap);
    walk(smap, [&smap](Selem<C>& selem, Bucket<C>& bucket) {
      unlink(smap.type(), selem, &bucket);
    });
    end_map_free(smap);
  }

  static void destroy(Owner<C>& owner) {
    with_storage(owner, [&owner](LocalStorage<C>& storage) {
      walk(storage,
           [&owner](Selem<C>& selem) { unlink(owner.type, selem, nullptr); });
      // Whoever of map_free has a reference is accounting to the owner: wait
      // for the last. acq_rel pairs with unpin().
      if (storage.owner_refcnt.fetch_sub(1, std::memory_order_acq_rel) != 1) {
        // The kernel waits for 0 alone, for ever if the counter saturated.
        P::wait_until(storage.owner_refcnt, std::memory_order_acquire,
                      [](std::uint32_t references) {
                        return references == 0 || references >= kSaturated;
                      });
      }
      uncharge(owner, storage.mem_charge_bytes.load(std::memory_order_relaxed));
    });
  }

 private:
  // `bucket` is the element's, from map_free; null from destroy.
  static void unlink(StorageType<C>& type, Selem<C>& selem, Bucket<C>* bucket) {
    const bool in_map_free = bucket != nullptr;
    // Racy: the other side clears what it is done with.
    LocalStorage<C>* const storage =
        selem.local_storage.load(std::memory_order_acquire);
    Smap<C>* const smap = selem.sdata.smap.load(std::memory_order_acquire);
    int unlinked = 0;
    if (smap != nullptr) {
      if (!in_map_free) bucket = &smap->bucket_of(selem, storage);
      unlinked += unlink_map_side(selem, *smap, *bucket, in_map_free);
    }
    bool last = false;
    if (storage != nullptr) {
      unlinked +=
          unlink_storage_side(type, selem, *storage, smap, in_map_free, last);
    }
    free_if_second_visitor(type, selem, unlinked, in_map_free);
    if (last) free_storage<Domain::kNormal>(type, *storage);
  }

  // Answers whether the element was taken off the bucket here.
  static bool unlink_map_side(Selem<C>& selem, Smap<C>& smap, Bucket<C>& bucket,
                              bool in_map_free) {
    bool unlinked = false;
    const Result result = acquire<B>(bucket.lock);
    if (result == Result::kOk) {
      unlinked = selem.map_node.linked();
      if (unlinked) {
        selem.map_node.remove();
        free_fields(smap, selem);
      }
      release<B>(bucket.lock);
    } else {
      smap.type().events.failed(in_map_free ? Acquisition::kMapFreeBucket
                                            : Acquisition::kDestroyBucket);
      // Special fields and element may leak.
      if (in_map_free) smap.type().events.warn();
    }
    // The map is going, whatever happened here.
    if (result == Result::kOk || in_map_free) {
      selem.sdata.smap.store(nullptr, std::memory_order_release);
    }
    return unlinked;
  }

  // Answers whether the element was taken off the storage here; `last`: it was
  // the last one, and the storage is the caller's to free.
  static bool unlink_storage_side(StorageType<C>& type, Selem<C>& selem,
                                  LocalStorage<C>& storage, Smap<C>* smap,
                                  bool in_map_free, bool& last) {
    bool unlinked = false;
    const Result result = acquire<B>(storage.lock);
    if (result == Result::kOk) {
      unlinked = selem.snode.linked();
      if (unlinked) {
        last = storage.list.only(selem.snode);
        // destroy() accounts for what is left, in one sum.
        if (in_map_free && smap != nullptr &&
            pin_owner(storage, /*limit=*/kSaturated)) {
          account_unlink(storage, selem, *smap, last);
          unpin(type, storage);
        }
        selem.snode.remove();
      }
      release<B>(storage.lock);
    } else {
      type.events.failed(in_map_free ? Acquisition::kMapFreeStorage
                                     : Acquisition::kDestroyStorage);
      // The storage may leak.
      if (!in_map_free) type.events.warn();
    }
    // The owner is going, whatever happened here.
    if (result == Result::kOk || !in_map_free) {
      selem.local_storage.store(nullptr, std::memory_order_release);
    }
    return unlinked;
  }

  // The kernel's refcount_dec(): the last reference is not for us to drop.
  static void unpin(StorageType<C>& type, LocalStorage<C>& storage) {
    if (storage.owner_refcnt.fetch_sub(1, std::memory_order_acq_rel) != 1) {
      return;
    }
    type.events.saturate();
    storage.owner_refcnt.store(kSaturated, std::memory_order_release);
  }

  // Off both lists by one visitor: nobody else will see the element, free it.
  // Otherwise the second visitor frees: each leaves its bit, and one exchange
  // from both bits wins. Bits, not a count: map_free may come twice. If there
  // is no second visitor, because the first took the element off the only list
  // the other would have walked, it is lost (README.md): as merged.
  static void free_if_second_visitor(StorageType<C>& type, Selem<C>& selem,
                                     int unlinked, bool in_map_free) {
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
    free_selem<Domain::kNormal>(type, selem);
  }
};

}  // namespace lockgauge::storage::teardown

#endif  // LOCKGAUGE_STORAGE_TEARDOWN_NOFAIL_H_
