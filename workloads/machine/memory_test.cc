#include "workloads/machine/memory.h"

#include <gtest/gtest.h>
#include <hwloc.h>
#include <numa.h>
#include <numaif.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

namespace lockgauge::machine {
namespace {

constexpr std::size_t kBytes = 1 << 20;

std::size_t resident_pages(const NodeMemory& memory) {
  const auto page_bytes = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
  std::vector<unsigned char> pages(memory.size_bytes() / page_bytes);
  EXPECT_EQ(mincore(memory.data(), memory.size_bytes(), pages.data()), 0);
  return static_cast<std::size_t>(std::count_if(
      pages.begin(), pages.end(), [](unsigned char page) { return page & 1; }));
}

// A container may refuse them although numa_available() is content.
bool numa_system_calls_work() {
  return numa_available() >= 0 &&
         get_mempolicy(nullptr, nullptr, 0, nullptr, 0) == 0 &&
         mbind(nullptr, 0, MPOL_DEFAULT, nullptr, 0, 0) == 0;
}

TEST(NodeMemory, IsZeroedWritableAndPageAligned) {
  const auto topology = Topology::of_this_machine();
  const NodeMemory memory(topology, topology.cpus().front().node, kBytes,
                          Touch::kNow);
  EXPECT_EQ(memory.size_bytes(), kBytes);
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(memory.data()) %
                static_cast<std::size_t>(sysconf(_SC_PAGESIZE)),
            0u);
  for (std::size_t i = 0; i < kBytes; ++i) {
    ASSERT_EQ(memory.data()[i], std::byte{0});
  }
  std::fill_n(memory.data(), kBytes, std::byte{1});
}

TEST(NodeMemory, IsBoundToEachNodeThatHasCpus) {
  if (!numa_system_calls_work()) GTEST_SKIP() << "no NUMA system calls here";
  const auto topology = Topology::of_this_machine();
  for (const Cpu& cpu : topology.cpus()) {
    const NodeMemory memory(topology, cpu.node, kBytes, Touch::kNow);
    ASSERT_TRUE(memory.bound());
    hwloc_obj_t node = hwloc_get_obj_by_type(
        topology.handle(), HWLOC_OBJ_NUMANODE, static_cast<unsigned>(cpu.node));
    int lives_on = -1;
    ASSERT_EQ(get_mempolicy(&lives_on, nullptr, 0, memory.data(),
                            MPOL_F_NODE | MPOL_F_ADDR),
              0);
    EXPECT_EQ(lives_on, static_cast<int>(node->os_index));
    int policy = -1;
    ASSERT_EQ(get_mempolicy(&policy, nullptr, 0, memory.data(), MPOL_F_ADDR),
              0);
    EXPECT_EQ(policy, MPOL_BIND);
  }
}

TEST(NodeMemory, IsFaultedInOnlyOnRequest) {
  const auto topology = Topology::of_this_machine();
  const int node = topology.cpus().front().node;
  const NodeMemory untouched(topology, node, kBytes, Touch::kByFirstUser);
  EXPECT_EQ(resident_pages(untouched), 0u);
  const NodeMemory touched(topology, node, kBytes, Touch::kNow);
  EXPECT_EQ(resident_pages(touched),
            kBytes / static_cast<std::size_t>(sysconf(_SC_PAGESIZE)));
}

TEST(NodeMemory, IsOrdinaryMemoryWhereItCannotBeBound) {
  const NodeMemory of_another_machine(Topology::from_synthetic("pu:2"), 0,
                                      kBytes, Touch::kNow);
  EXPECT_FALSE(of_another_machine.bound());
  EXPECT_EQ(of_another_machine.data()[kBytes - 1], std::byte{0});
  const NodeMemory of_no_node(Topology::of_this_machine(), 4711, kBytes,
                              Touch::kNow);
  EXPECT_FALSE(of_no_node.bound());
}

// A machine made of files.
TEST(AvailableBytes, AreWhatIsFreeOrWhatTheTightestCgroupLeaves) {
  namespace fs = std::filesystem;
  const fs::path root = fs::path(testing::TempDir()) /
                        ("memory_test." + std::to_string(getpid()));
  const auto write = [&](const fs::path& file, const std::string& text) {
    fs::create_directories((root / file).parent_path());
    std::ofstream(root / file) << text;
  };
  EXPECT_EQ(available_bytes(root), 0u) << "nothing is known";
  write("proc/meminfo", "MemTotal:  9000 kB\nMemAvailable:    4000 kB\n");
  EXPECT_EQ(available_bytes(root), 4000u << 10);
  write("proc/self/cgroup", "0::/a/b\n");
  write("sys/fs/cgroup/a/b/memory.max", "max\n");
  write("sys/fs/cgroup/a/b/memory.current", "5000\n");
  EXPECT_EQ(available_bytes(root), 4000u << 10);
  write("sys/fs/cgroup/a/memory.max", "7000\n");
  write("sys/fs/cgroup/a/memory.current", "6000\n");
  EXPECT_EQ(available_bytes(root), 1000u) << "of the cgroup around";
  write("sys/fs/cgroup/memory.max", "500\n");
  EXPECT_EQ(available_bytes(root), 500u) << "of a container";
  fs::remove_all(root);
  EXPECT_GT(available_bytes(), 0u);
}

TEST(NodeMemory, MovesWithItsBytes) {
  const auto topology = Topology::of_this_machine();
  NodeMemory from(topology, 0, kBytes, Touch::kNow);
  std::byte* const bytes = from.data();
  const NodeMemory to = std::move(from);
  EXPECT_EQ(to.data(), bytes);
  EXPECT_EQ(to.size_bytes(), kBytes);
}

}  // namespace
}  // namespace lockgauge::machine
