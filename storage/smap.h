#ifndef LOCKGAUGE_STORAGE_SMAP_H_
#define LOCKGAUGE_STORAGE_SMAP_H_

#include <algorithm>
#include <bit>
#include <cstdint>
#include <memory>
#include <new>
#include <type_traits>

#include "locks/cache_line.h"
#include "locks/result.h"
#include "storage/types.h"

namespace lockgauge::storage {

// A local-storage map: one value of value_size bytes for each owner that has
// one. Elements hang off a hash table only so that the map can find them when
// it is freed (map_free(), teardown.h); lookup goes through the owner.
template <class C>
class Smap {
 public:
  // What the 16-bit element size leaves (kernel: MAX_VALUE_SIZE).
  static constexpr std::size_t kMaxValueBytes = 65535 - 128;

  // kInvalid for 0, kTooBig above the limit. Values above what Slabs can give
  // are accepted, as in the kernel, and fail at each create with kNoMem.
  static Result check(std::size_t value_bytes) {
    if (value_bytes == 0) return Result::kInvalid;
    return value_bytes > kMaxValueBytes ? Result::kTooBig : Result::kOk;
  }

  // REQUIRES: check(value_bytes) is kOk. `buckets`: a power of two, at least 2
  // (with one, the hash would shift by all its 64 bits); the kernel's choice is
  // default_buckets().
  Smap(StorageType<C>& type, std::size_t value_bytes,
       std::uint32_t buckets = default_buckets())
      : type_(type),
        value_bytes_(value_bytes),
        cache_index_(type.cache_indices.take()),
        hash_shift_(64 - std::countr_zero(buckets)),
        bucket_count_(buckets),
        buckets_(new (std::align_val_t{kCacheLineBytes}) Bucket<C>[buckets]) {}
  Smap(const Smap&) = delete;
  Smap& operator=(const Smap&) = delete;

  static std::uint32_t default_buckets() {
    return std::max(2u, std::bit_ceil(C::P::cpu_limit()));
  }

  StorageType<C>& type() const { return type_; }
  std::size_t value_bytes() const { return value_bytes_; }
  std::size_t elem_bytes() const {
    return offsetof(Selem<C>, sdata) + sizeof(Sdata<C>) + value_bytes_;
  }
  int cache_index() const { return cache_index_; }

  Bucket<C>& bucket_of(const Selem<C>& selem, const LocalStorage<C>* storage) {
    const void* key = &selem;
    if constexpr (C::Era::bucket_by_owner) key = storage;
    // The kernel's hash_ptr(): multiplicative, by the golden ratio.
    const std::uint64_t hash =
        reinterpret_cast<std::uintptr_t>(key) * 0x61C8864680B583EBu;
    return buckets_[hash >> hash_shift_];
  }

  // Racy while others use the map.
  bool empty() const {
    return std::all_of(buckets_.get(), buckets_.get() + bucket_count_,
                       [](const Bucket<C>& one) { return one.list.empty(); });
  }

  Bucket<C>* begin() { return buckets_.get(); }
  Bucket<C>* end() { return buckets_.get() + bucket_count_; }

 private:
  StorageType<C>& type_;
  const std::size_t value_bytes_;
  const int cache_index_;
  const int hash_shift_;
  const std::uint32_t bucket_count_;
  // Buckets begin at a line, as the kernel's do: which of them share one is no
  // accident of the heap.
  static_assert(std::is_trivially_destructible_v<Bucket<C>>);
  struct Delete {
    void operator()(Bucket<C>* buckets) const {
      ::operator delete[](buckets, std::align_val_t{kCacheLineBytes});
    }
  };
  const std::unique_ptr<Bucket<C>[], Delete> buckets_;
};

}  // namespace lockgauge::storage

#endif  // LOCKGAUGE_STORAGE_SMAP_H_
