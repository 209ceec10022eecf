#ifndef LOCKGAUGE_STORAGE_TEARDOWN_LINK_COUNT_H_
#define LOCKGAUGE_STORAGE_TEARDOWN_LINK_COUNT_H_

#include <atomic>

#include "locks/backend.h"
#include "storage/selem.h"
#include "storage/teardown/sides.h"

namespace lockgauge::storage::teardown {

// Teardown as posted third: map_free takes elements off its buckets and leaves
// them to their owners, where they linger, charged; each visitor that did not
// get both lists drops one of an element's two links, had it a lock or not, and
// the last frees. destroy always frees the storage and returns the charge.
//
// Kept as posted: an element whose bucket lock map_free did not get is freed
// while it is still on the bucket, and its special fields never; one whose
// bucket map_free walks twice (StorageType::need_resched) is freed too early.
template <class C>
class LinkCount {
  using B = typename C::Backend;

 public:
  static constexpr bool kFreesLinked = true;

  static void map_free(Smap<C>& smap) {
    begin_map_free(smap);
    walk(smap, [&smap](Selem<C>& selem, Bucket<C>& bucket) {
      const bool unlinked =
          unlink_map_side(selem, smap, bucket, Acquisition::kMapFreeBucket);
      selem.sdata.smap.store(nullptr, std::memory_order_release);
      free_if_last(smap.type(), selem, unlinked);
    });
    end_map_free(smap);
  }

  static void destroy(Owner<C>& owner) {
    with_storage(owner, [&owner](LocalStorage<C>& storage) {
      walk(storage, [&](Selem<C>& selem) {
        int unlinked = 0;
        if (Smap<C>* const smap =
                selem.sdata.smap.load(std::memory_order_acquire)) {
          unlinked +=
              unlink_map_side(selem, *smap, smap->bucket_of(selem, &storage),
                              Acquisition::kDestroyBucket);
        }
        unlinked += unlink_storage_side(owner.type, selem, storage);
        free_if_last(owner.type, selem, unlinked);
      });
      // As posted, the sum of the elements' sizes and the storage's: the same,
      // since map_free accounts for nothing.
      uncharge(owner, storage.mem_charge_bytes.load(std::memory_order_relaxed));
      free_storage<Domain::kTasksTrace>(owner.type, storage);
    });
  }

 private:
  // Answers whether the element was taken off the bucket here.
  static bool unlink_map_side(Selem<C>& selem, Smap<C>& smap, Bucket<C>& bucket,
                              Acquisition which) {
    if (acquire<B>(bucket.lock) != Result::kOk) {
      smap.type().events.failed(which);
      return false;
    }
    const bool unlinked = selem.map_node.linked();
    if (unlinked) {
      selem.map_node.remove();
      free_fields(smap, selem);
    }
    release<B>(bucket.lock);
    return unlinked;
  }

  // Answers whether the element was taken off the storage here.
  static bool unlink_storage_side(StorageType<C>& type, Selem<C>& selem,
                                  LocalStorage<C>& storage) {
    bool unlinked = false;
    if (acquire<B>(storage.lock) == Result::kOk) {
      unlinked = selem.snode.linked();
      if (unlinked) selem.snode.remove();
      release<B>(storage.lock);
    } else {
      type.events.failed(Acquisition::kDestroyStorage);
    }
    selem.local_storage.store(nullptr, std::memory_order_release);
    return unlinked;
  }

  // `state` counts the links that are dropped.
  static void free_if_last(StorageType<C>& type, Selem<C>& selem,
                           int unlinked) {
    if (unlinked == 2 ||
        selem.state.fetch_add(1, std::memory_order_acq_rel) == 1) {
      free_selem<Domain::kTasksTrace>(type, selem);
    }
  }
};

}  // namespace lockgauge::storage::teardown

#endif  // LOCKGAUGE_STORAGE_TEARDOWN_LINK_COUNT_H_
