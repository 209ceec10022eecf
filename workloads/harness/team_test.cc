#include "workloads/harness/team.h"

#include <gtest/gtest.h>
#include <sched.h>

#include <algorithm>
#include <atomic>
#include <set>
#include <stdexcept>

#include "locks/platform/host/host.h"

namespace lockgauge::harness {
namespace {

class TeamTest : public testing::Test {
 protected:
  int first_cpu() const { return topology_.cpus().front().os_index; }
  int last_cpu() const { return topology_.cpus().back().os_index; }

  const machine::Topology topology_ = machine::Topology::of_this_machine();
};

TEST_F(TeamTest, EveryThreadDoesEveryJobOnItsCpu) {
  Team team(topology_, {first_cpu(), last_cpu()});
  EXPECT_EQ(team.pinned(), machine::PinStatus::kVerified);
  for (int job = 0; job < 3; ++job) {
    std::vector<int> ran_on(2, -1);
    team.run([&](int thread) { ran_on[thread] = sched_getcpu(); });
    EXPECT_EQ(ran_on, team.cpus());
  }
}

TEST_F(TeamTest, ThreadsHaveSlotsOfTheirOwn) {
  Team team(topology_, std::vector<int>(4, first_cpu()));
  std::vector<std::uint32_t> slots(4);
  team.run([&](int thread) { slots[thread] = NativeHost::slot(); });
  EXPECT_EQ(std::set<std::uint32_t>(slots.begin(), slots.end()).size(), 4u);
}

TEST_F(TeamTest, AJobThatThrowsIsHeardOf) {
  Team team(topology_, {first_cpu(), last_cpu()});
  EXPECT_THROW(team.run([](int thread) {
    if (thread == 1) throw std::runtime_error("no");
  }),
               std::runtime_error);
  std::atomic<int> done{0};
  team.run([&](int) { done.fetch_add(1, std::memory_order_relaxed); });
  EXPECT_EQ(done.load(std::memory_order_relaxed), 2);
}

}  // namespace
}  // namespace lockgauge::harness
