#ifndef LOCKGAUGE_STORAGE_TYPES_H_
#define LOCKGAUGE_STORAGE_TYPES_H_

#include <atomic>
#include <cstddef>
#include <cstdint>

#include "locks/platform/platform.h"
#include "storage/cache.h"
#include "storage/hlist.h"
#include "storage/policies.h"
#include "storage/slab.h"
#include "storage/tasks_trace.h"
#include "storage/teardown_events.h"

// The objects of the kernel's bpf_local_storage, under its names:
//
//   Owner --> LocalStorage --list--> Selem <-----> Selem <-----> ...
//             lock, cache[16]          |  snode      |
//                                      |  map_node   |
//   Smap ---> Bucket --list------------+             |
//        \    lock                                   |
//         --> Bucket --list--------------------------+
//
// An element (selem) is on two lists, each under a lock of its own; lock order
// is LocalStorage, then Bucket. Readers hold no lock, only rcu_read_lock().
namespace lockgauge::storage {

template <class C>
struct LocalStorage;
template <class C>
class Smap;
template <class C>
struct StorageType;

// What a program sees of an element: the map (which is the key) and the value,
// which starts right behind.
template <class C>
struct Sdata {
  template <class T>
  using Atomic = typename C::P::template Atomic<T>;

  // Null once the map is being freed and its side is done.
  Atomic<Smap<C>*> smap{nullptr};

  std::byte* value() { return reinterpret_cast<std::byte*>(this + 1); }
};

// One value: of one owner in one map.
template <class C>
struct Selem {
  template <class T>
  using Atomic = typename C::P::template Atomic<T>;

  // Bits of `state`, which is teardown's: its forms differ in what they mean.
  static constexpr std::uint32_t kMapUnlinked = 1;
  static constexpr std::uint32_t kStorageUnlinked = 2;
  static constexpr std::uint32_t kToFree = 4;

  HlistNode<typename C::P> map_node;  // under the bucket's lock
  HlistNode<typename C::P> snode;     // under the storage's lock
  Atomic<LocalStorage<C>*> local_storage{nullptr};
  typename C::P::RcuHead rcu{};
  Atomic<std::uint32_t> state{0};
  [[no_unique_address]] typename C::Audit::template Mark<typename C::P> mark;
  // A line of its own: readers of the value do not meet list surgery.
  alignas(64) Sdata<C> sdata;

  static Selem* of(HlistNode<typename C::P>* node, std::size_t offset) {
    return node == nullptr ? nullptr
                           : reinterpret_cast<Selem*>(
                                 reinterpret_cast<std::byte*>(node) - offset);
  }
  static Selem* of_map_node(HlistNode<typename C::P>* node) {
    return of(node, offsetof(Selem, map_node));
  }
  static Selem* of_snode(HlistNode<typename C::P>* node) {
    return of(node, offsetof(Selem, snode));
  }
  static Selem* of_sdata(Sdata<C>* sdata) {
    return reinterpret_cast<Selem*>(reinterpret_cast<std::byte*>(sdata) -
                                    offsetof(Selem, sdata));
  }
};

// An owner of values: a task, a cgroup, an inode, a socket. Must outlive
// everybody who works on it by one grace period; destroy() it first.
template <class C>
struct Owner {
  template <class T>
  using Atomic = typename C::P::template Atomic<T>;

  explicit Owner(StorageType<C>& of_type) : type(of_type) {}

  StorageType<C>& type;
  // Set by the first create, cleared when the last element goes.
  Atomic<LocalStorage<C>*> storage{nullptr};
  // Charged types: bytes charged now (the kernel's sk_omem_alloc).
  Atomic<std::uint64_t> omem_bytes{0};
  // Whether programs may still create values.
  [[no_unique_address]] typename C::OwnerType::template Life<typename C::P>
      life;
};

// All values of one owner.
template <class C>
struct LocalStorage {
  template <class T>
  using Atomic = typename C::P::template Atomic<T>;

  explicit LocalStorage(Owner<C>& of_owner)
      : owner(&of_owner), type(&of_owner.type) {}

  // What each cache index was last looked up as; written under `lock`.
  Atomic<Sdata<C>*> cache[kCacheSize] = {};
  HlistHead<typename C::P> list;
  Atomic<Owner<C>*> owner;
  typename C::P::RcuHead rcu{};
  typename C::Lock lock;
  // Copy of what the owner is charged for this storage; written under `lock`,
  // read by destroy() after the last reference is gone.
  Atomic<std::uint64_t> mem_charge_bytes{sizeof(LocalStorage)};
  // Who may still account to the owner: 1 for the owner, 1 for each map_free
  // that is at it.
  Atomic<std::uint32_t> owner_refcnt{1};
  // For what is still to do when the owner is gone; not in the kernel.
  StorageType<C>* const type;
  [[no_unique_address]] typename C::Audit::template Mark<typename C::P> mark;
};

// 16 bytes with a 4-byte lock: four bucket locks share a line, as in the
// kernel.
template <class C>
struct Bucket {
  HlistHead<typename C::P> list;
  typename C::Lock lock;
};

// What all maps and owners of one type share. Outlives them.
template <class C>
struct StorageType {
  StorageType() = default;
  // What is on its way back to `memory` must have arrived.
  ~StorageType() { reclaim_barrier<typename C::P>(); }

  CacheIndexTable cache_indices;
  typename C::Gate gate;
  Slabs<typename C::P> memory;
  TeardownEvents<typename C::P> events;
  [[no_unique_address]] typename C::Audit::template Book<typename C::P> audit;
  // Asked by map_free after each element: true lets it pause, out of its read
  // section, and begin its bucket anew (kernel: cond_resched_rcu). Null: never.
  bool (*need_resched)() = nullptr;
  // Charged types: an owner may hold less than this (net.core.optmem_max).
  std::uint64_t optmem_max_bytes = 131072;
};

}  // namespace lockgauge::storage

#endif  // LOCKGAUGE_STORAGE_TYPES_H_
