#include "workloads/machine/topology.h"

#include <gtest/gtest.h>
#include <sched.h>

#include <string>

#include "workloads/machine/affinity.h"
#include "workloads/machine/hybrid_topology.h"
#include "workloads/machine/location.h"
#include "workloads/machine/temporary_file.h"
#include "workloads/machine/usage_error.h"

namespace lockgauge::machine {
namespace {

bool operator==(const Cpu& a, const Cpu& b) {
  return a.os_index == b.os_index && a.core == b.core && a.llc == b.llc &&
         a.node == b.node && a.package == b.package &&
         a.smt_rank == b.smt_rank && a.kind == b.kind;
}

Topology from_xml(const std::string& xml) {
  const TemporaryFile file("topology.xml", xml);
  return Topology::from_xml_file(file.path());
}

std::string message_of(const auto& action) {
  try {
    action();
  } catch (const UsageError& error) {
    return error.what();
  }
  return "no UsageError";
}

TEST(Topology, PutsEachCpuInItsPlace) {
  const auto topology =
      Topology::from_synthetic("package:2 [numa] l3:2 core:2 pu:2");
  const auto& cpus = topology.cpus();
  ASSERT_EQ(cpus.size(), 16u);
  for (int i = 0; i < 16; ++i) {
    const Cpu& cpu = cpus[static_cast<std::size_t>(i)];
    EXPECT_EQ(cpu.os_index, i);
    EXPECT_EQ(cpu.core, i / 2);
    EXPECT_EQ(cpu.llc, i / 4);
    EXPECT_EQ(cpu.node, i / 8);
    EXPECT_EQ(cpu.package, i / 8);
    EXPECT_EQ(cpu.smt_rank, i % 2);
    EXPECT_EQ(cpu.kind, -1);
  }
}

TEST(Topology, KeepsOsIndicesApartFromLogicalOnes) {
  const auto topology =
      Topology::from_synthetic("core:2 pu:2(indexes=0,2,1,3)");
  const auto& cpus = topology.cpus();
  ASSERT_EQ(cpus.size(), 4u);
  EXPECT_EQ(cpus[1].os_index, 2);
  EXPECT_EQ(cpus[1].core, 0);
  EXPECT_EQ(cpus[1].smt_rank, 1);
  EXPECT_EQ(topology.find(1)->core, 1);
  EXPECT_EQ(topology.find(4), nullptr);
}

TEST(Topology, SaysWhatItDoesNotKnow) {
  const auto topology = Topology::from_synthetic("pu:2");
  ASSERT_EQ(topology.cpus().size(), 2u);
  const Cpu& second = topology.cpus()[1];
  EXPECT_EQ(second.llc, -1);
  EXPECT_EQ(second.package, -1);
  EXPECT_EQ(second.core, 1) << "without cores each CPU is its own";
  EXPECT_EQ(second.node, 0) << "hwloc always has one node";
}

TEST(Topology, LastLevelIsTheOutermostCache) {
  const auto topology = Topology::from_synthetic("l3:2 l2:2 core:1 pu:1");
  EXPECT_EQ(topology.find(1)->llc, 0);
  EXPECT_EQ(topology.find(2)->llc, 1);
}

// As where each package has memory of two sorts: 1 and 3 are nobody's own.
TEST(Topology, NodesAreThoseThatCpusAllocateFromAndGoRound) {
  const auto topology =
      Topology::from_synthetic("package:2 [numa] [numa] core:2 pu:1");
  EXPECT_EQ(topology.nodes(), (std::vector<int>{0, 2}));
  EXPECT_EQ(topology.node_on_from(1, 0), 0);
  EXPECT_EQ(topology.node_on_from(1, 1), 2);
  EXPECT_EQ(topology.node_on_from(3, 0), 2);
  EXPECT_EQ(topology.node_on_from(3, 1), 0);
}

// Some hybrid processors have an L3 for their large cores only.
TEST(Topology, LastLevelCachesOfDifferentLevelsHaveDifferentNumbers) {
  std::string xml = Topology::from_synthetic("l3:2 core:2 pu:1").xml();
  const std::size_t second = xml.rfind("\"L3Cache\"");
  ASSERT_NE(second, std::string::npos);
  xml.replace(second, 9, "\"L2Cache\"");
  const std::size_t depth = xml.find("depth=\"3\"", second);
  ASSERT_NE(depth, std::string::npos);
  xml.replace(depth, 9, "depth=\"2\"");
  const auto topology = from_xml(xml);
  EXPECT_EQ(topology.find(0)->llc, 0);
  EXPECT_EQ(topology.find(1)->llc, 0);
  EXPECT_EQ(topology.find(2)->llc, 1);
  EXPECT_EQ(topology.find(3)->llc, 1);
}

TEST(Topology, KnowsTheKindsOfCores) {
  const auto hybrid = hybrid_topology(1, 1);
  EXPECT_EQ(hybrid.find(0)->kind, 1) << "the more capable";
  EXPECT_EQ(hybrid.find(1)->kind, 0);
  EXPECT_EQ(default_location(hybrid), (std::vector<int>{0}));
  EXPECT_EQ(parse_location(hybrid, "kind:0"), (std::vector<int>{1}));
  EXPECT_EQ(default_location(Topology::from_synthetic("core:2 pu:1")),
            (std::vector<int>{0, 1}))
      << "none is known";
  EXPECT_THROW(parse_location(hybrid, "kind:2"), UsageError);
}

TEST(Topology, XmlSurvivesTheRoundTrip) {
  const auto original =
      Topology::from_synthetic("package:2 [numa] l3:2 core:2 pu:2");
  const auto copy = from_xml(original.xml());
  EXPECT_FALSE(copy.is_this_machine());
  ASSERT_EQ(copy.cpus().size(), original.cpus().size());
  for (std::size_t i = 0; i < copy.cpus().size(); ++i) {
    EXPECT_TRUE(copy.cpus()[i] == original.cpus()[i]) << i;
  }
}

TEST(Topology, RefusesWhatHwlocCannotRead) {
  EXPECT_EQ(message_of([] { Topology::from_synthetic("package:2 wheel:4"); }),
            "synthetic topology 'package:2 wheel:4': hwloc cannot read it; "
            "valid is for example 'package:2 [numa] l3:2 core:4 pu:2'");
  EXPECT_EQ(message_of([] { Topology::from_xml_file("/no/such.xml"); }),
            "topology file '/no/such.xml': No such file or directory");
  EXPECT_NE(message_of([] {
              from_xml("<topology><object");
            }).find("not a topology in hwloc's XML"),
            std::string::npos);
}

TEST(Topology, OfThisMachineHasTheCpusOfTheAffinityMask) {
  cpu_set_t mask;
  if (sched_getaffinity(0, sizeof mask, &mask) != 0) {
    GTEST_SKIP() << "a machine of more than 1024 CPUs";
  }
  const auto topology = Topology::of_this_machine();
  EXPECT_TRUE(topology.is_this_machine());
  EXPECT_EQ(static_cast<int>(topology.cpus().size()), CPU_COUNT(&mask));
  for (const Cpu& cpu : topology.cpus()) {
    EXPECT_TRUE(CPU_ISSET(cpu.os_index, &mask)) << cpu.os_index;
  }
}

TEST(Topology, OfThisMachineLeavesOutWhatTasksetTookAway) {
  const auto whole = Topology::of_this_machine();
  if (whole.cpus().size() < 2) GTEST_SKIP() << "one CPU";
  const int kept = whole.cpus().back().os_index;
  const SavedAffinity restored_at_exit;
  ASSERT_EQ(pin_this_thread(whole, kept), PinStatus::kVerified);
  const auto rest = Topology::of_this_machine();
  ASSERT_EQ(rest.cpus().size(), 1u);
  EXPECT_EQ(rest.cpus().front().os_index, kept);
}

}  // namespace
}  // namespace lockgauge::machine
