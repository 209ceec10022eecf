#include "workloads/machine/simulated_topology.h"

#include <gtest/gtest.h>
#include <hwloc.h>

#include <cstdlib>
#include <filesystem>
#include <string>

#include "locks/platform/sim/description_file.h"
#include "locks/platform/sim/latency_matrix.h"
#include "workloads/machine/location.h"
#include "workloads/machine/placement.h"
#include "workloads/machine/usage_error.h"

namespace lockgauge::machine {
namespace {

sim::Description synthetic(const std::string& text) {
  return description_of(Topology::from_synthetic(text));
}

// All that a machine's shape means to a simulation.
void expect_same_distances(const sim::Description& one,
                           const sim::Description& other) {
  ASSERT_EQ(one.cpu_count(), other.cpu_count());
  for (std::uint32_t a = 0; a < one.cpu_count(); ++a) {
    for (std::uint32_t b = 0; b < a; ++b) {
      ASSERT_EQ(one.distance(a, b), other.distance(a, b)) << a << ' ' << b;
    }
  }
}

void expect_round_trip(const sim::Description& description) {
  const Topology topology = topology_of(description);
  EXPECT_FALSE(topology.is_this_machine());
  expect_same_distances(description, description_of(topology));
}

TEST(SimulatedTopology, HasEveryLevelAndTheCpuNumbers) {
  const Topology topology = topology_of(sim::from_shape({.packages = 2,
                                                         .nodes_per_package = 2,
                                                         .llcs_per_node = 2,
                                                         .cores_per_llc = 4,
                                                         .cpus_per_core = 2}));
  EXPECT_EQ(topology.cpus().size(), 64u);
  const Cpu* const cpu = topology.find(32 + 13);
  ASSERT_NE(cpu, nullptr);
  EXPECT_EQ(cpu->core, 13);
  EXPECT_EQ(cpu->llc, 3);
  EXPECT_EQ(cpu->node, 1);
  EXPECT_EQ(cpu->package, 0);
  EXPECT_EQ(cpu->smt_rank, 1);
  EXPECT_EQ(parse_location(topology, "package:1.numa:0.l3:1.core:0"),
            (std::vector<int>{20, 52}));
  EXPECT_EQ(place(topology, Placement::kOnePerNode, 4),
            (std::vector<int>{0, 8, 16, 24}));
}

TEST(SimulatedTopology, SaysNoSizesThatItDoesNotKnow) {
  const Topology topology = topology_of(sim::from_shape({.cores_per_llc = 2}));
  hwloc_obj_t node =
      hwloc_get_obj_by_type(topology.handle(), HWLOC_OBJ_NUMANODE, 0);
  EXPECT_EQ(node->attr->numanode.local_memory, 0u);
}

TEST(SimulatedTopology, RegularShapesGoAround) {
  for (const std::uint32_t nodes : {1, 2, 4}) {
    for (const std::uint32_t llcs : {1, 2}) {
      for (const std::uint32_t cores : {1, 3}) {
        for (const std::uint32_t packages : {1, 2}) {
          SCOPED_TRACE(testing::Message() << packages << ' ' << nodes << ' '
                                          << llcs << ' ' << cores);
          expect_round_trip(sim::from_shape({.packages = packages,
                                             .nodes_per_package = nodes,
                                             .llcs_per_node = llcs,
                                             .cores_per_llc = cores,
                                             .cpus_per_core = 2}));
        }
      }
    }
  }
}

TEST(SimulatedTopology, TheLargestMachineGoesAround) {
  expect_round_trip(sim::from_shape({.packages = 4,
                                     .nodes_per_package = 4,
                                     .llcs_per_node = 2,
                                     .cores_per_llc = 8,
                                     .cpus_per_core = 2}));
  expect_round_trip(sim::from_shape({.packages = 512}));
}

// One core of three threads, caches of one and three cores, a package with two
// nodes beside one with one, all numbered across.
TEST(SimulatedTopology, IrregularMachinesGoAround) {
  expect_round_trip(
      sim::parse_description("llc 7 9  0+5+9 2\n"
                             "llc 7 3  1 4 8\n"
                             "llc 2 5  3+7\n"
                             "llc 2 5  6\n",
                             "irregular"));
}

TEST(SimulatedTopology, MachinesOfLatencyMatricesGoAround) {
  const char* const directory = std::getenv("LOCKGAUGE_LATENCY_MATRICES");
  if (directory == nullptr) {
    GTEST_SKIP() << "LOCKGAUGE_LATENCY_MATRICES names no directory of CSVs";
  }
  for (const auto& file : std::filesystem::directory_iterator(directory)) {
    if (file.path().extension() != ".csv") continue;
    SCOPED_TRACE(file.path());
    expect_round_trip(
        sim::from_latencies(sim::LatencyMatrix::read(file.path())));
  }
}

TEST(DescriptionOfTopology, TakesEveryLevel) {
  expect_same_distances(
      synthetic("package:2 group:2 [numa] l3:2 core:4 pu:2(indexes=core)"),
      sim::from_shape({.packages = 2,
                       .nodes_per_package = 2,
                       .llcs_per_node = 2,
                       .cores_per_llc = 4,
                       .cpus_per_core = 2}));
}

TEST(DescriptionOfTopology, WhatIsMissingIsTheNextLarger) {
  using sim::Distance;
  const auto no_llc = synthetic("package:2 [numa] core:4 pu:2");
  EXPECT_EQ(no_llc.distance(0, 1), Distance::kCore);
  EXPECT_EQ(no_llc.distance(0, 2), Distance::kLlc);
  EXPECT_EQ(no_llc.distance(0, 8), Distance::kRemote);
  // hwloc then has one node around all packages.
  const auto no_node = synthetic("package:2 l3:2 core:2 pu:1");
  EXPECT_EQ(no_node.distance(0, 2), Distance::kNode);
  EXPECT_EQ(no_node.distance(0, 4), Distance::kRemote);
  const auto no_package = synthetic("numa:2 core:2 pu:1");
  EXPECT_EQ(no_package.distance(0, 1), Distance::kLlc);
  EXPECT_EQ(no_package.distance(0, 2), Distance::kPackage);
  const auto only_cpus = synthetic("pu:3");
  EXPECT_EQ(only_cpus.distance(0, 2), Distance::kLlc);
}

TEST(DescriptionOfTopology, ACacheOverTwoNodesIsTwo) {
  const auto machine = synthetic("package:1 l3:1 numa:2 core:2 pu:1");
  EXPECT_EQ(machine.distance(0, 1), sim::Distance::kLlc);
  EXPECT_EQ(machine.distance(0, 2), sim::Distance::kPackage);
}

TEST(DescriptionOfTopology, CpusCloseTheirRanks) {
  const auto machine = synthetic("core:2 pu:2(indexes=3,10,5,40)");
  EXPECT_EQ(machine.cpu_count(), 4u);
  EXPECT_EQ(machine.distance(0, 2), sim::Distance::kCore);  // 3 and 10
  EXPECT_EQ(machine.distance(1, 3), sim::Distance::kCore);  // 5 and 40
  EXPECT_EQ(machine.distance(0, 1), sim::Distance::kLlc);
}

TEST(DescriptionOfTopology, RefusesMoreCpusThanCanBeSimulated) {
  try {
    synthetic("package:2 core:256 pu:2");
    FAIL() << "took 1024 CPUs";
  } catch (const sim::DescriptionError& error) {
    EXPECT_STREQ(error.what(), "a machine has 1 to 512 CPUs, not 1024");
  }
}

TEST(Topology, XmlTextIsReadOrRefused) {
  const auto original = Topology::from_synthetic("package:2 core:2 pu:1");
  EXPECT_EQ(Topology::from_xml_text(original.xml()).cpus().size(), 4u);
  EXPECT_THROW(Topology::from_xml_text("<topology><object"), UsageError);
}

}  // namespace
}  // namespace lockgauge::machine
