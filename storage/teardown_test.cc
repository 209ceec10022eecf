// Teardown, when locks fail: what each of its forms frees, leaks and leaves
// charged, for one element that is the last of its storage, as one side of
// teardown follows the other.

#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "locks/platform/host/sanitizer.h"
#include "storage/teardown_world.h"

namespace lockgauge::storage {
namespace {

using P = SerialHost;

// One element; which locks the first side does not get, of its bucket and its
// storage; what is left after it, and after the other side, which gets all.
struct Row {
  bool bucket_fails;
  bool storage_fails;
  Left after_first;
  Left after_both;
};

constexpr bool kOk = false;
constexpr bool kFails = true;

// The order in which a side takes its locks.
enum class Order { kBucketFirst, kStorageFirst };

std::uint64_t mask_of(const Row& row, Order order) {
  return order == Order::kBucketFirst
             ? (row.bucket_fails ? 1 : 0) | (row.storage_fails ? 2 : 0)
             : (row.storage_fails ? 1 : 0) | (row.bucket_fails ? 2 : 0);
}

template <class E>
void expect_map_free_first(const std::vector<Row>& rows, Order order) {
  for (const Row& row : rows) {
    SCOPED_TRACE(std::string("bucket ") + (row.bucket_fails ? "fails" : "ok") +
                 ", storage " + (row.storage_fails ? "fails" : "ok"));
    World<ConfigIn<E>> world;
    world.add_one();
    EXPECT_EQ(world.left(), kAll);
    EXPECT_EQ(world.map_free(mask_of(row, order)), row.after_first);
    EXPECT_EQ(world.destroy(0), row.after_both);
  }
}

template <class E>
void expect_destroy_first(const std::vector<Row>& rows, Order order) {
  for (const Row& row : rows) {
    SCOPED_TRACE(std::string("bucket ") + (row.bucket_fails ? "fails" : "ok") +
                 ", storage " + (row.storage_fails ? "fails" : "ok"));
    World<ConfigIn<E>> world;
    world.add_one();
    EXPECT_EQ(world.destroy(mask_of(row, order)), row.after_first);
    EXPECT_EQ(world.map_free(0), row.after_both);
  }
}

// Posted first: what the failed lock was for stays, and a warning.
TEST(Assert, WarnsAndLeavesEverything) {
  constexpr auto kOrder = Order::kStorageFirst;
  expect_map_free_first<era::rfc_v1>({{kOk, kOk, kNothing, kNothing},
                                      {kOk, kFails, kAll, kAll},
                                      {kFails, kOk, kAll, kAll}},
                                     kOrder);
  // What destroy left, map_free finds, though its owner is dead.
  expect_destroy_first<era::rfc_v1>({{kOk, kOk, kNothing, kNothing},
                                     {kOk, kFails, kAll, kNothing},
                                     {kFails, kOk, kAll, kNothing}},
                                    kOrder);
}

TEST(Assert, CountsWarnings) {
  World<ConfigIn<era::rfc_v1>> world;
  world.add_one();
  world.destroy(0b1);
  EXPECT_EQ(world.type().events.warnings(), 1u);
  world.destroy(0b10);
  EXPECT_EQ(world.type().events.warnings(), 2u);
  world.map_free(0b1);
  EXPECT_EQ(world.type().events.warnings(), 3u);
}

// Posted second: loses nothing, as long as the lock is got some time.
TEST(Retry, AsksUntilItGetsTheLock) {
  World<ConfigIn<era::v2>> world;
  world.add_map();
  for (int owner = 0; owner < 2; ++owner) {
    world.add_owner();
    world.create(owner, 0);
  }
  world.destroy(0b1101);  // storage, ok, bucket twice, ok
  EXPECT_EQ(world.type().events.retries(), 3u);
  // Storage, then both again for the bucket.
  EXPECT_EQ(world.map_free(0b101), kNothing);
  EXPECT_EQ(world.type().events.retries(), 5u);
  EXPECT_EQ(world.destroy(0, 1), kNothing);
}

// Posted third. map_free takes the bucket's lock alone.
TEST(LinkCount, LingersUntilDestroyAndLeaksFields) {
  constexpr auto kOrder = Order::kBucketFirst;
  expect_map_free_first<era::v3>({{kOk, kOk, {1, 1, 0, true}, kNothing},
                                  {kFails, kOk, kAll, {0, 0, 1, false}}},
                                 kOrder);
  expect_destroy_first<era::v3>(
      {{kOk, kOk, kNothing, kNothing},
       {kOk, kFails, {1, 0, 0, false}, {1, 0, 0, false}},
       {kFails, kOk, {1, 0, 1, false}, kNothing},
       {kFails, kFails, {1, 0, 1, false}, kNothing}},
      kOrder);
}

// The second visit of one side counts as the other's: a restarted walk frees an
// element that its owner still has.
TEST(LinkCount, FreesTooEarlyIfMapFreeComesTwice) {
  if (LOCKGAUGE_ASAN_BUILD) GTEST_SKIP() << "looks at a freed element";
  using C = ConfigIn<era::v3>;
  World<C> world;
  world.add_one();
  world.pause(1);
  // The bucket twice: the element stays on it.
  EXPECT_EQ(world.map_free(0b11), (Left{0, 1, 1, true}));
  EXPECT_TRUE(world.last_made().snode.linked());
}

// As merged.
TEST(Nofail, LosesWhatTheStateTableSays) {
  constexpr auto kOrder = Order::kBucketFirst;
  expect_map_free_first<era::merged>(
      {{kOk, kOk, kNothing, kNothing},
       {kOk, kFails, {1, 1, 0, true}, kNothing},
       // The lost element: off the owner's list, and destroy does not see it.
       {kFails, kOk, {1, 0, 1, false}, {1, 0, 1, false}},
       {kFails, kFails, kAll, {0, 0, 1, false}}},
      kOrder);
  expect_destroy_first<era::merged>(
      {{kOk, kOk, kNothing, kNothing},
       {kOk, kFails, {1, 1, 0, false}, {1, 1, 0, false}},
       {kFails, kOk, {1, 0, 1, false}, kNothing},
       {kFails, kFails, {1, 1, 1, false}, {0, 1, 0, false}}},
      kOrder);
}

TEST(Nofail, TheLostElementIsOnItsBucketWithOneVisitor) {
  using C = ConfigIn<era::merged>;
  World<C> world;
  world.add_one();
  world.map_free(0b1);
  world.destroy(0);
  EXPECT_EQ(world.last_made().state.load(std::memory_order_relaxed),
            Selem<C>::kMapUnlinked);
  EXPECT_TRUE(world.last_made().map_node.linked());
  EXPECT_EQ(world.type().events.failures(Acquisition::kMapFreeBucket), 1u);
  EXPECT_EQ(world.type().events.warnings(), 1u);
}

// Bits, where v3 had a count: coming twice is not two visitors.
TEST(Nofail, MapFreeMayComeTwice) {
  using C = ConfigIn<era::merged>;
  World<C> world;
  world.add_one();
  world.pause(1);
  EXPECT_EQ(world.map_free(0b1111), kAll);
  EXPECT_EQ(world.destroy(0), (Left{0, 0, 1, false}));
}

// Neither lock at first, then, after a pause, the storage's alone: the map is
// forgotten by then, so nothing is accounted for and the owner keeps a pointer
// to its freed storage.
TEST(Nofail, APauseCanLeaveTheOwnerAFreedStorage) {
  using C = ConfigIn<era::merged>;
  World<C> world;
  world.add_one();
  world.pause(1);
  // Bucket, storage; the second visit does not ask for the bucket any more.
  EXPECT_EQ(world.map_free(0b011), (Left{1, 0, 1, true}));
  EXPECT_NE(world.owner(0).storage.load(std::memory_order_relaxed), nullptr);
}

// Something happens before the next read-modify-write that takes away: while
// map_free, with its reference, is about to uncharge the owner.
struct OvertakenHost : SerialHost {
  static inline std::function<void()> before_uncharge;

