// What callers of the engine rely on, one thread at a time.

#include "storage/storage.h"

#include <gtest/gtest.h>

#include <deque>
#include <memory>
#include <type_traits>

#include "storage/test_types.h"

namespace lockgauge::storage {
namespace {

using Value = std::uint64_t;

template <class C>
class Storage : public testing::Test {
 protected:
  // Every test ends with everything freed and nothing charged.
  void TearDown() override {
    for (Smap<C>& smap : maps_) map_free(smap);
    for (Owner<C>& owner : owners_) {
      destroy(owner);
      EXPECT_EQ(owner.omem_bytes.load(std::memory_order_relaxed), 0u);
    }
    expect_nothing_left(type_);
  }

  Smap<C>& new_map() { return maps_.emplace_back(type_, sizeof(Value)); }
  Owner<C>& new_owner() { return owners_.emplace_back(type_); }

  // -1: none.
  static Value read(Sdata<C>* sdata) {
    return sdata == nullptr ? ~Value{0}
                            : *reinterpret_cast<Value*>(sdata->value());
  }
  static Value get(Owner<C>& owner, Smap<C>& smap) {
    const RcuReadSection<typename C::P> section;
    return read(program::get(owner, smap).sdata);
  }
  static Result put(Owner<C>& owner, Smap<C>& smap, Value value, Flag flag) {
    const RcuReadSection<typename C::P> section;
    return syscall::update(owner, smap, &value, flag);
  }
  static Result remove(Owner<C>& owner, Smap<C>& smap) {
    const RcuReadSection<typename C::P> section;
    return program::remove(owner, smap);
  }

