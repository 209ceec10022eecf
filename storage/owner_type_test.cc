// What differs between tasks, cgroups, inodes and sockets: who may be refused
// by the gate, who may still create, who is charged.

#include "storage/owner_type.h"

#include <gtest/gtest.h>

#include <type_traits>

#include "storage/storage.h"
#include "storage/test_types.h"

namespace lockgauge::storage {
namespace {

using program::Recursion;

template <class C>
class OwnerType : public testing::Test {
 protected:
  static constexpr bool kGated = !std::is_same_v<typename C::Gate, NoGate>;

  // Who moved to another CPU would find its gate open.
  OwnerType() { pin_to_one_cpu(0); }

  void TearDown() override {
    map_free(there_);
    map_free(absent_);
    destroy(owner_);
    EXPECT_EQ(charged(), 0u);
    expect_nothing_left(type_);
  }
  std::uint64_t charged() const {
    return owner_.omem_bytes.load(std::memory_order_relaxed);
  }

  const typename C::P::Thread self_;
  StorageType<C> type_;
  Smap<C> there_{type_, 8};
  Smap<C> absent_{type_, 8};
  Owner<C> owner_{type_};
};
TYPED_TEST_SUITE(OwnerType, OwnerConfigs::As<testing::Types>, ConfigName);

// The gate exists for tasks and cgroups alone, whatever the backend.
TYPED_TEST(OwnerType, InodesAndSocketsHaveNoGate) {
  using O = typename TypeParam::OwnerType;
  constexpr bool kBackendHasGate =
      !std::is_same_v<typename TypeParam::Backend::Gate, NoGate>;
  constexpr bool kTaskOrCgroup = std::is_same_v<O, owner_type::task> ||
                                 std::is_same_v<O, owner_type::cgroup>;
  EXPECT_EQ(this->kGated, kBackendHasGate && kTaskOrCgroup);
}

// As if what is on this CPU had been preempted, or interrupted, inside.
TYPED_TEST(OwnerType, GateRefusesWhatItShould) {
  using C = TypeParam;
  using O = typename C::OwnerType;
  constexpr bool kCgroup = std::is_same_v<O, owner_type::cgroup>;
  auto& owner = this->owner_;
  auto& there = this->there_;
  auto& absent = this->absent_;
  {
    const RcuReadSection<typename C::P> section;
    ASSERT_EQ(syscall::update(owner, there, nullptr, Flag::kAny), Result::kOk);
    const auto pass = this->type_.gate.enter();
    // What is there is found in any case, and not remembered if refused.
    EXPECT_EQ(program::get_or_create(owner, there, nullptr).result,
              Result::kOk);
    EXPECT_EQ(program::get(owner, there).result, Result::kOk);
    const auto& storage = *owner.storage.load(std::memory_order_relaxed);
    EXPECT_EQ(storage.cache[there.cache_index()].load(
                  std::memory_order_relaxed) == nullptr,
              this->kGated);
    EXPECT_EQ(program::get(owner, absent).result, Result::kNoEnt);
    // Deleting nothing: only cgroups are refused before they look.
    EXPECT_EQ(program::remove(owner, absent),
              this->kGated && kCgroup ? Result::kBusy : Result::kNoEnt);
    const Result refused = this->kGated ? Result::kBusy : Result::kOk;
    EXPECT_EQ(program::get_or_create(owner, absent, nullptr).result, refused);
    EXPECT_EQ(program::remove(owner, there), refused);
    // System calls pass.
    EXPECT_EQ(syscall::update(owner, absent, nullptr, Flag::kAny), Result::kOk);
    EXPECT_NE(syscall::lookup(owner, absent), nullptr);
    EXPECT_EQ(syscall::remove(owner, absent), Result::kOk);
    this->type_.gate.leave(pass);
  }
}

TYPED_TEST(OwnerType, GatePassesProgramsThatAreNotCheckedExceptForCgroups) {
  using C = TypeParam;
  using O = typename C::OwnerType;
  auto& owner = this->owner_;
  const RcuReadSection<typename C::P> section;
  const auto pass = this->type_.gate.enter();
  const Result expected = this->kGated && std::is_same_v<O, owner_type::cgroup>
                              ? Result::kBusy
                              : Result::kOk;
  EXPECT_EQ(program::get_or_create<Recursion::kUnchecked>(owner, this->there_,
                                                          nullptr)
                .result,
            expected);
  ASSERT_EQ(syscall::update(owner, this->there_, nullptr, Flag::kAny),
            Result::kOk);
  EXPECT_EQ(program::remove<Recursion::kUnchecked>(owner, this->there_),
            expected);
  this->type_.gate.leave(pass);
}

// Refusing must not count as being inside.
TYPED_TEST(OwnerType, GateIsFreeAfterARefusal) {
  using C = TypeParam;
  const RcuReadSection<typename C::P> section;
  const auto pass = this->type_.gate.enter();
  (void)program::get_or_create(this->owner_, this->there_, nullptr);
  (void)program::remove(this->owner_, this->there_);
  (void)program::put(this->owner_, this->there_, nullptr);
  this->type_.gate.leave(pass);
  EXPECT_EQ(program::put(this->owner_, this->there_, nullptr).result,
            Result::kOk);
  EXPECT_EQ(program::remove(this->owner_, this->there_), Result::kOk);
}

TYPED_TEST(OwnerType, NoCreateForAnOwnerThatIsGoing) {
  using C = TypeParam;
  auto& owner = this->owner_;
  const RcuReadSection<typename C::P> section;
  ASSERT_EQ(program::get_or_create(owner, this->there_, nullptr).result,
            Result::kOk);
  if constexpr (requires { owner.life.die(); }) {
    owner.life.die();
    EXPECT_EQ(program::get_or_create(owner, this->absent_, nullptr).result,
              Result::kNoEnt);
    // What is there is still found, and can be deleted.
    EXPECT_EQ(program::get_or_create(owner, this->there_, nullptr).result,
              Result::kOk);
    EXPECT_EQ(program::remove(owner, this->there_), Result::kOk);
  }
}

// Charged to sockets, at unlink returned at once: before the memory is.
TYPED_TEST(OwnerType, OnlySocketsAreCharged) {
  using C = TypeParam;
  auto& owner = this->owner_;
  const RcuReadSection<typename C::P> section;
  ASSERT_EQ(program::get_or_create(owner, this->there_, nullptr).result,
            Result::kOk);
  constexpr bool kSk = std::is_same_v<typename C::OwnerType, owner_type::sk>;
  const std::uint64_t one = this->there_.elem_bytes();
  EXPECT_EQ(this->charged(), kSk ? one + sizeof(LocalStorage<C>) : 0);
  this->type_.optmem_max_bytes = this->charged() + one;  // just too little
  EXPECT_EQ(program::get_or_create(owner, this->absent_, nullptr).result,
            kSk ? Result::kNoMem : Result::kOk);
  EXPECT_EQ(program::remove(owner, this->there_), Result::kOk);
  EXPECT_EQ(this->charged(), 0u);
}

TYPED_TEST(OwnerType, EachHasItsOwnCacheIndices) {
  StorageType<TypeParam> other;
  EXPECT_EQ(this->there_.cache_index(), 0);
  EXPECT_EQ(this->absent_.cache_index(), 1);
  const Smap<TypeParam> first(other, 8);
  EXPECT_EQ(first.cache_index(), 0);
  other.cache_indices.give_back(first.cache_index());
}

// A socket that is cloned takes copies of the values that want it.
template <class C>
class Clone : public OwnerType<C> {};
TYPED_TEST_SUITE(Clone, SkConfigs::As<testing::Types>, ConfigName);

TYPED_TEST(Clone, CopiesValuesOfMapsThatWantIt) {
  using C = TypeParam;
  Smap<C> cloned(
      this->type_,
      {.value_bytes = 8, .flags = MapAttr::kNoPrealloc | MapAttr::kClone});
  Smap<C> locked(this->type_, {.value_bytes = 16,
                               .flags = MapAttr::kNoPrealloc | MapAttr::kClone,
                               .lock_offset = 8});
  Owner<C> child(this->type_);
  {
    const RcuReadSection<typename C::P> section;
    ASSERT_EQ(clone(this->owner_, child), Result::kOk);
    EXPECT_EQ(child.storage.load(std::memory_order_relaxed), nullptr);
    const std::uint64_t values[] = {42, 0};
    for (Smap<C>* const smap : {&cloned, &locked, &this->there_}) {
      ASSERT_EQ(program::get_or_create(this->owner_, *smap, values).result,
                Result::kOk);
    }
    const std::uint64_t charged = this->charged() - this->there_.elem_bytes();
    ASSERT_EQ(clone(this->owner_, child), Result::kOk);
    EXPECT_EQ(child.omem_bytes.load(std::memory_order_relaxed), charged);
    for (Smap<C>* const smap : {&cloned, &locked}) {
      Sdata<C>* const copy = program::get(child, *smap).sdata;
      ASSERT_NE(copy, nullptr);
      EXPECT_NE(copy, program::get(this->owner_, *smap).sdata);
      EXPECT_EQ(*reinterpret_cast<std::uint64_t*>(copy->value()), 42u);
    }
    EXPECT_EQ(program::get(child, this->there_).result, Result::kNoEnt);
    // Not enough for a second child: the storage and one value, no more.
    this->type_.optmem_max_bytes =
        sizeof(LocalStorage<C>) + locked.elem_bytes() + 1;
    Owner<C> other(this->type_);
    EXPECT_EQ(clone(this->owner_, other), Result::kNoMem);
    destroy(other);
    EXPECT_EQ(other.omem_bytes.load(std::memory_order_relaxed), 0u);
  }
  destroy(child);
  EXPECT_EQ(child.omem_bytes.load(std::memory_order_relaxed), 0u);
  map_free(cloned);
  map_free(locked);
}

}  // namespace
}  // namespace lockgauge::storage
