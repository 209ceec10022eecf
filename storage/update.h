#ifndef LOCKGAUGE_STORAGE_UPDATE_H_
#define LOCKGAUGE_STORAGE_UPDATE_H_

#include <atomic>
#include <cstdint>
#include <new>

#include "locks/backend.h"
#include "storage/lookup.h"
#include "storage/selem.h"
#include "storage/value_lock.h"

namespace lockgauge::storage {

// The kernel's flags of an update: one of the first three, and kLock for a
// value with a lock: copied into the value that is there, under its lock.
enum class Flag : std::uint64_t {
  kAny = 0,      // BPF_ANY
  kNoExist = 1,  // BPF_NOEXIST
  kExist = 2,    // BPF_EXIST
  kLock = 4      // BPF_F_LOCK
};
constexpr Flag operator|(Flag a, Flag b) {
  return Flag{static_cast<std::uint64_t>(a) | static_cast<std::uint64_t>(b)};
}
constexpr bool has(Flag flags, Flag one) {
  return (static_cast<std::uint64_t>(flags) &
          static_cast<std::uint64_t>(one)) != 0;
}

// An operation's result, and the value it found or made (null without).
template <class C>
struct Outcome {
  Result result;
  Sdata<C>* sdata;
};

// Puts the element on its bucket and the storage in the owner's place for it.
// False: somebody else's storage was first, and the element is off its bucket
// again. The exchange is the kernel's full-barrier cmpxchg.
template <class C>
bool publish_storage(Owner<C>& owner, LocalStorage<C>& storage) {
  LocalStorage<C>* none = nullptr;
  return owner.storage.compare_exchange_strong(
      none, &storage, std::memory_order_seq_cst, std::memory_order_relaxed);
}

// Whether the flags go together and with the map.
template <class C>
bool valid(Flag flags, const Smap<C>& smap) {
  if (flags <= Flag::kExist) [[likely]] {
    return true;
  }
  return has(flags, Flag::kLock) && flags <= (Flag::kExist | Flag::kLock) &&
         smap.attr().lock_offset.has_value();
}

// What the flags say to a value that is there, or is not (null).
template <class C>
Result check_flags(Flag flags, const Sdata<C>* found) {
  if (found != nullptr && has(flags, Flag::kNoExist)) return Result::kExist;
  if (found == nullptr && has(flags, Flag::kExist)) return Result::kNoEnt;
  return Result::kOk;
}

// Gives the owner its storage, with `selem` as its first element.
//   kNoMem, or why the bucket's lock failed: nothing happened.
//   kAgain: lost the race to be first. Nobody retries; that is the caller's.
template <class C>
Result create_storage(Owner<C>& owner, Smap<C>& smap, Selem<C>& selem) {
  using B = typename C::Backend;
  constexpr std::size_t kBytes = sizeof(LocalStorage<C>);
  if (!charge(owner, kBytes)) return Result::kNoMem;
  void* const memory = owner.type.memory.take(kBytes);
  if (memory == nullptr) {
    uncharge(owner, kBytes);
    return Result::kNoMem;
  }
  auto& storage = *new (memory) LocalStorage<C>(owner);
  link_storage(storage, selem, smap);

  Bucket<C>& bucket = smap.bucket_of(selem, &storage);
  if (const Result result = acquire<B>(bucket.lock); result != Result::kOk) {
    uncharge(owner, kBytes);
    Slabs<typename C::P>::give(memory);
    return result;
  }
  smap.type().audit.made(Kind::kStorage);
  bucket.list.add(selem.map_node);
  bool first;
  if constexpr (C::Era::nested_unlink) {
    first = publish_storage(owner, storage);
  } else {
    release<B>(bucket.lock);
    first = publish_storage(owner, storage);
    if (!first) (void)acquire<B>(bucket.lock);  // these eras: infallible
  }
  if (!first) selem.map_node.remove();
  if (!first || C::Era::nested_unlink) release<B>(bucket.lock);
  if (first) return Result::kOk;
  uncharge(owner, kBytes);
  // The bucket led here for a moment: map_free may still be looking.
  free_storage<Domain::kNormal>(smap.type(), storage);
  return Result::kAgain;
}

// The buckets of a new element and of the one it replaces (null: of none),
// locked. By owner they are one. Otherwise both locks are needed at once, so
// that a failure leaves everything as it was; two owners that take them in
// opposite order make each other fail.
template <class C>
class ReplaceSection {
  using B = typename C::Backend;

 public:
  ReplaceSection(Bucket<C>& bucket, Bucket<C>* old_bucket)
      : bucket_(bucket),
        other_(old_bucket == &bucket ? nullptr : old_bucket),
        result_(acquire<B>(bucket_.lock)) {
    if constexpr (!C::Era::bucket_by_owner) {
      if (result_ != Result::kOk || other_ == nullptr) return;
      result_ = acquire<B>(other_->lock);
      if (result_ != Result::kOk) release<B>(bucket_.lock);
    }
  }
  ~ReplaceSection() {
    if (result_ != Result::kOk) return;
    if constexpr (!C::Era::bucket_by_owner) {
      if (other_ != nullptr) release<B>(other_->lock);
    }
    release<B>(bucket_.lock);
  }
  ReplaceSection(const ReplaceSection&) = delete;
  ReplaceSection& operator=(const ReplaceSection&) = delete;

  Result result() const { return result_; }