  const typename C::P::Thread self_;
  StorageType<C> type_;
  std::deque<Smap<C>> maps_;
  std::deque<Owner<C>> owners_;
};
TYPED_TEST_SUITE(Storage, BackendConfigs::As<testing::Types>, ConfigName);

constexpr Value kNone = ~Value{0};

TYPED_TEST(Storage, FlagsDecideWhatUpdateMayDo) {
  auto& owner = this->new_owner();
  auto& smap = this->new_map();
  EXPECT_EQ(this->put(owner, smap, 1, Flag::kExist), Result::kNoEnt);
  EXPECT_EQ(this->get(owner, smap), kNone);
  EXPECT_EQ(this->put(owner, smap, 2, Flag::kNoExist), Result::kOk);
  EXPECT_EQ(this->put(owner, smap, 3, Flag::kNoExist), Result::kExist);
  EXPECT_EQ(this->get(owner, smap), 2u);
  EXPECT_EQ(this->put(owner, smap, 4, Flag::kExist), Result::kOk);
  EXPECT_EQ(this->get(owner, smap), 4u);
  EXPECT_EQ(this->put(owner, smap, 5, Flag::kAny), Result::kOk);
  EXPECT_EQ(this->get(owner, smap), 5u);
}

TYPED_TEST(Storage, GetOrCreateMakesOneAndKeepsIt) {
  using P = typename TypeParam::P;
  auto& owner = this->new_owner();
  auto& smap = this->new_map();
  const Value seven = 7;
  const RcuReadSection<P> section;
  const auto made = program::get_or_create(owner, smap, &seven);
  ASSERT_EQ(made.result, Result::kOk);
  EXPECT_EQ(this->read(made.sdata), 7u);
  EXPECT_EQ(program::get_or_create(owner, smap, nullptr).sdata, made.sdata);
  auto& other = this->new_owner();
  EXPECT_EQ(this->read(program::get_or_create(other, smap, nullptr).sdata), 0u)
      << "no value means zeroes";
}

TYPED_TEST(Storage, ReplaceKeepsTheOldValueForItsReaders) {
  using P = typename TypeParam::P;
  auto& owner = this->new_owner();
  auto& smap = this->new_map();
  ASSERT_EQ(this->put(owner, smap, 1, Flag::kAny), Result::kOk);
  const RcuReadSection<P> section;
  auto* const old = program::get(owner, smap).sdata;
  ASSERT_EQ(this->put(owner, smap, 2, Flag::kAny), Result::kOk);
  EXPECT_EQ(this->read(old), 1u);
  EXPECT_EQ(this->get(owner, smap), 2u);
}

TYPED_TEST(Storage, RemoveForgetsAlsoInTheCache) {
  auto& owner = this->new_owner();
  auto& smap = this->new_map();
  EXPECT_EQ(this->remove(owner, smap), Result::kNoEnt);
  ASSERT_EQ(this->put(owner, smap, 1, Flag::kAny), Result::kOk);
  ASSERT_EQ(this->get(owner, smap), 1u);  // now in the cache
  EXPECT_EQ(this->remove(owner, smap), Result::kOk);
  EXPECT_EQ(this->get(owner, smap), kNone);
  EXPECT_EQ(this->remove(owner, smap), Result::kNoEnt);
}

// The last element takes the storage with it; the next create brings a new one.
TYPED_TEST(Storage, StorageComesWithTheFirstElementAndGoesWithTheLast) {
  auto& owner = this->new_owner();
  auto& a = this->new_map();
  auto& b = this->new_map();
  for (int round = 0; round < 3; ++round) {
    EXPECT_EQ(owner.storage.load(std::memory_order_relaxed), nullptr);
    ASSERT_EQ(this->put(owner, a, 1, Flag::kAny), Result::kOk);
    ASSERT_EQ(this->put(owner, b, 2, Flag::kAny), Result::kOk);
    ASSERT_EQ(this->remove(owner, a), Result::kOk);
    EXPECT_NE(owner.storage.load(std::memory_order_relaxed), nullptr);
    EXPECT_EQ(this->get(owner, b), 2u);
    ASSERT_EQ(this->remove(owner, b), Result::kOk);
  }
  EXPECT_EQ(owner.omem_bytes.load(std::memory_order_relaxed), 0u);
}

TYPED_TEST(Storage, MapsBeyondTheCacheEvictEachOtherAndAreStillFound) {
  auto& owner = this->new_owner();
  constexpr int kMaps = 2 * kCacheSize + 1;
  for (int i = 0; i < kMaps; ++i) {
    auto& smap = this->new_map();
    EXPECT_EQ(smap.cache_index(), i % kCacheSize);
    ASSERT_EQ(this->put(owner, smap, i, Flag::kAny), Result::kOk);
  }
  for (int round = 0; round < 2; ++round) {
    for (int i = 0; i < kMaps; ++i) {
      EXPECT_EQ(this->get(owner, this->maps_[i]), static_cast<Value>(i));
    }
  }
}

TYPED_TEST(Storage, ChargesElementsAndStorageUntilTheLimit) {
  using C = TypeParam;
  auto& owner = this->new_owner();
  auto& a = this->new_map();
  auto& b = this->new_map();
  ASSERT_EQ(this->put(owner, a, 1, Flag::kAny), Result::kOk);
  const std::uint64_t one = a.elem_bytes() + sizeof(LocalStorage<C>);
  EXPECT_EQ(owner.omem_bytes.load(std::memory_order_relaxed), one);
  // The limit itself is out of reach.
  this->type_.optmem_max_bytes = one + b.elem_bytes();
  EXPECT_EQ(this->put(owner, b, 2, Flag::kAny), Result::kNoMem);
  EXPECT_EQ(owner.omem_bytes.load(std::memory_order_relaxed), one);
  this->type_.optmem_max_bytes += 1;
  EXPECT_EQ(this->put(owner, b, 2, Flag::kAny), Result::kOk);
}

TYPED_TEST(Storage, MapFreeTakesItsValuesFromLivingOwners) {
  auto& owner = this->new_owner();
  auto& kept = this->new_map();
  ASSERT_EQ(this->put(owner, kept, 1, Flag::kAny), Result::kOk);
  const auto before = owner.omem_bytes.load(std::memory_order_relaxed);
  {
    Smap<TypeParam> doomed(this->type_, sizeof(Value));
    ASSERT_EQ(this->put(owner, doomed, 2, Flag::kAny), Result::kOk);
    ASSERT_EQ(this->get(owner, doomed), 2u);
    map_free(doomed);
  }
  EXPECT_EQ(owner.omem_bytes.load(std::memory_order_relaxed), before);
  EXPECT_EQ(this->get(owner, kept), 1u);
}

// Field for field what the kernel has, so that the same accesses share lines.
#if !LOCKGAUGE_TSAN
using Real = Config<backend::rqspinlock<NativeHost>>;
static_assert(offsetof(Selem<Real>, map_node) == 0);
static_assert(offsetof(Selem<Real>, snode) == 16);
static_assert(offsetof(Selem<Real>, local_storage) == 32);
static_assert(offsetof(Selem<Real>, rcu) == 40);
static_assert(offsetof(Selem<Real>, state) == 56);
static_assert(offsetof(Selem<Real>, sdata) == 64);
static_assert(sizeof(Sdata<Real>) == 8);
static_assert(sizeof(Bucket<Real>) == 16);
#endif

}  // namespace
}  // namespace lockgauge::storage
