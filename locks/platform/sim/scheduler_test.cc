// Who runs when on a CPU with several threads: exact, in virtual time. Slices
// take 10 us here and switches 1 us.

#include "locks/platform/sim/scheduler.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "locks/cache_line.h"
#include "locks/platform/sim/machine.h"
#include "locks/platform/sim/sim.h"
#include "locks/platform/sim/test_machines.h"

namespace lockgauge::sim {
namespace {

constexpr auto kRelaxed = std::memory_order_relaxed;
using Word = Sim::Atomic<std::uint64_t>;

class TimeSlices : public testing::Test {
 protected:
  std::uint64_t now_ns() const { return machine_.task().time / kPsPerNs; }

  // A thread of CPU 0 that computes for so long, and says when it was done.
  ThreadId spawn_work(std::uint64_t ns) {
    return machine_.spawn(0, [this, ns] {
      machine_.work_ns(ns);
      done_ns_.push_back(now_ns());
    });
  }

  Machine machine_{one_llc(2), 1};
  std::vector<std::uint64_t> done_ns_;
};

TEST_F(TimeSlices, SharesAreExact) {
  std::vector<ThreadId> threads;
  for (int i = 0; i < 3; ++i) threads.push_back(spawn_work(1'000'000));
  // Each three times, and 4 us of the first one's fourth slice.
  machine_.run(9 * 11'000 + 4'000);
  const ThreadStatistics first = machine_.statistics(threads[0]);
  EXPECT_EQ(first, (ThreadStatistics{.cpu = 0,
                                     .finished = false,
                                     .cpu_time_ns = 34'000,
                                     .voluntary_switches = 0,
                                     .involuntary_switches = 3}));
  EXPECT_EQ(machine_.statistics(threads[1]).cpu_time_ns, 30'000u);
  EXPECT_EQ(machine_.statistics(threads[2]).cpu_time_ns, 30'000u);
}

TEST_F(TimeSlices, WorkIsCutAndGoesOn) {
  const ThreadId first = spawn_work(25'000);
  const ThreadId second = spawn_work(15'000);
  machine_.run();
  // 10 | 10 | 10 | 5 of the second, which ends | 5 of the first
  EXPECT_EQ(done_ns_, (std::vector<std::uint64_t>{38'000, 44'000}));
  EXPECT_EQ(machine_.statistics(first).cpu_time_ns, 25'000u);
  EXPECT_EQ(machine_.statistics(second).cpu_time_ns, 15'000u);
  EXPECT_TRUE(machine_.statistics(second).finished);
  EXPECT_EQ(machine_.statistics(first).involuntary_switches, 2u);
}

TEST_F(TimeSlices, AccessesAreCutBetweenTwo) {
  auto& word = machine_.make<Word>();
  const auto count = [&] {
    for (int i = 0; i < 10'000; ++i) word.fetch_add(1, kRelaxed);
  };
  const ThreadId first = machine_.spawn(0, count);
  const ThreadId second = machine_.spawn(0, count);
  machine_.run();
  EXPECT_EQ(word.load(kRelaxed), 20'000u);
  // 5 ns each; 80 for the line, which stays with the CPU.
  EXPECT_EQ(machine_.statistics(first).cpu_time_ns, 50'080u);
  EXPECT_EQ(machine_.statistics(second).cpu_time_ns, 50'000u);
}

TEST_F(TimeSlices, AnotherCpuDoesNotNotice) {
  spawn_work(100'000);
  spawn_work(100'000);
  machine_.spawn(1, [&] {
    machine_.work_ns(50'000);
    EXPECT_EQ(now_ns(), 50'000u);
    EXPECT_EQ(machine_.cpu_time_ns(), 50'000u);
  });
  machine_.run();
}

// Whoever comes late waits for the end of the slice that would be the current
// one had there been others all the time.
TEST_F(TimeSlices, LatecomersWaitForTheEndOfASlice) {
  const ThreadId alone = spawn_work(100'000);
  machine_.spawn(1, [&] {
    machine_.work_ns(34'000);
    spawn_work(1'000);
  });
  machine_.run();
  EXPECT_EQ(done_ns_, (std::vector<std::uint64_t>{42'000, 103'000}));
  EXPECT_EQ(machine_.statistics(alone).involuntary_switches, 1u);
}

TEST_F(TimeSlices, ASpinningWaiterUsesUpItsSlice) {
  auto& word = machine_.make<Word>();
  const ThreadId waiter = machine_.spawn(0, [&] {
    // Loaded at 81 ns, polled every 10 ns; the poll that was due 1 ns after the
    // slice was over is due 1 ns after it has the CPU again.
    Sim::wait_until(word, kRelaxed, [](std::uint64_t v) { return v == 1; });
    EXPECT_EQ(now_ns(), 10'000u + 1'000 + 500 + 1 + 1'000 + 1);
  });
  machine_.spawn(0, [&] {
    machine_.work_ns(500);
    word.store(1, kRelaxed);
  });
  machine_.run();
  EXPECT_EQ(machine_.statistics(waiter).cpu_time_ns, 10'001u);
  EXPECT_EQ(machine_.statistics(waiter).involuntary_switches, 1u);
}

TEST_F(TimeSlices, OnlyPollsOnTheCpuCount) {
  auto& word = machine_.make<Word>();
  std::vector<std::uint64_t> checks_ns;
  const ThreadId waiter = machine_.spawn(0, [&] {
    const auto never = [](std::uint64_t v) { return v == 1; };
    (void)Sim::wait_until(word, kRelaxed, never, 1500, [&] {
      checks_ns.push_back(now_ns());
      return checks_ns.size() < 3 ? Result::kOk : Result::kTimeout;
    });
  });
  spawn_work(100'000);
  machine_.run();
  // 15 us of polls: one slice of another thread falls into each.
  EXPECT_EQ(checks_ns, (std::vector<std::uint64_t>{81, 15'081 + 12'000,
                                                   30'081 + 24'000 + 12'000}));
  EXPECT_EQ(machine_.statistics(waiter).cpu_time_ns, 30'081u);
}

TEST_F(TimeSlices, YieldIsToTheEndOfTheLine) {
  std::string turns;
  for (const char name : {'a', 'b', 'c'}) {
    machine_.spawn(0, [&, name] {
      for (int i = 0; i < 3; ++i) {
        turns += name;
        machine_.work_ns(1000);
        machine_.yield();
      }
    });
  }
  machine_.run();
  EXPECT_EQ(turns, "abcabcabc");
  // They go in the same order, and pay for two more switches.
  EXPECT_EQ(machine_.statistics().now_ns, 9 * 2000u + 2 * 1000);
  EXPECT_EQ(machine_.statistics(ThreadId{2}).voluntary_switches, 3u);
  EXPECT_EQ(machine_.statistics(ThreadId{2}).involuntary_switches, 0u);
}

TEST_F(TimeSlices, YieldAloneIsNothing) {
  const ThreadId alone = machine_.spawn(0, [&] {
    machine_.yield();
    EXPECT_EQ(now_ns(), 0u);
  });
  machine_.run();
  EXPECT_EQ(machine_.statistics(alone).voluntary_switches, 0u);
}

TEST_F(TimeSlices, WaitingForReadersLetsOthersRun) {
  machine_.spawn(1, [&] {
    Sim::rcu_read_lock();
    machine_.work_ns(15'500);
    Sim::rcu_read_unlock();
  });
  const ThreadId waiter = machine_.spawn(0, [&] {
    machine_.work_ns(500);
    Sim::synchronize_rcu();
    // Woken at 15.5 us, in the second's second slice: 1.5, 11.5, 21.5.
    EXPECT_EQ(now_ns(), 22'500u);
  });
  spawn_work(30'000);
  machine_.run();
  EXPECT_EQ(machine_.statistics(waiter).cpu_time_ns, 500u);
  EXPECT_EQ(machine_.statistics(waiter).voluntary_switches, 1u);
  EXPECT_EQ(done_ns_, (std::vector<std::uint64_t>{33'500}));
}

TEST_F(TimeSlices, ADeadlockOfManyIsFoundAllTheSame) {
  auto& word = machine_.make<Word>();
  for (const std::uint32_t cpu : {0, 0, 1, 1}) {
    machine_.spawn(cpu, [&] {
      Sim::wait_until(word, kRelaxed, [](std::uint64_t v) { return v == 1; });
    });
  }
  EXPECT_THROW(machine_.run(), Deadlock);
  // Those in line were looked for too: with somebody to store, all go on.
  machine_.spawn(1, [&] { word.store(1, kRelaxed); });
  EXPECT_NO_THROW(machine_.run());
}

// Also those whose line is still on its way.
TEST_F(TimeSlices, TheNextThreadSeesWhatTheLastOneStored) {
  auto& mine = machine_.make<Padded<Word>>().value;
  auto& theirs = machine_.make<Padded<Word>>().value;
  machine_.spawn(1, [&] { theirs.store(1, kRelaxed); });
  machine_.spawn(0, [&] {
    machine_.work_ns(9'980);
    theirs.store(2, kRelaxed);  // done at 10'020
    mine.store(2, kRelaxed);    // at 10'061, from memory
    machine_.work_ns(1'000);
  });
  machine_.spawn(0, [&] {
    EXPECT_EQ(now_ns(), 11'061u);
    EXPECT_EQ(theirs.load(kRelaxed) + mine.load(kRelaxed), 4u);
  });
  machine_.run();
}

// A counter of the CPU's is updated in one step, wherever a slice ends.
TEST_F(TimeSlices, PerCpuCountersLoseNothing) {
  auto& counter = machine_.make<Sim::PerCpuCounter>();
  for (int i = 0; i < 3; ++i) {
    machine_.spawn(0, [&] {
      for (int round = 0; round < 20'000; ++round) {
        counter.increment();
        machine_.work_ns(1);
      }
    });
  }
  machine_.run();
  EXPECT_EQ(counter.increment(), 60'001);
}

}  // namespace
}  // namespace lockgauge::sim
