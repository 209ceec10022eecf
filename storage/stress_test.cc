// Many threads on few owners and maps, with maps freed and owners destroyed
// under them: what AddressSanitizer and ThreadSanitizer are to judge, and what
// must be left at the end in any build: nothing.

#include <gtest/gtest.h>

#include <atomic>
#include <barrier>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <string_view>
#include <thread>
#include <type_traits>
#include <vector>

#include "storage/storage.h"
#include "storage/test_types.h"

namespace lockgauge::storage {
namespace {

// A lock that fails now and then, contended or not: one in eight.
template <class L>
struct Flaky {
  static inline thread_local std::uint64_t random = 88172645463325252u;

  Result lock() {
    random ^= random << 13;
    random ^= random >> 7;
    random ^= random << 17;
    return random % 8 == 0 ? Result::kTimeout : lock_.lock();
  }
  bool try_lock() { return lock_.try_lock(); }
  void unlock() { lock_.unlock(); }

  L lock_;
};

// The eras whose teardown loses nothing with them. (The others do, and some
// free elements that are still linked.)
struct flaky_after : Spinning<TestPlatform, Flaky<Qspinlock<TestPlatform>>> {
  static constexpr std::string_view name = "flaky";
  static constexpr bool fallible = true;
};
struct flaky_v2 : flaky_after {
  using Era = era::v2;
};
using FlakyConfigs =
    ConfigsOf<TypeList<flaky_after, flaky_v2>, owner_type::sk>::type;

// Tasks for the series: the gate is theirs.
using SeriesOfTasks = ConfigsOf<Series<TestPlatform>, owner_type::task>::type;
using Configs = decltype(BackendConfigs::plus(
    decltype(SeriesOfTasks::plus(FlakyConfigs{})){}));

template <class C>
class Stress : public testing::Test {};
TYPED_TEST_SUITE(Stress, Configs::As<testing::Types>, ConfigName);

// A value with a lock and a special field, which says whether it was freed.
struct Value {
  std::uint64_t numbers[2];
  std::uint32_t lock;
  std::uint32_t freed;
};

MapAttr attr() {
  return {.value_bytes = sizeof(Value),
          .lock_offset = offsetof(Value, lock),
          .fields = {.offset = offsetof(Value, freed),
                     .bytes = sizeof(Value::freed),
                     .free = [](std::byte* value, void*) {
                       EXPECT_EQ(reinterpret_cast<Value*>(value)->freed++, 0u);
                     }}};
}

// The value's two numbers were written by one writer.
template <class C>
void expect_whole(Smap<C>& smap, Sdata<C>& sdata) {
  const ValueLocked<typename C::P> section(smap.lock_of(sdata));
  const auto& value = *reinterpret_cast<const Value*>(sdata.value());
  EXPECT_EQ(value.numbers[0], value.numbers[1]);
}

template <class C>
Result operate(std::uint64_t random, Owner<C>& owner, Smap<C>& smap) {
  const Value value{{random, random}, 0, 0};
  switch (random % 5) {
    case 0: {
      const Outcome<C> outcome = program::get(owner, smap);
      if (outcome.sdata != nullptr) expect_whole(smap, *outcome.sdata);
      return outcome.result;
    }
    case 1:
      return program::get_or_create(owner, smap, &value).result;
    case 2:
      return syscall::update(owner, smap, &value, Flag::kAny);
    case 3:
      return syscall::update(owner, smap, &value, Flag::kLock);
    default:
      return program::remove(owner, smap);
  }
}

// The answers that may come from other threads' doing. Locks fail where they
// are made to, and where a replace takes two of a map's.
template <class C>
bool expected(Result result) {
  constexpr bool kFlaky = C::Backend::name == "flaky";
  constexpr bool kTwoBuckets = C::Backend::fallible && !C::Era::bucket_by_owner;
  switch (result) {
    case Result::kOk:
    case Result::kNoEnt:
    case Result::kAgain:
    case Result::kExist:
      return true;
    case Result::kBusy:
      return !std::is_same_v<typename C::Gate, NoGate>;
    case Result::kDeadlock:
      return kTwoBuckets;
    case Result::kTimeout:
      return kFlaky;
    default:
      return false;
  }
}

template <class C>
void live_and_die(StorageType<C>& type) {
  using P = typename C::P;
  constexpr int kThreads = 4;
  constexpr int kRounds = 3000;
  std::deque<Smap<C>> maps;
  for (int i = 0; i < 3; ++i) maps.emplace_back(type, attr());
  std::deque<Owner<C>> owners;
  for (int i = 0; i < 8; ++i) owners.emplace_back(type);
  std::atomic<std::uint64_t> unexpected{0};
  std::barrier ready(kThreads);

  const auto use = [&](int thread) {
    pin_to_one_cpu(thread);
    const typename P::Thread registration;
    ready.arrive_and_wait();
    std::uint64_t random = 88172645463325252u + thread;
    for (int round = 0; round < kRounds; ++round) {
      random ^= random << 13;
      random ^= random >> 7;
      random ^= random << 17;
      const bool sleepable = random % 64 == 0;
      if (sleepable) TasksTrace<P>::read_lock();
      {
        const RcuReadSection<P> section;
        const Result result =
            operate(random >> 16, owners[(random >> 8) % owners.size()],
                    maps[(random >> 12) % maps.size()]);
        if (!expected<C>(result)) {
          unexpected.fetch_add(1, std::memory_order_relaxed);
        }
      }
      if (sleepable) TasksTrace<P>::read_unlock();
    }
  };
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i) threads.emplace_back(use, i);
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(unexpected.load(std::memory_order_relaxed), 0u);

  // Both sides of teardown at once, on the same elements.
  std::barrier both(2);
  std::thread maps_go([&] {
    pin_to_one_cpu(0);
    const typename P::Thread registration;
    both.arrive_and_wait();
    for (Smap<C>& smap : maps) map_free(smap);
  });
  std::thread owners_go([&] {
    pin_to_one_cpu(1);
    const typename P::Thread registration;
    both.arrive_and_wait();
    P::synchronize_rcu();
    for (Owner<C>& owner : owners) destroy(owner);
  });
  maps_go.join();
  owners_go.join();
  expect_nothing_left(type);
  for (Owner<C>& owner : owners) {
    EXPECT_EQ(owner.omem_bytes.load(std::memory_order_relaxed), 0u);
  }
  for (Smap<C>& smap : maps) {
    EXPECT_TRUE(smap.empty());
  }
}

TYPED_TEST(Stress, NothingIsLeftBehind) {
  using C = TypeParam;
  constexpr int kLives = 10;
  const typename C::P::Thread self;
  StorageType<C> type;
  if (C::Backend::name == "flaky") {
    // One in four.
    type.need_resched = [] {
      static thread_local unsigned turns = 0;
      return ++turns % 4 == 0;
    };
  }
  for (int life = 0; life < kLives; ++life) live_and_die(type);
}

}  // namespace
}  // namespace lockgauge::storage
