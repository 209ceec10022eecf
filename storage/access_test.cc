// Which shared memory each operation writes, counted exactly on a platform
// whose atomics count.

#include <gtest/gtest.h>

#include "locks/qspinlock.h"
#include "storage/counting_host.h"
#include "storage/storage.h"

namespace lockgauge::storage {
namespace {

using P = CountingHost;
using C = Config<backend::qspinlock<P>>;

// Two locks (taken and released), the element's key, its two nodes, heads and
// neighbours, its storage, the storage's charge.
constexpr int kCreateWrites = 14;
constexpr int kReplaceWrites = 21;
constexpr int kDeleteWrites = 10;

class Access : public testing::Test {
 protected:
  void TearDown() override {
    map_free(smap_);
    map_free(other_);
    destroy(owner_);
    P::rcu_barrier();
  }

  template <class Operation>
  static int writes_of(Operation operation) {
    P::writes = 0;
    operation();
    return P::writes;
  }

  const P::Thread self_;
  StorageType<C> type_;
  Smap<C> smap_{type_, 8};
  Smap<C> other_{type_, 8};
  Owner<C> owner_{type_};
};

TEST_F(Access, CachedGetWritesNothing) {
  const RcuReadSection<P> section;
  ASSERT_EQ(program::get_or_create(owner_, smap_, nullptr).result, Result::kOk);
  const int filling = writes_of([&] { (void)program::get(owner_, smap_); });
  // Lock, cache entry, unlock.
  EXPECT_EQ(filling, 3);
  EXPECT_EQ(writes_of([&] { (void)program::get(owner_, smap_); }), 0);
}

TEST_F(Access, GetOfAnAbsentValueWritesNothing) {
  const RcuReadSection<P> section;
  EXPECT_EQ(writes_of([&] { (void)program::get(owner_, smap_); }), 0);
}

// Counted by hand for an owner that has another value: what a create and a
// delete write to memory that others read. Grace periods are not in it.
TEST_F(Access, CreateReplaceAndDelete) {
  const RcuReadSection<P> section;
  ASSERT_EQ(program::get_or_create(owner_, other_, nullptr).result,
            Result::kOk);
  ASSERT_EQ(program::get_or_create(owner_, smap_, nullptr).result, Result::kOk);
  ASSERT_EQ(program::remove(owner_, smap_), Result::kOk);
  EXPECT_EQ(
      writes_of([&] { (void)program::get_or_create(owner_, smap_, nullptr); }),
      kCreateWrites);
  EXPECT_EQ(writes_of([&] { (void)program::put(owner_, smap_, nullptr); }),
            kReplaceWrites);
  EXPECT_EQ(writes_of([&] { (void)program::remove(owner_, smap_); }),
            kDeleteWrites);
}

}  // namespace
}  // namespace lockgauge::storage