 private:
  Bucket<C>& bucket_;
  Bucket<C>* const other_;
  Result result_;
};

// Puts `selem` on both lists, and takes `old` (null: nothing) off them. A
// failure leaves them as they were.
// REQUIRES: the storage's lock.
template <class C>
Result replace(LocalStorage<C>& storage, Smap<C>& smap, Selem<C>& selem,
               Selem<C>* old) {
  if constexpr (C::Era::nested_unlink) {
    Bucket<C>& bucket = smap.bucket_of(selem, &storage);
    Bucket<C>* old_bucket = nullptr;
    if constexpr (!C::Era::bucket_by_owner) {
      if (old != nullptr) old_bucket = &smap.bucket_of(*old, &storage);
    }
    const ReplaceSection<C> section(bucket, old_bucket);
    if (section.result() != Result::kOk) return section.result();
    bucket.list.add(selem.map_node);
    link_storage(storage, selem, smap);
    if (old != nullptr) {
      old->map_node.remove();
      (void)unlink_storage(storage, *old, smap);  // not the last: selem is
    }
  } else {
    // One lock after the other; they cannot fail in these eras.
    (void)link_map(smap, selem, storage);
    link_storage(storage, selem, smap);
    if (old != nullptr) {
      (void)unlink_map(smap, *old, storage);
      (void)unlink_storage(storage, *old, smap);
    }
  }
  return Result::kOk;
}

// Copies *value over the one that is there, under its own lock: readers that
// take that lock never see half of it.
template <class C>
void copy_in_place(Smap<C>& smap, Sdata<C>& sdata, const void* value) {
  const ValueLocked<typename C::P> section(smap.lock_of(sdata));
  smap.copy_value(sdata.value(), value);
}

// kLock with a value that is there: no storage or bucket lock is needed. False:
// there is none, and an element must be made.
template <class C>
[[gnu::cold, gnu::noinline]] bool updated_in_place(LocalStorage<C>& storage,
                                                   Smap<C>& smap,
                                                   const void* value,
                                                   Flag flags,
                                                   Outcome<C>& outcome) {
  Sdata<C>* const found = lookup(storage, smap, CacheInsert::kNo);
  outcome = {check_flags(flags, found), nullptr};
  if (outcome.result != Result::kOk) return true;
  if (found == nullptr || !Selem<C>::of_sdata(found)->snode.linked()) {
    return false;
  }
  copy_in_place(smap, *found, value);
  outcome.sdata = found;
  return true;
}

// Links `selem` in the place of the map's element of this owner, if it has one,
// which is then in `old`; or, with kLock, copies into that one. Answers the
// value that is there now.
// REQUIRES: the storage's lock.
template <class C>
Outcome<C> update_locked(LocalStorage<C>& storage, Smap<C>& smap,
                         Selem<C>& selem, const void* value, Flag flags,
                         Selem<C>*& old) {
  // Dying: the owner's pointer is about to be cleared by who emptied it.
  if (storage.list.empty()) return {Result::kAgain, nullptr};
  Sdata<C>* const found = lookup(storage, smap, CacheInsert::kNo);
  Result result = check_flags(flags, found);
  if (result != Result::kOk) return {result, nullptr};
  if (found != nullptr) {
    if (has(flags, Flag::kLock)) [[unlikely]] {
      copy_in_place(smap, *found, value);
      return {Result::kOk, found};
    }
    old = Selem<C>::of_sdata(found);
  }
  result = replace(storage, smap, selem, old);
  if (result != Result::kOk) return {result, nullptr};
  return {Result::kOk, &selem.sdata};
}

// Gives the owner a value in the map: a copy of *value, or zeroes for null. An
// element that is there is replaced: readers keep the old copy for a grace
// period; with kLock it is changed in place (*value must be there).
//   kInvalid         flags that do not exist or do not go with the map.
//   kExist, kNoEnt   by the flag.
//   kNoMem           charge or memory refused.
//   kAgain           met another first create, or a storage that is going.
//   kDeadlock, kTimeout   from a lock; nothing happened.
// REQUIRES: rcu_read_lock() held.
template <class C>
Outcome<C> update(Owner<C>& owner, Smap<C>& smap, const void* value,
                  Flag flags) {
  using B = typename C::Backend;
  if (!valid(flags, smap)) return {Result::kInvalid, nullptr};
  LocalStorage<C>* const storage =
      owner.storage.load(std::memory_order_acquire);
  const bool first = storage == nullptr || storage->list.empty();
  if (first && has(flags, Flag::kExist)) return {Result::kNoEnt, nullptr};
  if (!first && has(flags, Flag::kLock) && !has(flags, Flag::kNoExist))
      [[unlikely]] {
    Outcome<C> outcome;
    if (updated_in_place(*storage, smap, value, flags, outcome)) return outcome;
  }
  // Before the lock: allocation must not happen inside.
  Selem<C>* const selem = alloc_selem(owner, smap, value);
  if (selem == nullptr) return {Result::kNoMem, nullptr};

  if (first) {
    const Result result = create_storage(owner, smap, *selem);
    if (result == Result::kOk) return {result, &selem->sdata};
    free_unused(owner, smap, *selem, Seen::kYes);
    return {result, nullptr};
  }

  const Result locked = acquire<B>(storage->lock);
  if (locked != Result::kOk) {
    free_unused(owner, smap, *selem);
    return {locked, nullptr};
  }
  Selem<C>* old = nullptr;
  const Outcome<C> outcome =
      update_locked(*storage, smap, *selem, value, flags, old);
  release<B>(storage->lock);
  if (outcome.sdata != &selem->sdata) free_unused(owner, smap, *selem);
  if (outcome.result == Result::kOk && old != nullptr) {
    free_unlinked<Domain::kTasksTrace>(smap, *old);
  }
  return outcome;
}

}  // namespace lockgauge::storage

#endif  // LOCKGAUGE_STORAGE_UPDATE_H_
