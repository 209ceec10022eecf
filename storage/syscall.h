#ifndef LOCKGAUGE_STORAGE_SYSCALL_H_
#define LOCKGAUGE_STORAGE_SYSCALL_H_

#include "storage/lookup.h"
#include "storage/unlink.h"
#include "storage/update.h"

// The engine as bpf(2) calls it: through the gate unconditionally, so never
// refused, but refusing programs that preempt it.
// REQUIRES of all: rcu_read_lock() held; pinned where the backend has a gate.
namespace lockgauge::storage::syscall {

template <class C>
inline Sdata<C>* lookup(Owner<C>& owner, Smap<C>& smap) {
  typename C::Gate& gate = smap.type().gate;
  const auto pass = gate.enter();
  Sdata<C>* const sdata = storage::lookup(owner, smap, CacheInsert::kYes);
  gate.leave(pass);
  return sdata;
}

// As storage::update(). kNotSupp: kLock on values with user pointers.
template <class C>
inline Result update(Owner<C>& owner, Smap<C>& smap, const void* value,
                     Flag flags) {
  if (has(flags, Flag::kLock) && smap.attr().user_pointers) [[unlikely]] {
    return Result::kNotSupp;
  }
  typename C::Gate& gate = smap.type().gate;
  const auto pass = gate.enter();
  const Result result = storage::update(owner, smap, value, flags).result;
  gate.leave(pass);
  return result;
}

template <class C>
inline Result remove(Owner<C>& owner, Smap<C>& smap) {
  typename C::Gate& gate = smap.type().gate;
  const auto pass = gate.enter();
  const Result result = storage::remove(owner, smap);
  gate.leave(pass);
  return result;
}

}  // namespace lockgauge::storage::syscall

#endif  // LOCKGAUGE_STORAGE_SYSCALL_H_
