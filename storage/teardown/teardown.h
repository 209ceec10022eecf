#ifndef LOCKGAUGE_STORAGE_TEARDOWN_TEARDOWN_H_
#define LOCKGAUGE_STORAGE_TEARDOWN_TEARDOWN_H_

#include "storage/teardown/assert.h"
#include "storage/teardown/link_count.h"
#include "storage/teardown/nofail.h"
#include "storage/teardown/nofail_fixed.h"
#include "storage/teardown/old.h"
#include "storage/teardown/retry.h"

namespace lockgauge::storage {

// Frees all values of a map, whose memory the caller may give back when this
// returns. May wait (grace periods); never fails. Nobody else may be using the
// map; owners may die meanwhile.
template <class C>
void map_free(Smap<C>& smap) {
  C::Era::template Teardown<C>::map_free(smap);
}

// Frees all values of an owner that is dead: nobody else may be using it, for a
// grace period already. Maps may be freed meanwhile. Never fails, and does not
// wait for grace periods.
template <class C>
void destroy(Owner<C>& owner) {
  C::Era::template Teardown<C>::destroy(owner);
}

}  // namespace lockgauge::storage

#endif  // LOCKGAUGE_STORAGE_TEARDOWN_TEARDOWN_H_
