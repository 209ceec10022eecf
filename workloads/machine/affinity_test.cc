#include "workloads/machine/affinity.h"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

namespace lockgauge::machine {
namespace {

cpu_set_t mask_of_this_thread() {
  cpu_set_t mask;
  CPU_ZERO(&mask);
  EXPECT_EQ(sched_getaffinity(0, sizeof mask, &mask), 0);
  return mask;
}

TEST(Pin, ReachesEveryAllowedCpu) {
  const SavedAffinity restored_at_exit;
  const auto topology = Topology::of_this_machine();
  for (const Cpu& cpu : topology.cpus()) {
    ASSERT_EQ(pin_this_thread(topology, cpu.os_index), PinStatus::kVerified);
    const cpu_set_t mask = mask_of_this_thread();
    EXPECT_EQ(CPU_COUNT(&mask), 1);
    EXPECT_TRUE(CPU_ISSET(cpu.os_index, &mask));
  }
}

TEST(Pin, LeavesOtherThreadsAlone) {
  const auto topology = Topology::of_this_machine();
  const cpu_set_t before = mask_of_this_thread();
  std::thread([&] {
    pin_this_thread(topology, topology.cpus().front().os_index);
  }).join();
  const cpu_set_t after = mask_of_this_thread();
  EXPECT_TRUE(CPU_EQUAL(&before, &after));
}

TEST(Pin, FailsOnACpuThatDoesNotExist) {
  EXPECT_EQ(pin_this_thread(Topology::of_this_machine(), 8191),
            PinStatus::kFailed);
}

// hwloc returns success there, without doing anything.
TEST(Pin, IsUnsupportedOnTheDescriptionOfAMachine) {
  EXPECT_EQ(pin_this_thread(Topology::from_synthetic("core:2 pu:1"), 0),
            PinStatus::kUnsupported);
}

TEST(Pin, StatusHasAName) {
  EXPECT_EQ(name(PinStatus::kVerified), "verified");
  EXPECT_EQ(name(PinStatus::kUnsupported), "unsupported");
  EXPECT_EQ(name(PinStatus::kFailed), "failed");
}

TEST(KeepOff, LeavesTheOtherCpusOrAll) {
  const auto topology = Topology::of_this_machine();
  if (topology.cpus().size() < 2) GTEST_SKIP() << "one CPU";
  const SavedAffinity restored_at_exit;
  const cpu_set_t all = mask_of_this_thread();
  std::vector<int> cpus;
  for (const Cpu& cpu : topology.cpus()) cpus.push_back(cpu.os_index);
  const int last = cpus.back();

  keep_off(topology, pthread_self(), {last});
  const cpu_set_t rest = mask_of_this_thread();
  EXPECT_EQ(CPU_COUNT(&rest), static_cast<int>(cpus.size()) - 1);
  EXPECT_FALSE(CPU_ISSET(last, &rest));

  keep_off(topology, pthread_self(), cpus);
  const cpu_set_t again = mask_of_this_thread();
  EXPECT_TRUE(CPU_EQUAL(&again, &all));
}

TEST(SavedAffinity, GivesTheMaskBack) {
  const auto topology = Topology::of_this_machine();
  if (topology.cpus().size() < 2) GTEST_SKIP() << "one CPU";
  const cpu_set_t before = mask_of_this_thread();
  {
    const SavedAffinity saved;
    pin_this_thread(topology, topology.cpus().front().os_index);
    const cpu_set_t pinned = mask_of_this_thread();
    ASSERT_FALSE(CPU_EQUAL(&before, &pinned));
  }
  const cpu_set_t after = mask_of_this_thread();
  EXPECT_TRUE(CPU_EQUAL(&before, &after));
}

}  // namespace
}  // namespace lockgauge::machine
