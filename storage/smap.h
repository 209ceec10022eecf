#ifndef LOCKGAUGE_STORAGE_SMAP_H_
#define LOCKGAUGE_STORAGE_SMAP_H_

#include <algorithm>
#include <atomic>
#include <bit>
#include <cstdint>
#include <cstring>
#include <new>
#include <utility>

#include "locks/cache_line.h"
#include "locks/platform/allocator.h"
#include "locks/result.h"
#include "storage/map_attr.h"
#include "storage/types.h"
#include "storage/value_lock.h"

namespace lockgauge::storage {

// How a map's buckets lie: several to a cache line as in the kernel, so that
// locks of different buckets share one, or each in a line of its own.
enum class BucketSpacing { kDense, kLines };

// A local-storage map: one value of value_size bytes for each owner that has
// one. Elements hang off a hash table only so that the map can find them when
// it is freed (map_free(), teardown.h); lookup goes through the owner.
template <class C>
class Smap {
 public:
  using ValueLock = storage::ValueLock<typename C::P>;

  // REQUIRES: check(attr) is kOk. `buckets`: a power of two, at least 2 (with
  // one, the hash would shift by all its 64 bits); the kernel's choice is
  // default_buckets().
  Smap(StorageType<C>& type, const MapAttr& attr,
       std::uint32_t buckets = default_buckets(),
       BucketSpacing spacing = BucketSpacing::kDense)
      : type_(type),
        value_bytes_(attr.value_bytes),
        plain_(!attr.lock_offset && attr.fields.free == nullptr),
        cache_index_(type.cache_indices.take()),
        hash_shift_(64 - std::countr_zero(buckets)),
        spacing_shift_(spacing == BucketSpacing::kLines ? kLineShift : 0),
        buckets_(buckets << spacing_shift_),
        attr_(attr) {}
  // Plain values of so many bytes.
  Smap(StorageType<C>& type, std::size_t value_bytes,
       std::uint32_t buckets = default_buckets())
      : Smap(type,
             MapAttr{.value_bytes = static_cast<std::uint32_t>(value_bytes)},
             buckets) {}
  Smap(const Smap&) = delete;
  Smap& operator=(const Smap&) = delete;

  static std::uint32_t default_buckets() {
    return std::max(2u, std::bit_ceil(C::P::cpu_limit()));
  }

  StorageType<C>& type() const { return type_; }
  const MapAttr& attr() const { return attr_; }
  std::size_t value_bytes() const { return value_bytes_; }
  std::size_t elem_bytes() const {
    return offsetof(Selem<C>, sdata) + sizeof(Sdata<C>) + value_bytes_;
  }
  bool has_fields() const { return !plain_ && attr_.fields.free != nullptr; }
  int cache_index() const { return cache_index_; }

  // Makes a value of new memory: a copy of *from, or zeroes for null.
  void init_value(std::byte* value, const void* from) const {
    if (plain_) [[likely]] {
      if (from == nullptr) {
        std::memset(value, 0, value_bytes_);
      } else {
        std::memcpy(value, from, value_bytes_);
      }
      return;
    }
    std::memset(value, 0, value_bytes_);
    if (attr_.lock_offset) new (value + *attr_.lock_offset) ValueLock;
    if (from != nullptr) copy_value(value, from);
  }

  // Copies what is neither the value's lock nor its special fields.
  void copy_value(std::byte* to, const void* from) const {
    const auto* const source = static_cast<const std::byte*>(from);
    struct Hole {
      std::size_t offset;
      std::size_t bytes;
    };
    Hole first{attr_.lock_offset.value_or(0),
               attr_.lock_offset ? sizeof(ValueLock) : 0};
    Hole second{attr_.fields.offset, attr_.fields.bytes};
    if (second.offset < first.offset) std::swap(first, second);
    std::size_t at = 0;
    for (const Hole& hole : {first, second, Hole{value_bytes_, 0}}) {
      if (hole.offset > at) {
        std::memcpy(to + at, source + at, hole.offset - at);
      }
      at = std::max(at, hole.offset + hole.bytes);
    }
  }

  // REQUIRES: the map has a value lock. Its holder takes no other lock.
  ValueLock& lock_of(Sdata<C>& sdata) const {
    return *std::launder(
        reinterpret_cast<ValueLock*>(sdata.value() + *attr_.lock_offset));
  }

  Bucket<C>& bucket_of(const Selem<C>& selem, const LocalStorage<C>* storage) {
    const void* key = &selem;
    if constexpr (C::Era::bucket_by_owner) key = storage;
    // The kernel's hash_ptr(): multiplicative, by the golden ratio.
    const std::uint64_t hash =
        reinterpret_cast<std::uintptr_t>(key) * 0x61C8864680B583EBu;
    return buckets_[hash >> hash_shift_ << spacing_shift_];
  }

  // The map is being freed: no copies of its values for new owners any more.
  bool dying() const { return dying_.load(std::memory_order_relaxed); }
  void die() { dying_.store(true, std::memory_order_relaxed); }

  // Racy while others use the map.
  bool empty() const {
    return std::all_of(buckets_.begin(), buckets_.end(),
                       [](const Bucket<C>& one) { return one.list.empty(); });
  }

  // Buckets that nothing hashes to, between spaced ones, are empty.
  auto begin() { return buckets_.begin(); }
  auto end() { return buckets_.end(); }

 private:
  StorageType<C>& type_;
  const std::size_t value_bytes_;
  const bool plain_;  // no part of the value is special
  const int cache_index_;
  const int hash_shift_;
  // Of an index: only every 2^n-th bucket is used.
  static constexpr int kLineShift = std::countr_zero(
      std::bit_ceil((kCacheLineBytes + sizeof(Bucket<C>) - 1) /
                    sizeof(Bucket<C>)));
  const int spacing_shift_;
  typename C::P::template Atomic<bool> dying_{false};
  // Buckets begin at a line, as the kernel's do: which of them share one is no
  // accident of the heap.
  Vector<typename C::P, Bucket<C>> buckets_;
  const MapAttr attr_;  // behind what every operation reads
};

}  // namespace lockgauge::storage

#endif  // LOCKGAUGE_STORAGE_SMAP_H_
