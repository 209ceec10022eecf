// CPUs that a hypervisor takes away.

#include <gtest/gtest.h>

#include <vector>

#include "locks/platform/sim/machine.h"
#include "locks/platform/sim/sim.h"
#include "locks/platform/sim/test_machines.h"

namespace lockgauge::sim {
namespace {

constexpr std::uint64_t kMs = 1'000'000;
// No multiple of a slice, which takes 10 us.
constexpr std::uint64_t kSteal_ns = 23'000;

// A twentieth of the time.
Description stolen(std::uint32_t cores) {
  Description description = one_llc(cores);
  description.scheduling.steal_every_ns = 20 * kSteal_ns;
  description.scheduling.steal_ns = kSteal_ns;
  return description;
}

TEST(Steal, IsTheShareItShouldBeAndAccountedFor) {
  Machine machine(stolen(2), 1);
  const ThreadId thread =
      machine.spawn(0, [&] { machine.work_ns(10'000 * kMs); });
  machine.run(400 * kMs);
  const std::uint64_t steal_ns = machine.steal_ns(0);
  EXPECT_NEAR(static_cast<double>(steal_ns), 20 * kMs, 2 * kMs);
  EXPECT_EQ(machine.statistics(thread).cpu_time_ns, 400 * kMs - steal_ns);
  EXPECT_EQ(machine.statistics(thread).involuntary_switches, 0u)
      << "the guest does not know";
  EXPECT_EQ(machine.steal_ns(1), 0u) << "nobody wanted that one";
}

TEST(Steal, DelaysWorkByWhatWasTaken) {
  Machine machine(stolen(1), 1);
  machine.spawn(0, [&] {
    machine.work_ns(10 * kMs);
    EXPECT_EQ(machine.task().time / kPsPerNs, 10 * kMs + machine.steal_ns(0));
    EXPECT_EQ(machine.steal_ns(0) % kSteal_ns, 0u);
    EXPECT_EQ(machine.cpu_time_ns(), 10 * kMs);
  });
  machine.run();
  EXPECT_GT(machine.steal_ns(0), 0u);
}

TEST(Steal, DoesNotAskWhetherPreemptionIsOff) {
  Machine machine(stolen(1), 1);
  machine.spawn(0, [&] {
    Sim::preempt_disable();
    machine.work_ns(10 * kMs);
    EXPECT_GT(machine.steal_ns(0), 0u);
    Sim::preempt_enable();
  });
  machine.run();
}

TEST(Steal, IsNotFromAnybodysSlice) {
  Machine machine(stolen(1), 1);
  std::vector<ThreadId> threads;
  for (int i = 0; i < 2; ++i) {
    threads.push_back(machine.spawn(0, [&] { machine.work_ns(1000 * kMs); }));
  }
  machine.run(100 * kMs);
  const ThreadStatistics first = machine.statistics(threads[0]);
  const ThreadStatistics second = machine.statistics(threads[1]);
  // Whole slices of 10 us all of them, but for a thread's last.
  EXPECT_GE(first.cpu_time_ns, first.involuntary_switches * 10'000);
  EXPECT_LE(first.cpu_time_ns, (first.involuntary_switches + 1) * 10'000);
  EXPECT_NEAR(static_cast<double>(first.cpu_time_ns),
              static_cast<double>(second.cpu_time_ns), 10'000);
  EXPECT_GT(machine.steal_ns(0), 0u);
}

// Also when a piece ends in the midst of a theft.
TEST(Steal, ARunInPiecesIsTheSameRun) {
  const auto finish_ns = [](std::uint64_t piece_ns) {
    Machine machine(stolen(1), 1);
    std::uint64_t finish_ns = 0;
    machine.spawn(0, [&] {
      machine.work_ns(100 * kMs);
      finish_ns = machine.task().time / kPsPerNs;
    });
    std::uint64_t end_ns = 0;
    while (finish_ns == 0) machine.run(end_ns += piece_ns);
    return finish_ns;
  };
  EXPECT_EQ(finish_ns(kSteal_ns / 2), finish_ns(1000 * kMs));
}

TEST(Steal, EachCpuIsTakenAtTimesOfItsOwn) {
  Machine machine(stolen(2), 1);
  std::vector<std::uint64_t> steps_ns[2];
  for (std::uint32_t cpu = 0; cpu < 2; ++cpu) {
    machine.spawn(cpu, [&, cpu] {
      for (int i = 0; i < 10'000; ++i) {
        machine.work_ns(1'000);
        steps_ns[cpu].push_back(machine.task().time / kPsPerNs);
      }
    });
  }
  machine.run();
  EXPECT_NE(steps_ns[0], steps_ns[1]);
}

}  // namespace
}  // namespace lockgauge::sim
