// Textbook bugs are found, each with an interleaving that shows it and a
// schedule that repeats it.

#include "locks/platform/sim/explore/explore.h"

#include <gtest/gtest.h>

#include <set>

#include "locks/platform/sim/sim.h"
#include "locks/platform/sim/test_machines.h"
#include "locks/raw_spin.h"

namespace lockgauge::sim {
namespace {

constexpr auto kRelaxed = std::memory_order_relaxed;
constexpr auto kAcquire = std::memory_order_acquire;
constexpr auto kRelease = std::memory_order_release;
using Word = Sim::Atomic<std::uint64_t>;

Exploration run(Strategy& strategy, const std::function<void(Machine&)>& test,
                const Options& options = {}) {
  return explore(one_llc(4), strategy, test, options);
}

void lost_update(Machine& machine) {
  auto& word = machine.make<Word>();
  machine.name(word, "counter");
  for (std::uint32_t cpu = 0; cpu < 2; ++cpu) {
    machine.spawn(cpu, [&] {
      const std::uint64_t seen = word.load(kRelaxed);
      word.store(seen + 1, kRelaxed);
    });
  }
  machine.run();
  require(word.load(kRelaxed) == 2, "both were counted");
}

TEST(Exhaustive, FindsALostUpdateWithOnePreemptionAndNotWithNone) {
  Exhaustive none(0);
  const Exploration without = run(none, lost_update);
  EXPECT_TRUE(without.exhausted);
  EXPECT_FALSE(without.failure);
  EXPECT_EQ(without.executions, 2u) << "either thread first";

  Exhaustive one(1);
  const Exploration found = run(one, lost_update);
  ASSERT_TRUE(found.failure);
  EXPECT_EQ(found.failure->what, "both were counted");
  EXPECT_EQ(found.failure->schedule, "0x2 1x3 0");
}

TEST(Exhaustive, TheInterleavingShowsWhoDidWhat) {
  Exhaustive strategy;
  const Exploration found = run(strategy, lost_update);
  ASSERT_TRUE(found.failure);
  std::string text = found.failure->interleaving;
  // Lines of this file move.
  for (std::size_t at; (at = text.find("  explore_test.cc")) != text.npos;) {
    const std::size_t from = text.find_last_not_of(' ', at) + 1;
    text.erase(from, text.find('\n', at) - from);
  }
  EXPECT_EQ(text,
            "T0: CPU 0, T1: CPU 1\n"
            "    1 T0  |  load counter = 0\n"
            "    2  | T1  load counter = 0\n"
            "    3  | T1  store counter 0 -> 1\n"
            "    4  | T1  ends\n"
            "    5 T0  |  store counter 1 -> 1\n"
            "    6 T0  |  ends\n");
}

TEST(Exhaustive, CountsAllInterleavings) {
  // Two threads of two accesses each: 4 choose 2.
  const auto test = [](Machine& machine) {
    auto& word = machine.make<Word>();
    for (std::uint32_t cpu = 0; cpu < 2; ++cpu) {
      machine.spawn(cpu, [&] {
        (void)word.load(kRelaxed);
        (void)word.load(kRelaxed);
      });
    }
    machine.run();
  };
  Exhaustive all;
  const Exploration result = run(all, test);
  EXPECT_TRUE(result.exhausted);
  EXPECT_FALSE(result.failure);
  std::set<std::string> orders;
  const auto record = [&](Machine& machine) {
    std::string order;
    auto& word = machine.make<Word>();
    for (std::uint32_t cpu = 0; cpu < 2; ++cpu) {
      machine.spawn(cpu, [&, cpu] {
        for (int i = 0; i < 2; ++i) {
          (void)word.load(kRelaxed);
          order += std::to_string(cpu);
        }
      });
    }
    machine.run();
    orders.insert(order);
  };
  Exhaustive again;
  run(again, record);
  EXPECT_EQ(orders.size(), 6u);
}

TEST(Replay, RepeatsAFailure) {
  Exhaustive strategy;
  const Exploration found = run(strategy, lost_update);
  ASSERT_TRUE(found.failure);
  Replay replay(found.failure->schedule);
  const Exploration again = run(replay, lost_update);
  ASSERT_TRUE(again.failure);
  EXPECT_EQ(again.executions, 1u);
  EXPECT_EQ(again.failure->what, found.failure->what);
  EXPECT_EQ(again.failure->interleaving, found.failure->interleaving);
}

TEST(Replay, RefusesWhatDoesNotFit) {
  EXPECT_THROW(Replay("0x2 zero"), std::invalid_argument);
  EXPECT_THROW(Replay("0x"), std::invalid_argument);
  EXPECT_THROW(Replay("0x0"), std::invalid_argument);
  Replay other("0x2 7");
  EXPECT_THROW(run(other, lost_update), std::invalid_argument);
  EXPECT_EQ(Schedule::parse("0 0 1 ?2 1").text(), "0x2 1 ?2 1");
}

// Looks free, is taken: two steps where one is needed.
struct BrokenLock {
  void lock() {
    while (held.load(kAcquire) != 0) Sim::relax();
    held.store(1, kRelaxed);
  }
  void unlock() { held.store(0, kRelease); }
  Word held;
};

// Sections of two threads under a lock, and what is guarded.
template <class L>
void exclusion(Machine& machine) {
  auto& lock = machine.make<L>();
  auto& inside = machine.make<Word>();
  machine.name(lock, "lock");
  machine.name(inside, "inside");
  for (std::uint32_t cpu = 0; cpu < 2; ++cpu) {
    machine.spawn(cpu, [&] {
      (void)lock.lock();
      require(inside.fetch_add(1, kRelaxed) == 0, "one at a time");
      inside.fetch_sub(1, kRelaxed);
      lock.unlock();
    });
  }
  machine.run();
}

TEST(Exhaustive, FindsALockThatDoesNotExclude) {
  Exhaustive strategy(2);
  const Exploration found = run(strategy, exclusion<BrokenLock>);
  ASSERT_TRUE(found.failure);
  EXPECT_EQ(found.failure->what, "one at a time");
}

TEST(Exhaustive, EndsOnALockThatExcludes) {
  Exhaustive strategy;
  const Exploration result = run(strategy, exclusion<RawSpin<Sim>>);
  EXPECT_TRUE(result.exhausted);
  EXPECT_FALSE(result.failure) << result.failure->interleaving;
}

// Relaxes between attempts that change nothing.
struct TestAndSet {
  void lock() {
    while (held.exchange(1, kAcquire) != 0) Sim::relax();
  }
  void unlock() { held.store(0, kRelease); }
  Word held;
};

TEST(Exhaustive, EndsOnALockThatSpinsByHand) {
  Exhaustive strategy;
  const Exploration result = run(strategy, exclusion<TestAndSet>);
  EXPECT_TRUE(result.exhausted);
  EXPECT_FALSE(result.failure) << result.failure->interleaving;
}

// A hand-over that is polled for but once may be given up on although nobody
// else does anything meanwhile.
TEST(Exhaustive, AThreadThatRelaxesMayInsist) {
  bool gave_up = false;
  const auto test = [&](Machine& machine) {
    auto& word = machine.make<Word>();
    machine.spawn(0, [&] {
      if (word.load(kRelaxed) != 0) return;
      Sim::relax();
      gave_up |= word.load(kRelaxed) == 0;
    });
    machine.spawn(1, [&] { word.store(1, kRelaxed); });
    machine.run();
  };
  Exhaustive none(0);
  run(none, test);
  EXPECT_FALSE(gave_up) << "it costs as much as a preemption";
  Exhaustive one(1);
  run(one, test);
  EXPECT_TRUE(gave_up);
}

void abba(Machine& machine) {
  auto& a = machine.make<RawSpin<Sim>>();
  auto& b = machine.make<RawSpin<Sim>>();
  machine.name(a, "a");
  machine.name(b, "b");
  const auto both = [](RawSpin<Sim>& first, RawSpin<Sim>& second) {
    (void)first.lock();
    (void)second.lock();
    second.unlock();
    first.unlock();
  };
  machine.spawn(0, [&] { both(a, b); });
  machine.spawn(1, [&] { both(b, a); });
  machine.run();
}

TEST(Exhaustive, FindsAbbaAsADeadlock) {
  Exhaustive strategy;
  const Exploration found = run(strategy, abba);
  ASSERT_TRUE(found.failure);
  EXPECT_EQ(found.failure->what, "deadlock: T0 waits for b; T1 waits for a");
  const std::string& text = found.failure->interleaving;
  EXPECT_NE(text.find("T0  |  exchange a 0 -> 1"), text.npos) << text;
  EXPECT_NE(text.find(" | T1  exchange b 0 -> 1"), text.npos) << text;
  EXPECT_NE(text.find("T0  |  waits for b"), text.npos) << text;
}

TEST(Exhaustive, FindsALostWakeUp) {
  // The sleeper announces itself after its last look.
  const auto test = [](Machine& machine) {
    auto& ready = machine.make<Word>();
    auto& sleeps = machine.make<Word>();
    auto& wake = machine.make<Word>();
    machine.spawn(0, [&] {
      if (ready.load(kAcquire) != 0) return;
      sleeps.store(1, kRelease);
      Sim::wait_until(wake, kAcquire, [](std::uint64_t v) { return v != 0; });
    });
    machine.spawn(1, [&] {
      ready.store(1, kRelease);
      if (sleeps.load(kAcquire) != 0) wake.store(1, kRelease);
    });
    machine.run();
  };
  Exhaustive strategy;
  const Exploration found = run(strategy, test);
  ASSERT_TRUE(found.failure);
  EXPECT_TRUE(found.failure->what.starts_with("deadlock: T0 waits for"))
      << found.failure->what;
}

TEST(Exhaustive, ReportsALivelock) {
  const auto test = [](Machine& machine) {
    auto& word = machine.make<Word>();
    for (std::uint32_t cpu = 0; cpu < 2; ++cpu) {
      machine.spawn(cpu, [&] {
        while (word.load(kRelaxed) == 0) Sim::relax();
      });
    }
    machine.run();
  };
  Exhaustive strategy;
  const Exploration found = run(strategy, test, {.relaxes = 10});
  ASSERT_TRUE(found.failure);
  EXPECT_TRUE(found.failure->what.starts_with("livelock: all that can go on"));
}

TEST(Exhaustive, ChoosesEachOutcome) {
  std::set<std::pair<std::uint32_t, std::uint32_t>> outcomes;
  const auto test = [&](Machine& machine) {
    machine.spawn(0, [&] {
      const std::uint32_t first = machine.choose(3);
      outcomes.emplace(first, machine.choose(2, /*cost=*/1));
    });
    machine.run();
  };
  Exhaustive free(0);
  EXPECT_EQ(run(free, test).executions, 3u);
  EXPECT_EQ(outcomes.size(), 3u) << "the other three cost something";
  Exhaustive all;
  EXPECT_EQ(run(all, test).executions, 6u);
  EXPECT_EQ(outcomes.size(), 6u);
}

TEST(Exhaustive, SwitchesAtPointsOnlyIfToldTo) {
  const auto test = [](Machine& machine) {
    auto& word = machine.make<Word>();
    for (std::uint32_t cpu = 0; cpu < 2; ++cpu) {
      machine.spawn(cpu, [&] {
        for (int i = 0; i < 10; ++i) (void)word.load(kRelaxed);
        machine.point("between");
        for (int i = 0; i < 10; ++i) (void)word.load(kRelaxed);
      });
    }
    machine.run();
  };
  Exhaustive strategy;
  const Exploration result =
      run(strategy, test, {.granularity = Granularity::kPoints});
  EXPECT_TRUE(result.exhausted);
  // AABB, ABAB, ABBA and the same from B; what is between costs nothing.
  EXPECT_EQ(result.executions, 6u);
}

TEST(Exhaustive, AWaitExpiresWhenNobodyElseCanGoOn) {
  const auto test = [](Machine& machine) {
    auto& word = machine.make<Word>();
    machine.spawn(0, [&] {
      std::uint64_t begin_ns = Sim::now_ns();
      int checks = 0;
      const auto waited = Sim::wait_until(
          word, kAcquire, [](std::uint64_t v) { return v == 2; }, 1000,
          [&] {
            ++checks;
            return Sim::now_ns() - begin_ns > 250'000'000 ? Result::kTimeout
                                                          : Result::kOk;
          });
      require(waited.result == Result::kTimeout, "nobody stores 2");
      require(checks == 8, "2 + 4 + ... + 128 ms and the first check");
    });
    machine.spawn(1, [&] { word.store(1, kRelaxed); });
    machine.run();
  };
  Exhaustive strategy;
  const Exploration result = run(strategy, test);
  EXPECT_TRUE(result.exhausted);
  EXPECT_FALSE(result.failure) << result.failure->what;
}

TEST(Exhaustive, AWaitExpiresAnyTimeIfToldTo) {
  const auto test = [](Machine& machine) {
    auto& word = machine.make<Word>();
    machine.spawn(0, [&] {
      int checks = 0;
      const auto waited = Sim::wait_until(
          word, kAcquire, [](std::uint64_t v) { return v == 1; }, 1000,
          [&] { return ++checks == 2 ? Result::kTimeout : Result::kOk; });
      require(waited.result == Result::kOk, "the store came");
    });
    machine.spawn(1, [&] { word.store(1, kRelaxed); });
    machine.run();
  };
  Exhaustive stuck;
  EXPECT_FALSE(run(stuck, test).failure);
  Exhaustive any;
  EXPECT_TRUE(run(any, test, {.expiry = Expiry::kAnyTime}).failure);
}

TEST(Exhaustive, NoticesATestThatIsNotTheSameEachTime) {
  int execution = 0;
  const auto test = [&](Machine& machine) {
    auto& word = machine.make<Word>();
    const std::uint32_t threads = 2 + execution++ % 2;
    for (std::uint32_t cpu = 0; cpu < threads; ++cpu) {
      machine.spawn(cpu, [&] { (void)word.load(kRelaxed); });
    }
    machine.run();
  };
  Exhaustive strategy;
  try {
    run(strategy, test);
    FAIL() << "it has two threads or three";
  } catch (const std::logic_error& error) {
    EXPECT_NE(std::string(error.what()).find("not the same each time"),
              std::string::npos)
        << error.what();
  }
}

// Needs two orderings at once: depth 3.
void two_orderings(Machine& machine) {
  auto& words = machine.make<std::array<Word, 2>>();
  machine.spawn(0, [&] {
    for (int i = 0; i < 5; ++i) (void)words[0].load(kRelaxed);
    words[0].store(1, kRelaxed);
    words[0].store(2, kRelaxed);
  });
  machine.spawn(1, [&] {
    const bool between = words[0].load(kRelaxed) == 1;
    words[1].store(1, kRelaxed);
    words[1].store(2, kRelaxed);
    (void)words[1].load(kRelaxed);
    words[1].store(between ? 3 : 2, kRelaxed);
  });
  machine.spawn(2, [&] {
    const bool between = words[1].load(kRelaxed) == 1;
    require(!(between && words[0].load(kRelaxed) == 1), "one of the two");
  });
  machine.run();
}

TEST(Pct, FindsADeepBugWithinItsBound) {
  Pct strategy(/*seed=*/1, /*depth=*/3, /*executions=*/100'000);
  const Exploration found = run(strategy, two_orderings);
  ASSERT_TRUE(found.failure);
  // Found with a probability of at least 1 / (n k^2) each: after so many it
  // would be missed once in e^3.
  const std::uint64_t k = strategy.longest();
  EXPECT_LT(found.executions, 3 * 3 * k * k) << k;
}

TEST(Pct, OneSeedIsOneExploration) {
  const auto explore_from = [](std::uint64_t seed) {
    Pct strategy(seed, 3, 100'000);
    const auto found = run(strategy, two_orderings);
    return std::pair(found.executions,
                     found.failure.value_or(Failure{}).schedule);
  };
  EXPECT_EQ(explore_from(7), explore_from(7));
  EXPECT_NE(explore_from(7), explore_from(70));
}

TEST(Explore, LooksForAShorterFailureIfAllowed) {
  Pct first(1, 3, 100'000);
  const Exploration found = run(first, lost_update);
  Pct longer(1, 3, 100'000);
  const Exploration best =
      run(longer, lost_update, {.executions_after_failure = 1000});
  ASSERT_TRUE(found.failure && best.failure);
  EXPECT_LE(Schedule::parse(best.failure->schedule).switches(), 2u);
}

}  // namespace
}  // namespace lockgauge::sim