  template <class T>
  struct Atomic : std::atomic<T> {
    using std::atomic<T>::atomic;
    T fetch_sub(T value, std::memory_order order) {
      if (before_uncharge) std::exchange(before_uncharge, nullptr)();
      return std::atomic<T>::fetch_sub(value, order);
    }
  };
};
struct OvertakenBackend : Spinning<OvertakenHost, FailingLock> {
  static constexpr std::string_view name = "overtaken";
  static constexpr bool fallible = true;
};

// destroy() gives its reference up while map_free has one: map_free is the last
// to drop. Answers what the count is then, and how often it saturated.
template <class E>
std::pair<std::uint32_t, std::uint64_t> drop_last_in_map_free() {
  using C = Config<OvertakenBackend, E, owner_type::sk>;
  const typename C::P::Thread self;
  FailingLock::expect_failures(0);
  StorageType<C> type;
  Smap<C> smap(type, 8);
  Smap<C> other(type, 8);
  Owner<C> owner(type);
  const RcuReadSection<P> section;
  EXPECT_EQ(update(owner, smap, nullptr, Flag::kAny).result, Result::kOk);
  EXPECT_EQ(update(owner, other, nullptr, Flag::kAny).result, Result::kOk);
  auto& storage = *owner.storage.load(std::memory_order_relaxed);
  OvertakenHost::before_uncharge = [&] {
    storage.owner_refcnt.fetch_sub(1, std::memory_order_relaxed);
  };
  map_free(smap);
  return {storage.owner_refcnt.load(std::memory_order_relaxed),
          type.events.saturations()};
}

// The kernel's counter takes that for an error and saturates, and its destroy()
// spins for ever; here it is counted and destroy() ends.
TEST(Nofail, SaturatesIfMapFreeDropsTheLastReference) {
  EXPECT_EQ(drop_last_in_map_free<era::merged>(),
            (std::pair<std::uint32_t, std::uint64_t>(0xc0000000, 1)));
}
TEST(NofailFixed, MapFreeMayDropTheLastReference) {
  EXPECT_EQ(drop_last_in_map_free<era::after>(),
            (std::pair<std::uint32_t, std::uint64_t>(0, 0)));
}

// An owner without a storage may go at once: it must not be touched any more.
TEST(NofailFixed, AccountsBeforeTheOwnerLosesItsStorage) {
  using C = Config<OvertakenBackend, era::after, owner_type::sk>;
  const typename C::P::Thread self;
  FailingLock::expect_failures(0);
  StorageType<C> type;
  Smap<C> smap(type, 8);
  Owner<C> owner(type);
  const RcuReadSection<P> section;
  EXPECT_EQ(update(owner, smap, nullptr, Flag::kAny).result, Result::kOk);
  bool looked = false;
  OvertakenHost::before_uncharge = [&] {
    looked = true;
    EXPECT_NE(owner.storage.load(std::memory_order_relaxed), nullptr);
  };
  map_free(smap);
  EXPECT_TRUE(looked);
  EXPECT_EQ(owner.storage.load(std::memory_order_relaxed), nullptr);
}

// The default.
TEST(NofailFixed, LosesNothing) {
  constexpr auto kOrder = Order::kBucketFirst;
  expect_map_free_first<era::after>(
      {{kOk, kOk, kNothing, kNothing},
       {kOk, kFails, {1, 1, 0, true}, kNothing},
       {kFails, kOk, kNothing, kNothing},
       {kFails, kFails, {1, 1, 0, true}, kNothing}},
      kOrder);
  expect_destroy_first<era::after>(
      {{kOk, kOk, kNothing, kNothing},
       {kOk, kFails, kNothing, kNothing},
       {kFails, kOk, {1, 0, 1, false}, kNothing},
       {kFails, kFails, {1, 0, 1, false}, kNothing}},
      kOrder);
}

// What lingers must not lead to the map, whose memory goes.
TEST(NofailFixed, WhatLingersForgetsItsMap) {
  for (const std::uint64_t fail : {0b10, 0b11}) {
    World<ConfigIn<era::after>> world;
    world.add_one();
    world.map_free(fail);
    EXPECT_EQ(world.last_made().sdata.smap.load(std::memory_order_relaxed),
              nullptr);
    EXPECT_EQ(world.destroy(0), kNothing);
  }
}

}  // namespace
}  // namespace lockgauge::storage
