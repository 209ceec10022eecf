// Every lock acquisition of every operation fails once. Whatever fails, the
// engine is as it was: nothing half-linked, nothing leaked, nothing charged.

#include <gtest/gtest.h>

#include <atomic>
#include <cstdint>
#include <string_view>

#include "locks/platform/host/host.h"
#include "storage/storage.h"

namespace lockgauge::storage {
namespace {

using P = NativeHost;

// Fails the acquisition that the test asks for, counted from 1.
struct FailingLock {
  static inline int acquisitions = 0;
  static inline int fail_at = 0;

  Result lock() {
    if (++acquisitions == fail_at) return Result::kTimeout;
    held = true;
    return Result::kOk;
  }
  bool try_lock() { return !held; }
  void unlock() { held = false; }
  bool held = false;
};

struct FailingBackend : Spinning<P, FailingLock> {
  static constexpr std::string_view name = "failing";
  static constexpr bool fallible = true;
};
using C = Config<FailingBackend, era::after, owner_type::sk>;

class Failure : public testing::Test {
 protected:
  void TearDown() override {
    FailingLock::fail_at = 0;
    map_free(first_);
    map_free(second_);
    destroy(owner_);
    P::rcu_barrier();
    EXPECT_EQ(charged(), 0u);
  }

  std::uint64_t charged() const {
    return owner_.omem_bytes.load(std::memory_order_relaxed);
  }

  // Runs `operation` with its first, then its second ... acquisition failing,
  // until it needs no more; `unchanged` is checked after each failure. Answers
  // how many acquisitions it takes.
  template <class Operation, class Unchanged>
  int fail_each(Operation operation, Unchanged unchanged) {
    const RcuReadSection<P> section;
    for (int nth = 1;; ++nth) {
      FailingLock::acquisitions = 0;
      FailingLock::fail_at = nth;
      const std::uint64_t before = charged();
      const Result result = operation();
      FailingLock::fail_at = 0;
      if (result == Result::kOk) return nth - 1;
      EXPECT_EQ(result, Result::kTimeout);
      EXPECT_EQ(charged(), before);
      unchanged();
    }
  }

  bool has(Smap<C>& smap) {
    return lookup(owner_, smap, CacheInsert::kNo) != nullptr;
  }
  Result create(Smap<C>& smap) {
    return update(owner_, smap, nullptr, Flag::kAny).result;
  }

  const P::Thread self_;
  StorageType<C> type_;
  Smap<C> first_{type_, 8};
  Smap<C> second_{type_, 8};
  Owner<C> owner_{type_};
};

TEST_F(Failure, FirstCreateTakesTheBucketLock) {
  EXPECT_EQ(fail_each([&] { return create(first_); },
                      [&] {
                        EXPECT_EQ(
                            owner_.storage.load(std::memory_order_relaxed),
                            nullptr);
                      }),
            1);
}

TEST_F(Failure, LaterCreateTakesStorageThenBucket) {
  ASSERT_EQ(create(first_), Result::kOk);
  EXPECT_EQ(fail_each([&] { return create(second_); },
                      [&] { EXPECT_FALSE(has(second_)); }),
            2);
}

TEST_F(Failure, ReplaceTakesStorageThenOneBucket) {
  ASSERT_EQ(create(first_), Result::kOk);
  Sdata<C>* const old = lookup(owner_, first_, CacheInsert::kNo);
  EXPECT_EQ(
      fail_each(
          [&] { return create(first_); },
          [&] { EXPECT_EQ(lookup(owner_, first_, CacheInsert::kNo), old); }),
      2);
}

TEST_F(Failure, DeleteTakesStorageThenBucketAndFailsWhole) {
  ASSERT_EQ(create(first_), Result::kOk);
  ASSERT_EQ(create(second_), Result::kOk);
  EXPECT_EQ(fail_each([&] { return remove(owner_, first_); },
                      [&] { EXPECT_TRUE(has(first_)); }),
            2);
}

TEST_F(Failure, LookupWithoutTheLockStillFinds) {
  ASSERT_EQ(create(first_), Result::kOk);
  const RcuReadSection<P> section;
  FailingLock::acquisitions = 0;
  FailingLock::fail_at = 1;
  EXPECT_NE(lookup(owner_, first_, CacheInsert::kYes), nullptr);
  // Not remembered, so the next one asks for the lock again; then it is.
  EXPECT_NE(lookup(owner_, first_, CacheInsert::kYes), nullptr);
  EXPECT_EQ(FailingLock::acquisitions, 2);
  EXPECT_NE(lookup(owner_, first_, CacheInsert::kYes), nullptr);
  EXPECT_EQ(FailingLock::acquisitions, 2);
}

TEST_F(Failure, DeleteIsRefusedInNmi) {
  ASSERT_EQ(create(first_), Result::kOk);
  const RcuReadSection<P> section;
  const P::NmiScope nmi;
  EXPECT_EQ(remove(owner_, first_), Result::kNotSupp);
  EXPECT_TRUE(has(first_));
}

// Teardown cannot fail. With the storage's lock refused, map_free leaves the
// element to the owner's end, still charged (it lingers); nothing is lost.
TEST_F(Failure, MapFreeWithoutTheStorageLockLeavesTheRestToDestroy) {
  Smap<C> doomed{type_, 8};
  Owner<C> owner{type_};
  {
    const RcuReadSection<P> section;
    ASSERT_EQ(update(owner, doomed, nullptr, Flag::kAny).result, Result::kOk);
  }
  FailingLock::acquisitions = 0;
  FailingLock::fail_at = 2;  // bucket, then storage
  map_free(doomed);
  FailingLock::fail_at = 0;
  EXPECT_NE(owner.omem_bytes.load(std::memory_order_relaxed), 0u);
  destroy(owner);
  EXPECT_EQ(owner.omem_bytes.load(std::memory_order_relaxed), 0u);
}

// With the bucket's lock refused, destroy leaves the element to the map's end.
TEST_F(Failure, DestroyWithoutTheBucketLockLeavesTheRestToMapFree) {
  Smap<C> smap{type_, 8};
  Owner<C> owner{type_};
  {
    const RcuReadSection<P> section;
    ASSERT_EQ(update(owner, smap, nullptr, Flag::kAny).result, Result::kOk);
  }
  FailingLock::acquisitions = 0;
  FailingLock::fail_at = 1;
  destroy(owner);
  FailingLock::fail_at = 0;
  EXPECT_EQ(owner.omem_bytes.load(std::memory_order_relaxed), 0u);
  map_free(smap);
}

// The rule as merged loses an element here: without the bucket's lock map_free
// takes it off the owner's list alone, and destroy does not see it any more.
TEST_F(Failure, MapFreeWithoutTheBucketLockLosesTheElement) {
  Smap<C> doomed{type_, 8};
  Owner<C> owner{type_};
  Selem<C>* selem;
  {
    const RcuReadSection<P> section;
    const auto made = update(owner, doomed, nullptr, Flag::kAny);
    ASSERT_EQ(made.result, Result::kOk);
    selem = Selem<C>::of_sdata(made.sdata);
  }
  FailingLock::acquisitions = 0;
  FailingLock::fail_at = 1;
  map_free(doomed);
  FailingLock::fail_at = 0;
  destroy(owner);
  // Off one list, on the other, and its second visitor never came.
  EXPECT_EQ(selem->state.load(std::memory_order_relaxed),
            Selem<C>::kMapUnlinked);
  EXPECT_TRUE(selem->map_node.linked());
  EXPECT_EQ(owner.omem_bytes.load(std::memory_order_relaxed), 0u);
}

}  // namespace
}  // namespace lockgauge::storage
