// One seed is one run, and another seed another, whatever happens on the CPUs.

#include <gtest/gtest.h>

#include <vector>

#include "locks/backend.h"
#include "locks/cache_line.h"
#include "locks/platform/sim/machine.h"
#include "locks/platform/sim/sim.h"
#include "locks/rqspinlock.h"

namespace lockgauge::sim {
namespace {

// All that a run came to.
struct Outcome {
  Statistics machine;
  std::vector<ThreadStatistics> threads;
  std::vector<InterruptCounts> interrupts;
  std::vector<std::uint64_t> steal_ns;
  std::uint64_t failed;

  bool operator==(const Outcome&) const = default;
};

// Two threads on each of eight CPUs of four cores, with preemption, theft, and
// interrupts that try to get the lock too. They only try: in user space its
// next owner may be one that cannot run until their handler is done.
Outcome run(const Scheduling& scheduling, std::uint64_t seed) {
  using B = backend::rqspinlock<Sim>;
  Description description =
      from_shape({.packages = 2, .cores_per_llc = 2, .cpus_per_core = 2});
  description.scheduling = scheduling;
  Machine machine(description, seed);
  auto& lock = machine.make<Padded<B::Lock>>().value;
  Outcome outcome{};
  const auto section = [&] {
    if (acquire<B>(lock) == Result::kOk) {
      machine.work_ns(200);
      release<B>(lock);
    } else {
      ++outcome.failed;
    }
  };
  const auto attempt = [&] {
    if (lock.try_lock()) {
      machine.work_ns(200);
      lock.unlock();
    } else {
      ++outcome.failed;
    }
  };
  std::vector<ThreadId> threads;
  for (std::uint32_t i = 0; i < 16; ++i) {
    threads.push_back(machine.spawn(i % 8, [&] {
      const Sim::Thread self;
      for (int round = 0; round < 200; ++round) {
        section();
        machine.work_ns(300);
        if (round % 50 == 0) machine.yield();
      }
    }));
  }
  for (std::uint32_t cpu = 0; cpu < 8; ++cpu) {
    machine.interrupt_randomly(cpu, 50'000, attempt);
  }
  machine.run();
  EXPECT_EQ(lock.snapshot(), 0u);

  outcome.machine = machine.statistics();
  for (const ThreadId thread : threads) {
    outcome.threads.push_back(machine.statistics(thread));
  }
  for (std::uint32_t cpu = 0; cpu < 8; ++cpu) {
    outcome.interrupts.push_back(machine.interrupts(cpu));
    outcome.steal_ns.push_back(machine.steal_ns(cpu));
  }
  return outcome;
}

class Repeat : public testing::TestWithParam<Preemption> {};

TEST_P(Repeat, OneSeedIsOneRun) {
  const Scheduling scheduling{.time_slice_ns = 20'000,
                              .switch_ns = 1'500,
                              .preemption = GetParam(),
                              .steal_every_ns = 200'000,
                              .steal_ns = 10'000,
                              .smt_percent = 60};
  const Outcome first = run(scheduling, 1);
  EXPECT_EQ(run(scheduling, 1), first);
  EXPECT_NE(run(scheduling, 2), first);
  // All of it did happen.
  EXPECT_GT(first.threads[0].involuntary_switches, 1u);
  EXPECT_GT(first.threads[0].voluntary_switches, 1u);
  EXPECT_GT(first.interrupts[0].handled, 1u);
  EXPECT_GT(first.steal_ns[0], 1u);
}

INSTANTIATE_TEST_SUITE_P(, Repeat,
                         testing::Values(Preemption::kKernel,
                                         Preemption::kUser),
                         [](const auto& info) {
                           return info.param == Preemption::kUser ? "User"
                                                                  : "Kernel";
                         });

}  // namespace
}  // namespace lockgauge::sim
