#ifndef LOCKGAUGE_STORAGE_TEARDOWN_ASSERT_H_
#define LOCKGAUGE_STORAGE_TEARDOWN_ASSERT_H_

#include "locks/backend.h"
#include "storage/selem.h"
#include "storage/teardown/sides.h"
#include "storage/unlink.h"

namespace lockgauge::storage::teardown {

// Teardown as first posted: the old form, which asserts that each lock that can
// fail does not. Here a failure is counted (TeardownEvents::warnings) and what
// it was needed for stays as it is, leaked, with its charge. The kernel would
// have used freed memory after; so that we do not, an element that map_free
// could not take forgets its map, and an owner must stay where it is until its
// maps are freed.
template <class C>
class Assert {
  using B = typename C::Backend;

 public:
  static constexpr bool kFreesLinked = false;

  static void map_free(Smap<C>& smap) {
    begin_map_free(smap);
    walk(smap, [&smap](Selem<C>& selem, Bucket<C>&) {
      if (unlink<Domain::kNormal>(smap, selem) == Result::kOk) return;
      smap.type().events.warn();
      selem.sdata.smap.store(nullptr, std::memory_order_release);
    });
    end_map_free(smap);
  }

  static void destroy(Owner<C>& owner) {
    with_storage(owner, [&type = owner.type](LocalStorage<C>& storage) {
      if (acquire<B>(storage.lock) != Result::kOk) {
        type.events.failed(Acquisition::kDestroyStorage);
        type.events.warn();
        return;
      }
      bool last = false;
      walk(storage, [&](Selem<C>& selem) {
        Smap<C>* const smap = selem.sdata.smap.load(std::memory_order_acquire);
        if (smap == nullptr) return;
        if (unlink_map(*smap, selem, storage) != Result::kOk) {
          type.events.failed(Acquisition::kDestroyBucket);
          type.events.warn();
          return;
        }
        last = unlink_storage(storage, selem, *smap);
        free_unlinked<Domain::kNormal>(*smap, selem);
      });
      release<B>(storage.lock);
      if (last) free_storage<Domain::kNormal>(type, storage);
    });
  }
};

}  // namespace lockgauge::storage::teardown

#endif  // LOCKGAUGE_STORAGE_TEARDOWN_ASSERT_H_
