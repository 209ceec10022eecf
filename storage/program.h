#ifndef LOCKGAUGE_STORAGE_PROGRAM_H_
#define LOCKGAUGE_STORAGE_PROGRAM_H_

#include "storage/lookup.h"
#include "storage/unlink.h"
#include "storage/update.h"

// The engine as BPF programs call it: through the gate, which may refuse.
// REQUIRES of all: rcu_read_lock() held, as programs run; pinned where the
// backend has a gate.
namespace lockgauge::storage::program {

// The kernel keeps most programs from running inside themselves; those it does
// not check (LSM, struct_ops, iterators) enter task storage's gate as system
// calls do. kChecked: bpf_task_storage_get_recur and _delete_recur.
enum class Recursion { kChecked, kUnchecked };

// False: refused.
template <Recursion R, class C>
inline bool enter(StorageType<C>& type, typename C::Gate::Pass& pass) {
  if constexpr (R == Recursion::kUnchecked && !C::OwnerType::always_asks) {
    pass = type.gate.enter();
    return true;
  } else {
    return type.gate.try_enter(pass);
  }
}

// The owner's value. kNoEnt: it has none.
template <Recursion R = Recursion::kChecked, class C>
inline Outcome<C> get(Owner<C>& owner, Smap<C>& smap) {
  typename C::Gate::Pass pass;
  // Refused, a program still reads what is there; it only must not take the
  // lock that remembering it would need.
  const bool entered = enter<R>(smap.type(), pass);
  Sdata<C>* const sdata =
      lookup(owner, smap, entered ? CacheInsert::kYes : CacheInsert::kNo);
  if (entered) smap.type().gate.leave(pass);
  return {sdata == nullptr ? Result::kNoEnt : Result::kOk, sdata};
}

// A new value for an owner that has none, unless the owner is going.
template <class C>
inline Outcome<C> create(Owner<C>& owner, Smap<C>& smap, const void* value) {
  if (!owner.life.begin_create()) return {Result::kNoEnt, nullptr};
  const Outcome<C> outcome = update(owner, smap, value, Flag::kNoExist);
  owner.life.end_create();
  return outcome;
}

// The owner's value, made of *value (null: zeroes) if there is none. The kernel
// returns null for every failure; here the reason stays.
//   kBusy    the gate refused, and there was none yet.
//   kNoEnt   the owner is going, and there was none.
//   others   as update().
template <Recursion R = Recursion::kChecked, class C>
inline Outcome<C> get_or_create(Owner<C>& owner, Smap<C>& smap,
                                const void* value) {
  typename C::Gate::Pass pass;
  const bool entered = enter<R>(smap.type(), pass);
  Outcome<C> outcome{
      Result::kOk,
      lookup(owner, smap, entered ? CacheInsert::kYes : CacheInsert::kNo)};
  if (outcome.sdata == nullptr) {
    if (entered) {
      outcome = create(owner, smap, value);
    } else {
      outcome.result = Result::kBusy;
    }
  }
  if (entered) smap.type().gate.leave(pass);
  return outcome;
}

// Replaces or makes the owner's value. The kernel lets only system calls do
// this; for programs it is delete and create in one.
template <Recursion R = Recursion::kChecked, class C>
inline Outcome<C> put(Owner<C>& owner, Smap<C>& smap, const void* value) {
  typename C::Gate::Pass pass;
  if (!enter<R>(smap.type(), pass)) return {Result::kBusy, nullptr};
  const Outcome<C> outcome = update(owner, smap, value, Flag::kAny);
  smap.type().gate.leave(pass);
  return outcome;
}

// Refused by the gate, it is kBusy: for cgroups in any case, for tasks only if
// there was something to delete, else kNoEnt.
template <Recursion R = Recursion::kChecked, class C>
inline Result remove(Owner<C>& owner, Smap<C>& smap) {
  typename C::Gate::Pass pass;
  const bool entered = enter<R>(smap.type(), pass);
  if constexpr (C::OwnerType::delete_asks_first) {
    if (!entered) return Result::kBusy;
  }
  Result result = Result::kNoEnt;
  if (Sdata<C>* const sdata = lookup(owner, smap, CacheInsert::kNo)) {
    result = entered ? unlink(smap, *Selem<C>::of_sdata(sdata)) : Result::kBusy;
  }
  if (entered) smap.type().gate.leave(pass);
  return result;
}

}  // namespace lockgauge::storage::program

#endif  // LOCKGAUGE_STORAGE_PROGRAM_H_
