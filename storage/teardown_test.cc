// Teardown, when locks fail: what each of its forms frees, leaks and leaves
// charged, for one element that is the last of its storage, as one side of
// teardown follows the other; and what holds whatever fails.

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <deque>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "locks/platform/host/sanitizer.h"
#include "storage/failing_lock.h"
#include "storage/storage.h"
#include "storage/test_types.h"

namespace lockgauge::storage {
namespace {

using P = SerialHost;
template <class E>
using ConfigIn = Config<FailingBackend, E, owner_type::sk, CountingAudit>;

// What is not freed.
struct Left {
  int elements;
  int storages;
  int fields;
  bool charged;

  bool operator==(const Left&) const = default;
};
std::ostream& operator<<(std::ostream& out, const Left& left) {
  return out << left.elements << " elements, " << left.storages << " storages, "
             << left.fields << " fields, "
             << (left.charged ? "charged" : "not charged");
}
constexpr Left kNothing{0, 0, 0, false};
constexpr Left kAll{1, 1, 1, true};

// Maps and owners of one storage type, every value with special fields.
template <class C>
class World {
 public:
  World() {
    attr_.value_bytes = 16;
    attr_.fields = {.offset = 8, .bytes = 8, .free = [](std::byte*, void*) {}};
  }

  void add_map() { maps_.emplace_back(type_, attr_, 2); }
  void add_owner() { owners_.emplace_back(type_); }
  void create(int owner, int map) {
    const RcuReadSection<P> section;
    const auto made =
        update(owners_[owner], maps_[map], nullptr, Flag::kNoExist);
    ASSERT_EQ(made.result, Result::kOk);
    last_made_ = Selem<C>::of_sdata(made.sdata);
  }
  Selem<C>& last_made() { return *last_made_; }
  Owner<C>& owner(int which) { return owners_[which]; }
  Smap<C>& map(int which) { return maps_[which]; }
  StorageType<C>& type() { return type_; }

  // `fail`: as FailingLock::fail, from here on.
  Left map_free(std::uint64_t fail, int which = 0) {
    FailingLock::expect_failures(fail);
    storage::map_free(maps_[which]);
    return left();
  }
  Left destroy(std::uint64_t fail, int which = 0) {
    FailingLock::expect_failures(fail);
    storage::destroy(owners_[which]);
    return left();
  }
  Left left() {
    FailingLock::expect_failures(0);
    reclaim_barrier<P>();
    const auto& audit = type_.audit;
    EXPECT_EQ(audit.elements().doubled(), 0u);
    EXPECT_EQ(audit.storages().doubled(), 0u);
    EXPECT_EQ(audit.fields().doubled(), 0u);
    const auto live = [](const auto& count) {
      return static_cast<int>(count.live());
    };
    return {live(audit.elements()), live(audit.storages()),
            live(audit.fields()),
            std::any_of(owners_.begin(), owners_.end(), [](const auto& owner) {
              return owner.omem_bytes.load(std::memory_order_relaxed) != 0;
            })};
  }
  // All torn down: once more.
  void renew() {
    maps_.clear();
    owners_.clear();
  }

 private:
  const typename P::Thread self_;
  StorageType<C> type_;
  MapAttr attr_;
  std::deque<Smap<C>> maps_;
  std::deque<Owner<C>> owners_;
  Selem<C>* last_made_ = nullptr;
};

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
    world.add_map();
    world.add_owner();
    world.create(0, 0);
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
    world.add_map();
    world.add_owner();
    world.create(0, 0);
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
  world.add_map();
  world.add_owner();
  world.create(0, 0);
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
  world.add_map();
  world.add_owner();
  world.create(0, 0);
  static int pauses;
  pauses = 1;
  world.type().need_resched = [] { return pauses-- > 0; };
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
  world.add_map();
  world.add_owner();
  world.create(0, 0);
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
  world.add_map();
  world.add_owner();
  world.create(0, 0);
  static int pauses;
  pauses = 1;
  world.type().need_resched = [] { return pauses-- > 0; };
  EXPECT_EQ(world.map_free(0b1111), kAll);
  EXPECT_EQ(world.destroy(0), (Left{0, 0, 1, false}));
}

// Neither lock at first, then, after a pause, the storage's alone: the map is
// forgotten by then, so nothing is accounted for and the owner keeps a pointer
// to its freed storage.
TEST(Nofail, APauseCanLeaveTheOwnerAFreedStorage) {
  using C = ConfigIn<era::merged>;
  World<C> world;
  world.add_map();
  world.add_owner();
  world.create(0, 0);
  static int pauses;
  pauses = 1;
  world.type().need_resched = [] { return pauses-- > 0; };
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
    world.add_map();
    world.add_owner();
    world.create(0, 0);
    world.map_free(fail);
    EXPECT_EQ(world.last_made().sdata.smap.load(std::memory_order_relaxed),
              nullptr);
    EXPECT_EQ(world.destroy(0), kNothing);
  }
}

