#ifndef LOCKGAUGE_STORAGE_PROGRAM_H_
#define LOCKGAUGE_STORAGE_PROGRAM_H_

#include "storage/lookup.h"
#include "storage/unlink.h"
#include "storage/update.h"

// The engine as BPF programs call it (bpf_task_storage_get and _delete, in the
// flavour of programs that can recurse): through the gate, which may refuse.
// REQUIRES of all: rcu_read_lock() held, as programs run; pinned where the
// backend has a gate.
namespace lockgauge::storage::program {

// The owner's value. kNoEnt: it has none.
template <class C>
inline Outcome<C> get(Owner<C>& owner, Smap<C>& smap) {
  typename C::Gate& gate = smap.type().gate;
  typename C::Gate::Pass pass;
  // Refused, a program still reads what is there; it only must not take the
  // lock that remembering it would need.
  const bool entered = gate.try_enter(pass);
  Sdata<C>* const sdata =
      lookup(owner, smap, entered ? CacheInsert::kYes : CacheInsert::kNo);
  if (entered) gate.leave(pass);
  return {sdata == nullptr ? Result::kNoEnt : Result::kOk, sdata};
}

// The owner's value, made of *value (null: zeroes) if there is none. The kernel
// returns null for every failure; here the reason stays. kBusy: the gate
// refused and there was none yet.
template <class C>
inline Outcome<C> get_or_create(Owner<C>& owner, Smap<C>& smap,
                                const void* value) {
  typename C::Gate& gate = smap.type().gate;
  typename C::Gate::Pass pass;
  const bool entered = gate.try_enter(pass);
  Outcome<C> outcome{
      Result::kOk,
      lookup(owner, smap, entered ? CacheInsert::kYes : CacheInsert::kNo)};
  if (outcome.sdata == nullptr) {
    if (entered) {
      outcome = update(owner, smap, value, Flag::kNoExist);
    } else {
      outcome.result = Result::kBusy;
    }
  }
  if (entered) gate.leave(pass);
  return outcome;
}

// Replaces or makes the owner's value. The kernel lets only system calls do
// this; for programs it is delete and create in one.
template <class C>
inline Outcome<C> put(Owner<C>& owner, Smap<C>& smap, const void* value) {
  typename C::Gate& gate = smap.type().gate;
  typename C::Gate::Pass pass;
  if (!gate.try_enter(pass)) return {Result::kBusy, nullptr};
  const Outcome<C> outcome = update(owner, smap, value, Flag::kAny);
  gate.leave(pass);
  return outcome;
}

// kNoEnt before kBusy: whether it is there is looked up in any case.
template <class C>
inline Result remove(Owner<C>& owner, Smap<C>& smap) {
  typename C::Gate& gate = smap.type().gate;
  typename C::Gate::Pass pass;
  const bool entered = gate.try_enter(pass);
  Result result = Result::kNoEnt;
  if (Sdata<C>* const sdata = lookup(owner, smap, CacheInsert::kNo)) {
    result = entered ? unlink(smap, *Selem<C>::of_sdata(sdata)) : Result::kBusy;
  }
  if (entered) gate.leave(pass);
  return result;
}

}  // namespace lockgauge::storage::program

#endif  // LOCKGAUGE_STORAGE_PROGRAM_H_
