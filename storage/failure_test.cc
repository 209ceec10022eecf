// Every lock acquisition of every operation fails once. Whatever fails, the
// engine is as it was: nothing half-linked, nothing leaked, nothing charged.
// What teardown does then is teardown_test.cc.

#include <gtest/gtest.h>

#include <atomic>
#include <cstdint>

#include "storage/failing_lock.h"
#include "storage/storage.h"
#include "storage/test_types.h"

namespace lockgauge::storage {
namespace {

using P = SerialHost;
using C = Config<FailingBackend, era::after, owner_type::sk, CountingAudit>;

class Failure : public testing::Test {
 protected:
  void TearDown() override {
    map_free(first_);
    map_free(second_);
    destroy(owner_);
    EXPECT_EQ(charged(), 0u);
    expect_nothing_left(type_);
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
      FailingLock::expect_failures(1u << (nth - 1));
      const std::uint64_t before = charged();
      const Result result = operation();
      FailingLock::expect_failures(0);
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
  FailingLock::expect_failures(1);
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

// A clone takes one bucket lock for each value. What it made before it failed
// stays with the new owner, which is destroyed.
TEST_F(Failure, CloneTakesTheBucketLocks) {
  constexpr std::uint32_t kFlags = MapAttr::kNoPrealloc | MapAttr::kClone;
  Smap<C> a(type_, MapAttr{.value_bytes = 8, .flags = kFlags});
  Smap<C> b(type_, MapAttr{.value_bytes = 8, .flags = kFlags});
  ASSERT_EQ(create(a), Result::kOk);
  ASSERT_EQ(create(b), Result::kOk);
  for (const std::uint64_t fail : {1, 2}) {
    Owner<C> child(type_);
    FailingLock::expect_failures(fail);
    {
      const RcuReadSection<P> section;
      EXPECT_EQ(clone(owner_, child), Result::kTimeout);
    }
    FailingLock::expect_failures(0);
    EXPECT_EQ(child.omem_bytes.load(std::memory_order_relaxed),
              fail == 1 ? 0 : a.elem_bytes() + sizeof(LocalStorage<C>));
    destroy(child);
    EXPECT_EQ(child.omem_bytes.load(std::memory_order_relaxed), 0u);
  }
  map_free(a);
  map_free(b);
}

}  // namespace
}  // namespace lockgauge::storage
