// CPUs of one core slow each other down. CPUs 0 and 4 share a core, 1 has one
// for itself; sharing takes half as long again.

#include <gtest/gtest.h>

#include "locks/cache_line.h"
#include "locks/platform/sim/machine.h"
#include "locks/platform/sim/sim.h"
#include "locks/platform/sim/test_machines.h"

namespace lockgauge::sim {
namespace {

constexpr auto kRelaxed = std::memory_order_relaxed;
using Word = Sim::Atomic<std::uint64_t>;

class Smt : public testing::Test {
 protected:
  static Description description() {
    Description description = two_packages();
    description.scheduling.smt_percent = 50;
    return description;
  }

  Time now_ps() const { return machine_.task().time; }
  std::uint64_t now_ns() const { return now_ps() / kPsPerNs; }

  template <class Act>
  Time cost_ps(Act act) const {
    const Time before = now_ps();
    act();
    return now_ps() - before;
  }

  Machine machine_{description(), 1};
};

TEST_F(Smt, EverythingOnTheCoreIsSlower) {
  auto& word = machine_.make<Word>();
  const auto all = [&] {
    EXPECT_EQ(cost_ps([&] { machine_.work_ns(100); }), 150'000u);
    EXPECT_EQ(cost_ps([&] { (void)word.load(kRelaxed); }), 80'000u + 1'500)
        << "memory is as far as before";
    EXPECT_EQ(cost_ps([&] { (void)word.load(kRelaxed); }), 1'500u);
    EXPECT_EQ(cost_ps([&] { word.fetch_add(1, kRelaxed); }), 7'500u);
    EXPECT_EQ(cost_ps([&] { word.store(1, kRelaxed); }), 1'500u);
    EXPECT_EQ(cost_ps([] { Sim::relax(); }), 13'500u);
    EXPECT_EQ(cost_ps([] { (void)Sim::now_ns(); }), 15'000u);
  };
  machine_.spawn(0, all);
  machine_.spawn(4, [&] { machine_.work_ns(10'000); });
  machine_.spawn(
      1, [&] { EXPECT_EQ(cost_ps([&] { machine_.work_ns(100); }), 100'000u); });
  machine_.run();
}

TEST_F(Smt, FromAndToWhenTheSiblingRuns) {
  machine_.spawn(0, [&] {
    machine_.work_ns(1'000);
    EXPECT_EQ(now_ns(), 1'000u) << "alone when it began";
    machine_.spawn(4, [&] { machine_.work_ns(1'000); });
    machine_.work_ns(2'000);
    EXPECT_EQ(now_ns(), 4'000u) << "shared when it began";
    machine_.work_ns(1'000);
    EXPECT_EQ(now_ns(), 5'000u) << "alone again";
  });
  machine_.run();
}

TEST_F(Smt, ASpinningSiblingCountsABlockedOneDoesNot) {
  auto& word = machine_.make<Padded<Word>>().value;
  machine_.spawn(4, [&] {
    Sim::wait_until(word, kRelaxed, [](std::uint64_t v) { return v == 1; });
    Sim::synchronize_rcu();
  });
  machine_.spawn(1, [&] {
    Sim::rcu_read_lock();
    machine_.work_ns(100'000);
    Sim::rcu_read_unlock();
  });
  machine_.spawn(0, [&] {
    EXPECT_EQ(cost_ps([&] { machine_.work_ns(1'000); }), 1'500'000u);
    word.store(1, kRelaxed);
    machine_.work_ns(1'000);
    EXPECT_EQ(cost_ps([&] { machine_.work_ns(1'000); }), 1'000'000u);
  });
  machine_.run();
}

// The polls of a wait take as long as they do when they begin.
TEST_F(Smt, AWaitersPollsAreSlowerWhileItShares) {
  auto& word = machine_.make<Padded<Word>>().value;
  machine_.spawn(0, [&] {
    // Loaded at 81 ns, polls at 90 + k x 10 ns, the first at 1000 or later is
    // at 1000; from there every 15 ns, the last before 2000 at 1990; the
    // one under way at 2000 still takes its 15, then 10 again.
    Sim::wait_until(word, kRelaxed, [](std::uint64_t v) { return v == 1; });
    EXPECT_EQ(now_ns(), 3'045u + 40 + 1);
  });
  machine_.spawn(1, [&] {
    machine_.work_ns(1'000);
    machine_.spawn(4, [&] {
      machine_.work_ns(500);  // 750
      machine_.work_ns(166);  // 249
    });
    machine_.work_ns(2'000);
    word.store(1, kRelaxed);  // done at 3040
  });
  machine_.run();
}

TEST_F(Smt, DeadlinesMoveWithTheirPolls) {
  auto& word = machine_.make<Padded<Word>>().value;
  const auto wait_200_polls = [&] {
    int checks = 0;
    (void)Sim::wait_until(
        word, kRelaxed, [](std::uint64_t v) { return v == 1; }, 200,
        [&] { return ++checks < 2 ? Result::kOk : Result::kTimeout; });
  };
  machine_.spawn(0, [&] {
    wait_200_polls();
    // From 81 ns on: at 1000 the 92nd is due, the others take 15 ns.
    EXPECT_EQ(now_ns(), 81u + 92 * 10 + 108 * 15);
  });
  machine_.spawn(1, [&] {
    machine_.work_ns(1'000);
    machine_.spawn(4, [&] { machine_.work_ns(10'000); });
  });
  machine_.run();

  const Time start = machine_.statistics().now_ns;
  machine_.spawn(0, [&] {
    wait_200_polls();
    // Loaded at 1.5 ns, then every 15: at 1500 the 100th is due at 1500, the
    // others take 10 ns.
    EXPECT_EQ(now_ns() - start, 1'500u + 100 * 10 + 1);
  });
  machine_.spawn(4, [&] { machine_.work_ns(1'000); });
  machine_.run();
}

TEST_F(Smt, OnlyThreadsOfTheSameCoreMatter) {
  machine_.spawn(0, [&] {
    EXPECT_EQ(cost_ps([&] { machine_.work_ns(1'000); }), 1'000'000u);
  });
  for (const std::uint32_t cpu : {1, 2, 3, 5, 6, 7}) {
    machine_.spawn(cpu, [&] { machine_.work_ns(10'000); });
  }
  machine_.run();
}

}  // namespace
}  // namespace lockgauge::sim
