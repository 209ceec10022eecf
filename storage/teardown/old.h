#ifndef LOCKGAUGE_STORAGE_TEARDOWN_OLD_H_
#define LOCKGAUGE_STORAGE_TEARDOWN_OLD_H_

#include "locks/backend.h"
#include "storage/selem.h"
#include "storage/teardown/sides.h"
#include "storage/unlink.h"

namespace lockgauge::storage::teardown {

// Teardown up to Linux 6.19, for locks that cannot fail: map_free deletes each
// element as anybody would; destroy keeps the storage's lock for its whole
// list, bucket locks inside.
template <class C>
class Old {
  using B = typename C::Backend;
  static_assert(!B::fallible);

 public:
  static constexpr bool kFreesLinked = false;

  static void map_free(Smap<C>& smap) {
    begin_map_free(smap);
    walk(smap, [&smap](Selem<C>& selem, Bucket<C>&) {
      (void)unlink<Domain::kNormal>(smap, selem);
    });
    end_map_free(smap);
  }

  static void destroy(Owner<C>& owner) {
    with_storage(owner, [&type = owner.type](LocalStorage<C>& storage) {
      bool last = false;
      (void)acquire<B>(storage.lock);
      walk(storage, [&](Selem<C>& selem) {
        Smap<C>& smap = *selem.sdata.smap.load(std::memory_order_relaxed);
        (void)unlink_map(smap, selem, storage);
        last = unlink_storage(storage, selem, smap);
        free_unlinked<Domain::kNormal>(smap, selem);
      });
      release<B>(storage.lock);
      if (last) free_storage<Domain::kNormal>(type, storage);
    });
  }
};

}  // namespace lockgauge::storage::teardown

#endif  // LOCKGAUGE_STORAGE_TEARDOWN_OLD_H_
