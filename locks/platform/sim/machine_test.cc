// What an access costs, who waits for whom, and that it is the same each time.

#include "locks/platform/sim/machine.h"

#include <gtest/gtest.h>

#include "locks/cache_line.h"
#include "locks/platform/sim/sim.h"
#include "locks/platform/sim/test_machines.h"
#include "locks/raw_spin.h"

namespace lockgauge::sim {
namespace {

constexpr auto kRelaxed = std::memory_order_relaxed;
constexpr auto kSeqCst = std::memory_order_seq_cst;
using Word = Sim::Atomic<std::uint64_t>;

// Nanoseconds that something takes the thread that does it.
template <class Act>
std::uint64_t cost_ns(Act act) {
  const Time before = Machine::current().task().time;
  act();
  return (Machine::current().task().time - before) / kPsPerNs;
}

TEST(Machine, AccessesCostWhatTheDescriptionSays) {
  Machine machine(two_packages(), 1);
  auto& word = machine.make<Word>();
  const auto load = [&] { (void)word.load(kRelaxed); };
  const auto store = [&] { word.store(1, kRelaxed); };
  const auto rmw = [&] { word.fetch_add(1, kRelaxed); };
  // One after the other, each long after the one before.
  const auto later = [&](std::uint32_t cpu, std::function<void()> act) {
    machine.spawn(cpu, [act, cpu, &machine] {
      machine.work_ns(1000 * (cpu + 1));
      act();
    });
  };
  later(0, [&] {
    EXPECT_EQ(cost_ns(load), 80u + 1) << "from memory";
    EXPECT_EQ(cost_ns(load), 1u);
    EXPECT_EQ(cost_ns(rmw), 5u) << "nobody else had it";
    EXPECT_EQ(cost_ns(store), 1u);
  });
  later(1, [&] {
    EXPECT_EQ(cost_ns(load), 40u + 1) << "from the same cache";
    EXPECT_EQ(cost_ns(rmw), 40u + 5) << "takes the other's copy";
  });
  later(2, [&] { EXPECT_EQ(cost_ns(load), 100u + 1) << "other package"; });
  later(4, [&] {
    EXPECT_EQ(cost_ns(load), 40u + 1) << "the nearer of two";
    EXPECT_EQ(cost_ns(store), 1u) << "buffered";
    EXPECT_EQ(cost_ns(rmw), 100u - 1 + 5) << "until the store is done";
  });
  later(5, [&] { EXPECT_EQ(cost_ns(load), 40u + 1); });
  later(6, [&] { EXPECT_EQ(cost_ns(rmw), 100u + 5) << "farthest copy"; });
  machine.run();

  const LineCounts counts = machine.counts_of(word);
  EXPECT_EQ(counts.from_memory, 1u);
  EXPECT_EQ(counts.transfers, (decltype(counts.transfers){0, 4, 0, 0, 3}));
  EXPECT_EQ(counts.invalidations, 1u + 3 - 1 + 2);
  EXPECT_EQ(counts.contended_ps, 0u);
}

TEST(Machine, RequestsForALineLineUp) {
  Machine machine(one_llc(4), 1);
  auto& word = machine.make<Word>();
  machine.spawn(0, [&] { word.fetch_add(1, kRelaxed); });
  machine.run();
  std::vector<std::uint64_t> took_ns;
  for (std::uint32_t cpu = 1; cpu < 4; ++cpu) {
    machine.spawn(cpu, [&] {
      took_ns.push_back(cost_ns([&] { word.fetch_add(1, kRelaxed); }));
    });
  }
  machine.run();
  EXPECT_EQ(took_ns, (std::vector<std::uint64_t>{45, 85, 125}));
  EXPECT_EQ(machine.counts_of(word).contended_ps, (40 + 80) * kPsPerNs);
}

TEST(Machine, FalseSharingCosts) {
  Machine machine(one_llc(2), 1);
  struct Counters {
    Word together[2];
    Padded<Word> apart[2];
  };
  auto& counters = machine.make<Counters>();
  std::uint64_t together_ns[2], apart_ns[2];
  for (std::uint32_t cpu = 0; cpu < 2; ++cpu) {
    machine.spawn(cpu, [&, cpu] {
      const auto count = [](Word& word) {
        for (int i = 0; i < 100; ++i) word.fetch_add(1, kRelaxed);
      };
      together_ns[cpu] = cost_ns([&] { count(counters.together[cpu]); });
      apart_ns[cpu] = cost_ns([&] { count(counters.apart[cpu].value); });
    });
  }
  machine.run();
  for (int cpu = 0; cpu < 2; ++cpu) {
    EXPECT_EQ(apart_ns[cpu], 80u + 100 * 5);
    EXPECT_GT(together_ns[cpu], 2 * apart_ns[cpu]);
  }
  EXPECT_EQ(machine.counts_of(counters.apart).all_transfers(), 0u);
  EXPECT_GT(machine.counts_of(counters.together).all_transfers(), 20u);
}

// Each of two threads stores to one word and then loads the other's. Answers
// what they loaded.
std::pair<std::uint64_t, std::uint64_t> store_then_load(
    std::memory_order order) {
  Machine machine(one_llc(2), 1);
  auto& words = machine.make<std::array<Padded<Word>, 2>>();
  std::uint64_t seen[2];
  for (std::uint32_t cpu = 0; cpu < 2; ++cpu) {
    machine.spawn(cpu, [&, cpu] {
      (void)words[cpu].value.load(kRelaxed);
      (void)words[1 - cpu].value.load(kRelaxed);
      machine.work_ns(1000 - machine.task().time / kPsPerNs);
      words[cpu].value.store(1, order);
      seen[cpu] = words[1 - cpu].value.load(kRelaxed);
    });
  }
  machine.run();
  return {seen[0], seen[1]};
}

TEST(Machine, LoadsPassStoresUnlessOrdered) {
  EXPECT_EQ(store_then_load(std::memory_order_release), std::pair(0ul, 0ul));
  EXPECT_NE(store_then_load(kSeqCst), std::pair(0ul, 0ul));
}

TEST(Machine, StoresHappenInOrderAndTheirOwnThreadSeesThemAtOnce) {
  Machine machine(two_packages(), 1);
  auto& far = machine.make<Padded<Word>>().value;
  auto& near = machine.make<Padded<Word>>().value;
  machine.spawn(2, [&] { far.fetch_add(1, kRelaxed); });
  machine.run();
  machine.spawn(0, [&] {
    near.fetch_add(1, kRelaxed);
    far.store(7, kRelaxed);   // takes 100 ns
    near.store(7, kRelaxed);  // the line is here
    EXPECT_EQ(far.load(kRelaxed), 7u);
    EXPECT_EQ(near.load(kRelaxed), 7u);
  });
  machine.spawn(1, [&] {
    Sim::wait_until(near, std::memory_order_acquire,
                    [](std::uint64_t value) { return value == 7; });
    EXPECT_EQ(far.load(kRelaxed), 7u);
  });
  machine.run();
}

TEST(Machine, AWaiterReloadsAtItsFirstPollAfterTheChange) {
  Machine machine(one_llc(2), 1);
  auto& word = machine.make<Word>();
  machine.spawn(0, [&] {
    // Loaded at 81 ns, then at 90 + k x 10 ns: 9 of pause, 1 of load.
    Sim::wait_until(word, kRelaxed, [](std::uint64_t v) { return v == 1; });
    // The store is issued at 1000 and done at 1040: there is a poll then.
    EXPECT_EQ(machine.task().time, (1040 + 40 + 1) * kPsPerNs);
  });
  machine.spawn(1, [&] {
    machine.work_ns(1000);
    word.store(1, kRelaxed);
  });
  machine.run();
  EXPECT_EQ(machine.statistics().accesses, 3u) << "polls in between are free";
}

TEST(Machine, AWaiterThatWasBusyCheckingMissesNoChange) {
  Machine machine(one_llc(2), 1);
  auto& word = machine.make<Word>();
  machine.spawn(0, [&] {
    const auto waited = Sim::wait_until(
        word, kRelaxed, [](std::uint64_t v) { return v == 1; }, 1'000'000,
        [&] {
          machine.work_ns(1000);
          return Result::kOk;
        });
    EXPECT_EQ(waited.result, Result::kOk);
    // At the first poll after the check.
    EXPECT_EQ(machine.task().time, (81 + 1000 + 9 + 40 + 1) * kPsPerNs);
  });
  machine.spawn(1, [&] {
    machine.work_ns(500);
    word.store(1, kRelaxed);
  });
  machine.run();
}

Statistics run_some(std::uint64_t seed) {
  Description description = from_shape({.packages = 2, .cores_per_llc = 4});
  Machine machine(description, seed);
  auto& lock = machine.make<RawSpin<Sim>>();
  for (std::uint32_t cpu = 0; cpu < machine.cpu_count(); ++cpu) {
    machine.spawn(cpu, [&] {
      for (;;) {
        (void)lock.lock();
        machine.work_ns(20);
        lock.unlock();
        machine.work_ns(50);
      }
    });
  }
  machine.run(100'000);
  return machine.statistics();
}

TEST(Machine, OneSeedIsOneRun) {
  const Statistics first = run_some(1);
  EXPECT_EQ(first.now_ns, 100'000u);
  EXPECT_EQ(run_some(1), first);
  EXPECT_NE(run_some(2), first);
}

TEST(Machine, ItsOwnDeadlockIsReported) {
  Machine machine(one_llc(2), 1);
  auto& word = machine.make<Word>();
  machine.spawn(1, [&] {
    Sim::wait_until(word, kRelaxed, [](std::uint64_t v) { return v == 1; });
  });
  try {
    machine.run();
    FAIL() << "nobody stores";
  } catch (const Deadlock& deadlock) {
    EXPECT_STREQ(deadlock.what(),
                 "the simulation cannot go on at 81 ns: CPU 1 waits since 81 "
                 "ns for line 0x200000000000");
  }
}

TEST(Machine, WhatEscapesAThreadLeavesRun) {
  Machine machine(one_llc(2), 1);
  machine.spawn(0, [] { throw std::out_of_range("escaped"); });
  machine.spawn(1, [&] { machine.work_ns(1'000'000); });
  EXPECT_THROW(machine.run(), std::out_of_range);
}

TEST(Machine, RefusesWhatItCannotRun) {
  Machine machine(one_llc(2), 1);
  EXPECT_THROW(machine.spawn(2, [] {}), std::invalid_argument);
  EXPECT_THROW(machine.interrupt(2, 0, [] {}), std::invalid_argument);
  EXPECT_THROW(machine.interrupt_randomly(0, 0, [] {}), std::invalid_argument);
  EXPECT_THROW(Machine(one_llc(2), 1), std::runtime_error) << "one at a time";
  EXPECT_THROW(Sim::cpu(), std::logic_error) << "no thread";
}

}  // namespace
}  // namespace lockgauge::sim
