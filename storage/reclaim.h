#ifndef LOCKGAUGE_STORAGE_RECLAIM_H_
#define LOCKGAUGE_STORAGE_RECLAIM_H_

#include <cstddef>

#include "storage/smap.h"
#include "storage/tasks_trace.h"
#include "storage/types.h"

// How elements and storages leave, and what their special fields do. What every
// function here frees is on no list any more; readers may still be on it.
namespace lockgauge::storage {

// Whose readers an object waits for.
//   kTasksTrace  what programs and system calls deleted or replaced: sleepable
//                programs may have it (kernel: reuse_now is false).
//   kNormal      what teardown freed and what lost a race: no program can have
//                it, only walkers of the lists.
enum class Domain { kNormal, kTasksTrace };

// A function of its own, so that the window test finds the one indirect call.
template <class C>
[[gnu::cold, gnu::noinline]] void call_free_fields(Smap<C>& smap,
                                                   Selem<C>& selem) {
  if (!smap.type().audit.freed(selem.mark, Kind::kFields)) return;
  const SpecialFields& fields = smap.attr().fields;
  fields.free(selem.sdata.value(), fields.context);
}

// The special fields of the element's value, now.
template <class C>
void free_fields(Smap<C>& smap, Selem<C>& selem) {
  if (smap.has_fields()) [[unlikely]] {
    call_free_fields(smap, selem);
  }
}

// The object of type T that a head is part of.
template <class T, class Head>
T& of_rcu_head(Head* head) {
  return *reinterpret_cast<T*>(reinterpret_cast<std::byte*>(head) -
                               offsetof(T, rcu));
}

// An object of the engine back to its slab.
template <class T, class P>
void give_back(typename P::RcuHead* head) {
  Slabs<P>::give(&of_rcu_head<T>(head));
}

template <class C>
void give_back_with_fields(typename C::P::RcuHead* head) {
  auto& selem = of_rcu_head<Selem<C>>(head);
  free_fields(*selem.sdata.smap.load(std::memory_order_relaxed), selem);
  Slabs<typename C::P>::give(&selem);
}

template <Domain kDomain, class P, void (*kReclaim)(typename P::RcuHead*)>
void defer(typename P::RcuHead& head) {
  if constexpr (kDomain == Domain::kTasksTrace) {
    TasksTrace<P>::template call<kReclaim>(head);
  } else {
    P::call_rcu(head, kReclaim);
  }
}

// An element whose fields are freed, or are none.
template <Domain kDomain, class C>
void free_selem(StorageType<C>& type, Selem<C>& selem) {
  using P = typename C::P;
  if (!type.audit.freed(selem.mark, Kind::kElement)) return;
  defer<kDomain, P, give_back<Selem<C>, P>>(selem.rcu);
}

// An element that was deleted or replaced, or that teardown took off both its
// lists in the order that delete does. REQUIRES: the map alive until
// reclaim_barrier(), which map_free() waits for.
template <Domain kDomain, class C>
void free_unlinked(Smap<C>& smap, Selem<C>& selem) {
  using P = typename C::P;
  if constexpr (C::Era::fields_deferred) {
    if (smap.has_fields()) [[unlikely]] {
      if (smap.type().audit.freed(selem.mark, Kind::kElement)) {
        defer<kDomain, P, give_back_with_fields<C>>(selem.rcu);
      }
      return;
    }
  }
  free_selem<kDomain>(smap.type(), selem);
}

template <Domain kDomain, class C>
void free_storage(StorageType<C>& type, LocalStorage<C>& storage) {
  using P = typename C::P;
  if (!type.audit.freed(storage.mark, Kind::kStorage)) return;
  defer<kDomain, P, give_back<LocalStorage<C>, P>>(storage.rcu);
}

}  // namespace lockgauge::storage

#endif  // LOCKGAUGE_STORAGE_RECLAIM_H_