// Three elements (owner 0 in maps 0 and 1, owner 1 in map 0), the four sides of
// teardown in every order, with every set of lock acquisitions failing; counts
// in how many of these something is lost.
template <class E, class Check>
void fail_every_set(Check check, int& losses) {
  World<ConfigIn<E>> world;
  std::array<int, 4> order{0, 1, 2, 3};
  constexpr int kAcquisitions = 12;  // two for each visit of an element
  int runs = 0;
  Left before = kNothing;  // what is lost stays on the book
  do {
    for (std::uint64_t fail = 0; fail < 1u << kAcquisitions; ++fail, ++runs) {
      for (int i = 0; i < 2; ++i) world.add_map();
      for (int i = 0; i < 2; ++i) world.add_owner();
      world.create(0, 0);
      world.create(0, 1);
      world.create(1, 0);
      FailingLock::expect_failures(fail);
      for (const int side : order) {
        if (side < 2) {
          map_free(world.map(side));
        } else {
          destroy(world.owner(side - 2));
        }
      }
      ASSERT_LE(FailingLock::acquisitions, kAcquisitions);
      const Left left = world.left();
      ASSERT_TRUE(check(left)) << left << " with failures " << fail;
      ASSERT_FALSE(testing::Test::HasFailure()) << "freed twice";
      losses += left != before;
      before = left;
      world.renew();
    }
  } while (std::next_permutation(order.begin(), order.end()));
  EXPECT_EQ(runs, 24 << kAcquisitions);
}

TEST(NofailFixed, LosesNothingWhateverFails) {
  int losses = 0;
  fail_every_set<era::after>([](const Left& left) { return left == kNothing; },
                             losses);
  EXPECT_EQ(losses, 0);
}

// Nothing twice (World::left() looks), and the charge always returns.
TEST(Nofail, ReturnsTheChargeWhateverFails) {
  int losses = 0;
  fail_every_set<era::merged>([](const Left& left) { return !left.charged; },
                              losses);
  EXPECT_GT(losses, 0);
}
TEST(LinkCount, ReturnsTheChargeAndTheStorageWhateverFails) {
  int losses = 0;
  fail_every_set<era::v3>(
      [](const Left& left) { return !left.charged && left.storages == 0; },
      losses);
  EXPECT_GT(losses, 0);
}

// One side whole, in the middle of the other: before any of its acquisitions,
// with every set of acquisitions failing, and with map_free coming twice.
template <class E, class Check>
void interrupt_each_side(Check check) {
  static int pauses;
  World<ConfigIn<E>> world;
  world.type().need_resched = [] { return pauses-- > 0; };
  constexpr int kAcquisitions = 6;  // two for each visit
  for (int twice = 0; twice <= 1; ++twice) {
    for (const bool destroy_first : {false, true}) {
      for (int at = 1; at <= kAcquisitions; ++at) {
        for (std::uint64_t fail = 0; fail < 1u << kAcquisitions; ++fail) {
          SCOPED_TRACE(std::string(destroy_first ? "map_free in destroy"
                                                 : "destroy in map_free") +
                       " at " + std::to_string(at) + ", failures " +
                       std::to_string(fail));
          pauses = twice;
          world.add_map();
          world.add_owner();
          world.create(0, 0);
          const auto free_map = [&] { storage::map_free(world.map(0)); };
          const auto lose_owner = [&] { storage::destroy(world.owner(0)); };
          FailingLock::expect_failures(fail);
          bool both = false;
          if (destroy_first) {
            FailingLock::interrupt(at, [&] {
              both = true;
              free_map();
            });
            lose_owner();
          } else {
            FailingLock::interrupt(at, [&] {
              both = true;
              lose_owner();
            });
            free_map();
          }
          FailingLock::interrupt(0, nullptr);
          if (!both) (destroy_first ? free_map() : lose_owner());
          ASSERT_TRUE(check(world.left()));
          ASSERT_FALSE(testing::Test::HasFailure()) << "freed twice";
          world.renew();
        }
      }
    }
  }
}

TEST(NofailFixed, LosesNothingWhereverItIsInterrupted) {
  interrupt_each_side<era::after>(
      [](const Left& left) { return left == kNothing; });
}
TEST(Nofail, ReturnsTheChargeWhereverItIsInterrupted) {
  // Interrupted by all of map_free, whose grace period cannot wait for it,
  // destroy goes on with a storage that is freed: only in this test.
  if (LOCKGAUGE_ASAN_BUILD) GTEST_SKIP() << "looks at a freed storage";
  interrupt_each_side<era::merged>(
      [](const Left& left) { return !left.charged; });
}

}  // namespace
}  // namespace lockgauge::storage
