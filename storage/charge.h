#ifndef LOCKGAUGE_STORAGE_CHARGE_H_
#define LOCKGAUGE_STORAGE_CHARGE_H_

#include <atomic>
#include <cstdint>

#include "storage/types.h"

namespace lockgauge::storage {

// The memory charge of charged owner types; nothing at all for the others.

// False if the owner would reach its limit.
template <class C>
bool charge(Owner<C>& owner, std::uint64_t bytes) {
  if constexpr (C::OwnerType::charged) {
    const std::uint64_t limit = owner.type.optmem_max_bytes;
    std::uint64_t now = owner.omem_bytes.load(std::memory_order_relaxed);
    do {
      if (bytes > limit || now + bytes >= limit) return false;
    } while (!owner.omem_bytes.compare_exchange_weak(
        now, now + bytes, std::memory_order_relaxed,
        std::memory_order_relaxed));
  }
  return true;
}

template <class C>
void uncharge(Owner<C>& owner, std::uint64_t bytes) {
  if constexpr (C::OwnerType::charged) {
    owner.omem_bytes.fetch_sub(bytes, std::memory_order_relaxed);
  }
}

}  // namespace lockgauge::storage

#endif  // LOCKGAUGE_STORAGE_CHARGE_H_
