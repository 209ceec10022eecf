// What nothing orders is found by the memory orders as written, and what is
// used after it was given back; what is in order is not reported.

#include <gtest/gtest.h>

#include "locks/mcs_node.h"
#include "locks/platform/sim/explore/explore.h"
#include "locks/platform/sim/sim.h"
#include "locks/platform/sim/test_machines.h"

namespace lockgauge::sim {
namespace {

constexpr auto kRelaxed = std::memory_order_relaxed;
constexpr auto kAcquire = std::memory_order_acquire;
constexpr auto kRelease = std::memory_order_release;
using Word = Sim::Atomic<std::uint64_t>;

#ifdef LOCKGAUGE_SEES_PLAIN_ACCESSES
constexpr bool kSeesPlainAccesses = true;
#else
constexpr bool kSeesPlainAccesses = false;
#endif

class Races : public testing::Test {
 protected:
  // What an exploration of all interleavings finds; empty: nothing.
  static std::string find(const std::function<void(Machine&)>& test) {
    Exhaustive strategy;
    const Exploration result = explore(one_llc(4), strategy, test);
    if (result.failure) return result.failure->what;
    EXPECT_TRUE(result.exhausted);
    return "";
  }

  void SetUp() override {
    if (!kSeesPlainAccesses) {
      GTEST_SKIP() << "plain accesses are not seen under a sanitizer";
    }
  }
};
class Markers : public Races {
 protected:
  void SetUp() override {}
};

#define EXPECT_PART(text, part) \
  EXPECT_NE((text).find(part), std::string::npos) << (text)

// A message handed over through a flag, with these orders.
template <class Store, class Load>
void message(Machine& machine, Store store, Load load) {
  auto& flag = machine.make<Word>();
  auto& message = machine.make<std::uint64_t>();
  machine.name(message, "message");
  machine.spawn(0, [&] {
    message = 7;
    store(flag);
  });
  machine.spawn(1, [&] {
    if (load(flag) == 1) require(message == 7, "it came");
  });
  machine.run();
}

const auto release = [](Word& flag) { flag.store(1, kRelease); };
const auto acquire = [](Word& flag) { return flag.load(kAcquire); };

TEST_F(Races, ReleaseAndAcquireOrder) {
  EXPECT_EQ(find([](Machine& m) { message(m, release, acquire); }), "");
}

TEST_F(Races, RelaxedDoesNot) {
  const auto store = [](Word& flag) { flag.store(1, kRelaxed); };
  const auto load = [](Word& flag) { return flag.load(kRelaxed); };
  EXPECT_PART(find([&](Machine& m) { message(m, store, acquire); }),
              "data race");
  EXPECT_PART(find([&](Machine& m) { message(m, release, load); }),
              "data race");
}

TEST_F(Races, AReleaseSequenceGoesOnThroughUpdatesAndEndsWithAStore) {
  const auto hand_on = [](auto change) {
    return [change](Machine& machine) {
      auto& flag = machine.make<Word>();
      auto& message = machine.make<std::uint64_t>();
      machine.spawn(0, [&] {
        message = 7;
        flag.store(1, kRelease);
      });
      machine.spawn(1, [&] {
        if (flag.load(kRelaxed) == 1) change(flag);
      });
      machine.spawn(2, [&] {
        if (flag.load(kAcquire) == 2) require(message == 7, "it came");
      });
      machine.run();
    };
  };
  EXPECT_EQ(find(hand_on([](Word& flag) { flag.fetch_add(1, kRelaxed); })), "");
  EXPECT_PART(find(hand_on([](Word& flag) { flag.store(2, kRelaxed); })),
              "data race");
}

TEST_F(Races, AFailedExchangeHasItsOwnOrder) {
  const auto load_by = [](std::memory_order failure) {
    return [failure](Word& flag) {
      std::uint64_t seen = 5;
      (void)flag.compare_exchange_strong(seen, 6, std::memory_order_acq_rel,
                                         failure);
      return seen;
    };
  };
  EXPECT_EQ(find([&](Machine& m) { message(m, release, load_by(kAcquire)); }),
            "");
  EXPECT_PART(find([&](Machine& m) { message(m, release, load_by(kRelaxed)); }),
              "data race");
}

// What a lock guards, the lock's unlock relaxed.
struct LeakyLock {
  void lock() {
    while (held.exchange(1, kAcquire) != 0) {
      Sim::wait_until(held, kRelaxed, [](std::uint64_t v) { return v == 0; });
    }
  }
  void unlock() { held.store(0, kRelaxed); }
  Word held;
};

[[gnu::noinline]] void set(std::uint64_t& guarded) { guarded = 1; }

TEST_F(Races, AMissingReleaseShowsOnWhatTheLockGuards) {
  const std::string found = find([](Machine& machine) {
    auto& lock = machine.make<LeakyLock>();
    auto& guarded = machine.make<std::uint64_t>();
    machine.name(lock, "lock");
    machine.name(guarded, "guarded");
    for (std::uint32_t cpu = 0; cpu < 2; ++cpu) {
      machine.spawn(cpu, [&] {
        lock.lock();
        set(guarded);
        lock.unlock();
      });
    }
    machine.run();
  });
  // Both accesses: the thread, the object, the functions, what went before.
  EXPECT_PART(found, "data race:");
  EXPECT_PART(found, " | T1  writes guarded");
  EXPECT_PART(found, "T0  |  writes guarded");
  EXPECT_PART(found, "set  races_test.cc:");
  EXPECT_PART(found, " | T1  exchange lock 0 -> 1");
  EXPECT_PART(found, "T0  |  exchange lock 0 -> 1");
}

TEST_F(Races, SpawnAndTheEndOfARunOrder) {
  EXPECT_EQ(find([](Machine& machine) {
              auto& value = machine.make<std::uint64_t>();
              machine.spawn(0, [&] {
                value = 1;
                machine.spawn(1, [&] { value = 2; });
              });
              machine.run();
              machine.spawn(2, [&] { value = 3; });
              machine.run();
              require(value == 3, "one after the other");
            }),
            "");
  EXPECT_PART(find([](Machine& machine) {
                auto& value = machine.make<std::uint64_t>();
                machine.spawn(0, [&] {
                  machine.spawn(1, [&] { value = 2; });
                  value = 1;
                });
                machine.run();
              }),
              "data race");
}

TEST_F(Races, LibraryFunctionsAreSeen) {
  EXPECT_PART(find([](Machine& machine) {
                auto& values = machine.make<std::array<char, 100>>();
                machine.spawn(
                    0, [&] { std::memset(values.data(), 1, values.size()); });
                machine.spawn(1, [&] { values[99] = 2; });
                machine.run();
              }),
              "data race");
}

TEST_F(Races, AnAtomicsConstructionRacesWithItsUse) {
  EXPECT_PART(find([](Machine& machine) {
                void* const memory = Sim::allocate(64, 64);
                machine.spawn(0, [=] { new (memory) Word(1); });
                machine.spawn(1, [=] {
                  (void)static_cast<Word*>(memory)->load(kAcquire);
                });
                machine.run();
              }),
              "data race");
}

TEST_F(Races, NeighboursDoNotRace) {
  EXPECT_EQ(find([](Machine& machine) {
              auto& values = machine.make<std::array<char, 8>>();
              for (std::uint32_t i = 0; i < 3; ++i) {
                machine.spawn(i, [&, i] { values[i] = 1; });
              }
              machine.run();
            }),
            "");
}

// A node that its predecessor writes into, told of it by `order`.
void link_node(Machine& machine, std::memory_order order) {
  auto& tail = machine.make<Sim::Atomic<McsNode<Sim>*>>();
  auto& nodes = machine.make<std::array<McsNode<Sim>, 2>>();
  machine.name(nodes, "nodes");
  machine.spawn(0, [&] {
    nodes[0].init();
    tail.store(&nodes[0], order);
  });
  machine.spawn(1, [&] {
    if (auto* const node = tail.load(kAcquire)) node->link(nodes[1]);
  });
  machine.run();
}

TEST_F(Markers, ShowAMissingEdgeAroundQueueNodes) {
  EXPECT_EQ(find([](Machine& m) { link_node(m, kRelease); }), "");
  const std::string found = find([](Machine& m) { link_node(m, kRelaxed); });
  EXPECT_PART(found, "data race");
  EXPECT_PART(found, "reaches into nodes");
  EXPECT_PART(found, "initialises nodes");
}

// An object that readers find and a writer takes away and gives back.
struct Object {
  Word value{1};
  Sim::RcuHead rcu{};
};
struct Finder {
  Sim::Atomic<Object*> object;
};

template <class Read>
void replace(Machine& machine, Read read, bool deferred) {
  auto& finder = machine.make<Finder>();
  auto* const object = new (Sim::allocate(sizeof(Object), 64)) Object;
  finder.object.store(object, kRelaxed);
  machine.name(*object, "object");
  machine.spawn(0, [&, read] { read(finder); });
  machine.spawn(1, [&, object, deferred] {
    finder.object.store(nullptr, kRelaxed);
    if (!deferred) {
      Sim::synchronize_rcu();
      Sim::deallocate(object);
      return;
    }
    Sim::call_rcu(object->rcu, [](Sim::RcuHead* head) {
      Sim::deallocate(reinterpret_cast<std::byte*>(head) -
                      offsetof(Object, rcu));
    });
    Sim::rcu_barrier();
  });
  machine.run();
}

const auto read_in_section = [](Finder& finder) {
  Sim::rcu_read_lock();
  if (Object* const object = finder.object.load(kAcquire)) {
    (void)object->value.load(kRelaxed);
  }
  Sim::rcu_read_unlock();
};
const auto read_outside = [](Finder& finder) {
  if (Object* const object = finder.object.load(kAcquire)) {
    (void)object->value.load(kRelaxed);
  }
};
// Found before the section, which protects nothing then.
const auto read_late = [](Finder& finder) {
  Object* const object = finder.object.load(kAcquire);
  Sim::rcu_read_lock();
  if (object != nullptr) (void)object->value.load(kRelaxed);
  Sim::rcu_read_unlock();
};

TEST_F(Markers, ReadsInASectionAreInOrder) {
  for (const bool deferred : {false, true}) {
    EXPECT_EQ(find([&](Machine& m) { replace(m, read_in_section, deferred); }),
              "");
  }
}

TEST_F(Markers, ReadsOutsideMeetReclaimedMemory) {
  for (const bool deferred : {false, true}) {
    const std::string found =
        find([&](Machine& m) { replace(m, read_outside, deferred); });
    EXPECT_PART(found, "reclaim");
    EXPECT_PART(found, "load object");
    EXPECT_PART(found, "deallocates object");
    EXPECT_PART(find([&](Machine& m) { replace(m, read_late, deferred); }),
                "reclaim");
  }
}

// Who reads early enough gets away with it, and is found all the same.
TEST_F(Markers, AReclaimThatNothingOrdersAfterAUseIsFoundWithoutAPreemption) {
  Exhaustive strategy(0);
  const Exploration result = explore(
      one_llc(4), strategy, [](Machine& m) { replace(m, read_outside, true); });
  ASSERT_TRUE(result.failure);
  EXPECT_PART(result.failure->what, "reclaim races with a use");
}

TEST_F(Markers, MemoryIsGivenBackOnce) {
  EXPECT_PART(find([](Machine& machine) {
                void* const memory = Sim::allocate(64, 64);
                for (std::uint32_t cpu = 0; cpu < 2; ++cpu) {
                  machine.spawn(cpu, [=] { Sim::deallocate(memory); });
                }
                machine.run();
              }),
              "reclaimed twice");
}

TEST_F(Markers, WhatIsHandedOutAgainIsAlive) {
  EXPECT_EQ(find([](Machine& machine) {
              auto& word = machine.make<Padded<Word>>().value;
              machine.spawn(0, [&] {
                Sim::poison(&word, sizeof(word));
                Sim::unpoison(&word, sizeof(word));
                word.store(1, kRelaxed);
              });
              machine.run();
            }),
            "");
}

}  // namespace
}  // namespace lockgauge::sim
