#ifndef LOCKGAUGE_STORAGE_TEARDOWN_RETRY_H_
#define LOCKGAUGE_STORAGE_TEARDOWN_RETRY_H_

#include "locks/backend.h"
#include "storage/selem.h"
#include "storage/teardown/sides.h"
#include "storage/unlink.h"

namespace lockgauge::storage::teardown {

// Teardown as posted second: the old form, which asks again until it gets the
// lock. Loses nothing, and may take for ever: no failure of a lock ends it.
template <class C>
class Retry {
  using B = typename C::Backend;

 public:
  static constexpr bool kFreesLinked = false;

  static void map_free(Smap<C>& smap) {
    begin_map_free(smap);
    walk(smap, [&smap](Selem<C>& selem, Bucket<C>&) {
      until_ok(smap.type(),
               [&] { return unlink<Domain::kNormal>(smap, selem); });
    });
    end_map_free(smap);
  }

  static void destroy(Owner<C>& owner) {
    with_storage(owner, [&type = owner.type](LocalStorage<C>& storage) {
      bool last = false;
      until_ok(type, [&] { return acquire<B>(storage.lock); });
      walk(storage, [&](Selem<C>& selem) {
        Smap<C>& smap = *selem.sdata.smap.load(std::memory_order_relaxed);
        until_ok(type, [&] { return unlink_map(smap, selem, storage); });
        last = unlink_storage(storage, selem, smap);
        free_unlinked<Domain::kNormal>(smap, selem);
      });
      release<B>(storage.lock);
      if (last) free_storage<Domain::kNormal>(type, storage);
    });
  }

 private:
  template <class Operation>
  static void until_ok(StorageType<C>& type, Operation operation) {
    while (operation() != Result::kOk) {
      type.events.retry();
      C::P::relax();
    }
  }
};

}  // namespace lockgauge::storage::teardown

#endif  // LOCKGAUGE_STORAGE_TEARDOWN_RETRY_H_
