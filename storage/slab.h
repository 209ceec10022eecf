#ifndef LOCKGAUGE_STORAGE_SLAB_H_
#define LOCKGAUGE_STORAGE_SLAB_H_

#include <algorithm>
#include <array>
#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <memory>

#include "locks/cache_line.h"
#include "locks/platform/platform.h"

namespace lockgauge::storage {

// Where elements come from: the place of the kernel's kmalloc_nolock. Sizes are
// rounded up to powers of two; each execution slot carves its own slabs and
// keeps its own shelf of free objects, so that taking one is two loads and a
// store on lines that nobody else writes. Whoever frees an object sends it
// back to the shelf it came from. Free objects are poisoned: whoever still uses
// one is caught wherever the platform can tell.
//
//   slab, aligned            +--------+--------+--------+--------+---
//                            | header | object | object | object | ...
//                            +--------+--------+--------+--------+---
//
// Thread-safety: take() by any slot, also from an NMI-like context (which has a
// shelf apart, of one slab); give() by any thread.
template <StoragePlatform P>
class Slabs {
 public:
  // Like the largest kmalloc cache with 4 KiB pages: larger objects cannot be
  // had.
  static constexpr std::size_t kMaxBytes = 8192;

  Slabs() = default;
  Slabs(const Slabs&) = delete;
  Slabs& operator=(const Slabs&) = delete;

  // Nothing may be in use or on its way back.
  ~Slabs() {
    Header* slab = slabs_.load(std::memory_order_acquire);
    while (slab != nullptr) {
      Header* const next = slab->next;
      P::deallocate(slab);
      slab = next;
    }
  }

  // An object of at least `bytes`, cache-line aligned, contents undefined; null
  // if too large or out of memory.
  void* take(std::size_t bytes) {
    if (bytes > kMaxBytes) return nullptr;
    const int size_class = class_of(bytes);
    Shelves& own = shelves_[P::slot()].value;
    Shelf& shelf = own[P::in_nmi()][size_class];
    if (shelf.free == nullptr) {
      // Acquire pairs with give(): the last user is done with the memory.
      shelf.free = shelf.returned.exchange(nullptr, std::memory_order_acquire);
      if (shelf.free == nullptr && !P::in_nmi()) grow(own, size_class);
    }
    Object* const object = shelf.free;
    if (object == nullptr) return nullptr;
    P::unpoison(object, kMinBytes << size_class);
    shelf.free = object->next;
    return object;
  }

  static void give(void* memory) {
    auto* const object = static_cast<Object*>(memory);
    const auto address = reinterpret_cast<std::uintptr_t>(memory);
    auto* const slab = reinterpret_cast<Header*>(address & ~(kSlabBytes - 1));
    auto& returned = slab->home->returned;
    Object* next = returned.load(std::memory_order_relaxed);
    for (;;) {
      object->next = next;
      // Before it is on the shelf, and not after: it may be taken at once.
      P::poison(object, slab->object_bytes);
      if (returned.compare_exchange_weak(next, object,
                                         std::memory_order_release,
                                         std::memory_order_relaxed)) {
        return;
      }
      P::unpoison(object, slab->object_bytes);
    }
  }

  // What is taken and not given back, rounded up as it was taken. Counted, not
  // kept: walks all free objects. Nobody may take or give meanwhile.
  std::size_t bytes_in_use() const {
    std::size_t bytes = 0;
    for (const Header* slab = slabs_.load(std::memory_order_acquire);
         slab != nullptr; slab = slab->next) {
      bytes += (kSlabBytes - sizeof(Header)) / slab->object_bytes *
               slab->object_bytes;
    }
    for (std::uint32_t slot = 0; slot < P::kMaxSlots; ++slot) {
      for (const auto& shelves : shelves_[slot].value) {
        for (int size_class = 0; size_class < kClasses; ++size_class) {
          const Shelf& shelf = shelves[size_class];
          const std::size_t objects =
              count(shelf.free) +
              count(shelf.returned.load(std::memory_order_acquire));
          bytes -= objects * (kMinBytes << size_class);
        }
      }
    }
    return bytes;
  }

 private:
  // A platform on which memory is dear to make may want small ones.
  static constexpr std::size_t kSlabBytes = [] {
    if constexpr (requires { P::kSlabBytes; }) return P::kSlabBytes;
    return std::size_t{64} * 1024;
  }();
  static constexpr std::size_t kMinBytes = 64;
  static constexpr int kClasses = std::countr_zero(kMaxBytes / kMinBytes) + 1;

  struct Object {
    Object* next;
  };
  // Two lines: the owner's own, and the one that others write.
  struct Shelf {
    Object* free = nullptr;
    bool filled = false;
    alignas(kCacheLineBytes)
        typename P::template Atomic<Object*> returned{nullptr};
  };
  struct alignas(kMinBytes) Header {
    Header* next;
    Shelf* home;
    std::size_t object_bytes;
  };

  using Shelves = std::array<std::array<Shelf, kClasses>, 2>;

  static int class_of(std::size_t bytes) {
    return std::countr_zero(std::bit_ceil(std::max(bytes, kMinBytes)) /
                            kMinBytes);
  }

  static std::size_t count(Object* object) {
    std::size_t objects = 0;
    while (object != nullptr) {
      P::unpoison(object, sizeof(Object));
      Object* const next = object->next;
      P::poison(object, sizeof(Object));
      object = next;
      ++objects;
    }
    return objects;
  }

  // Both shelves of the class, the one for NMI-like contexts only once: these
  // cannot allocate, so what they may need is put there beforehand.
  [[gnu::cold, gnu::noinline]] void grow(Shelves& own, int size_class) {
    add_slab(own[0][size_class], size_class);
    Shelf& for_nmi = own[1][size_class];
    if (for_nmi.filled) return;
    for_nmi.filled = true;
    add_slab(for_nmi, size_class);
  }

  void add_slab(Shelf& shelf, int size_class) {
    void* const memory = P::allocate(kSlabBytes, kSlabBytes);
    if (memory == nullptr) return;
    const std::size_t bytes = kMinBytes << size_class;
    auto* const slab = new (memory) Header{nullptr, &shelf, bytes};
    slab->next = slabs_.load(std::memory_order_relaxed);
    while (!slabs_.compare_exchange_weak(slab->next, slab,
                                         std::memory_order_release,
                                         std::memory_order_relaxed)) {
    }
    auto* const begin = static_cast<std::byte*>(memory) + sizeof(Header);
    auto* const end = static_cast<std::byte*>(memory) + kSlabBytes;
    Object* all = nullptr;
    for (auto* object = begin; object + bytes <= end; object += bytes) {
      all = new (object) Object{all};
    }
    P::poison(begin, static_cast<std::size_t>(end - begin) / bytes * bytes);
    // In one step: an NMI-like context may come any time.
    P::compiler_barrier();
    shelf.free = all;
  }

  std::unique_ptr<Padded<Shelves>[]> shelves_ {
    new Padded<Shelves>[ P::kMaxSlots ]
  };
  typename P::template Atomic<Header*> slabs_{nullptr};
};

}  // namespace lockgauge::storage

#endif  // LOCKGAUGE_STORAGE_SLAB_H_
