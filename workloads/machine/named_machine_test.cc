#include "workloads/machine/named_machine.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <set>
#include <string>

#include "workloads/machine/simulated_topology.h"
#include "workloads/machine/temporary_file.h"
#include "workloads/machine/usage_error.h"

namespace lockgauge::machine {
namespace {

using sim::Distance;

std::string error_of(const std::string& text) {
  try {
    (void)resolve_machine(text);
  } catch (const UsageError& error) {
    return error.what();
  }
  return "no UsageError";
}

std::size_t count(const sim::Description& machine,
                  std::uint32_t sim::CpuPlace::*of) {
  std::set<std::uint32_t> indices;
  for (const sim::CpuPlace& cpu : machine.cpus) indices.insert(cpu.*of);
  return indices.size();
}

TEST(NamedMachine, ShippedMachinesHaveNamesAndSummaries) {
  const auto machines = shipped_machines();
  std::vector<std::string> names;
  for (const ShippedMachine& machine : machines) {
    names.push_back(machine.name);
    EXPECT_FALSE(machine.summary.empty());
    EXPECT_EQ(machine.summary.find('#'), std::string::npos);
    const NamedMachine found = resolve_machine(machine.name);
    EXPECT_EQ(found.name, machine.name);
    // As a placement sees it.
    EXPECT_EQ(topology_of(found.description).cpus().size(),
              found.description.cpu_count());
  }
  EXPECT_TRUE(std::is_sorted(names.begin(), names.end()));
  const auto desktop = std::find(names.begin(), names.end(), "desktop");
  ASSERT_NE(desktop, names.end());
  EXPECT_EQ(machines[desktop - names.begin()].summary,
            "Invented: one socket, 8 cores with two threads each around one "
            "cache.");
}

TEST(NamedMachine, InventedMachinesAreWhatTheySay) {
  const auto chiplets = resolve_machine("chiplets").description;
  EXPECT_EQ(chiplets.cpu_count(), 256u);
  EXPECT_EQ(count(chiplets, &sim::CpuPlace::core), 128u);
  EXPECT_EQ(count(chiplets, &sim::CpuPlace::llc), 32u);
  EXPECT_EQ(count(chiplets, &sim::CpuPlace::package), 2u);
  EXPECT_EQ(chiplets.distance(0, 128), Distance::kCore);
  const auto sockets = resolve_machine("two_sockets").description;
  EXPECT_EQ(sockets.cpu_count(), 128u);
  EXPECT_EQ(count(sockets, &sim::CpuPlace::core), 64u);
  EXPECT_EQ(count(sockets, &sim::CpuPlace::node), 4u);
  EXPECT_EQ(sockets.distance(0, 16), Distance::kPackage);
  EXPECT_EQ(sockets.distance(0, 32), Distance::kRemote);
  const auto desktop = resolve_machine("desktop").description;
  EXPECT_EQ(desktop.cpu_count(), 16u);
  EXPECT_EQ(count(desktop, &sim::CpuPlace::llc), 1u);
}

TEST(NamedMachine, SyntheticStringsGiveTheShape) {
  const auto machine = resolve_machine("package:2  l3:4 core:8 pu:2");
  EXPECT_EQ(machine.name, "package:2_l3:4_core:8_pu:2");
  EXPECT_EQ(machine.description.cpu_count(), 128u);
  EXPECT_EQ(machine.description.costs, sim::Costs{});
  EXPECT_EQ(machine.description.distance(0, 1), Distance::kCore);
  const auto linux_like =
      resolve_machine("package:2 l3:4 core:8 pu:2(indexes=core)");
  EXPECT_EQ(linux_like.description.distance(0, 64), Distance::kCore);
  EXPECT_EQ(linux_like.description.distance(0, 1), Distance::kLlc);
}

TEST(NamedMachine, FilesGoByTheirNamesWithoutFolder) {
  const TemporaryFile file("ours.machine", "rmw_ns 9\nllc 0 0 0 1\n");
  const std::string stem = std::filesystem::path(file.path()).stem();
  const auto machine = resolve_machine(file.path());
  EXPECT_EQ(machine.name, stem);
  EXPECT_EQ(machine.description.costs.rmw_ns, 9);
  const TemporaryFile xml(
      "lstopo.xml", Topology::from_synthetic("package:3 core:2 pu:2").xml());
  EXPECT_EQ(resolve_machine(xml.path()).description.cpu_count(), 12u);
  EXPECT_EQ(resolve_machine(xml.path()).name.find('/'), std::string::npos);
}

TEST(NamedMachine, LatenciesGiveAShapeOrOnlyCosts) {
  const TemporaryFile csv("pair.csv", ",,,\n20,,,\n90,90,,\n90,90,20,\n");
  const std::string stem = std::filesystem::path(csv.path()).stem();
  const auto clustered = resolve_machine(csv.path());
  EXPECT_EQ(clustered.name, stem);
  EXPECT_EQ(clustered.description.cpu_count(), 4u);
  EXPECT_EQ(clustered.description.distance(0, 2), Distance::kRemote);
  const auto shaped = resolve_machine("package:2 core:2 pu:1+" + csv.path());
  EXPECT_EQ(shaped.name, "package:2_core:2_pu:1+" + stem);
  EXPECT_EQ(shaped.description.costs.transfer_ns[1], 20);
  EXPECT_EQ(shaped.description.costs.transfer_ns[4], 90);
}

TEST(NamedMachine, OverridesAreAppliedInOrderAndNamed) {
  const auto machine = resolve_machine(
      "desktop+rmw_ns=7.5+transfer_ns=1 2 3 4 5+pending_polls=1");
  EXPECT_EQ(machine.name,
            "desktop+rmw_ns=7.5+transfer_ns=1_2_3_4_5+pending_polls=1");
  EXPECT_EQ(machine.description.costs.rmw_ns, 7.5);
  EXPECT_EQ(machine.description.costs.transfer_ns[4], 5);
  EXPECT_EQ(machine.description.pending_polls, 1);
  EXPECT_EQ(machine.description.cpus,
            resolve_machine("desktop").description.cpus);
}

TEST(NamedMachine, LongNamesAreShortenedButNotConfused) {
  const auto numbered = [](bool swapped) {
    std::string text = "package:2 core:32 pu:1(indexes=0";
    for (int i = 1; i < 62; ++i) text += "," + std::to_string(i);
    return resolve_machine(text + (swapped ? ",63,62)" : ",62,63)")).name;
  };
  EXPECT_EQ(numbered(false).size(), 57u);
  EXPECT_EQ(numbered(false).substr(0, 27), "package:2_core:32_pu:1(inde");
  EXPECT_EQ(numbered(false), numbered(false));
  EXPECT_NE(numbered(false), numbered(true));
}

TEST(NamedMachine, MistakesNameTheTermAndWhatIsValid) {
  std::string names;
  for (const ShippedMachine& machine : shipped_machines()) {
    names += machine.name + ", ";
  }
  EXPECT_EQ(error_of("dektop"),
            "machine 'dektop': no such machine; valid are " + names +
                "files *.machine, *.xml and *.csv, and hwloc's 'package:2 "
                "core:4'");
  EXPECT_EQ(error_of("/no/such.machine"),
            "machine /no/such.machine: cannot be read");
  EXPECT_EQ(error_of("/no/such.csv"), "machine /no/such.csv: cannot be read");
  EXPECT_EQ(error_of("/no/such.xml"),
            "topology file '/no/such.xml': No such file or directory");
  EXPECT_EQ(error_of("package:2 wheel:4"),
            "synthetic topology 'package:2 wheel:4': hwloc cannot read it; "
            "valid is for example 'package:2 [numa] l3:2 core:4 pu:2'");
  EXPECT_EQ(error_of("rmw_ns=7"),
            "machine 'rmw_ns=7': changes a machine; the machine comes first");
  EXPECT_EQ(error_of("desktop+rmw_ns=fast"),
            "machine rmw_ns=fast: rmw_ns needs a number, not 'fast'");
  EXPECT_EQ(error_of("desktop+rmw_ns=7+rmw_ns=8"),
            "machine 'rmw_ns=8': rmw_ns is given twice");
  EXPECT_EQ(error_of("desktop+chiplets"),
            "machine 'chiplets': behind the first '+' only *.csv and key=value "
            "are valid");
  for (const char* text : {"", "desktop+", "+rmw_ns=7", "desktop+ +rmw_ns=7"}) {
    EXPECT_EQ(error_of(text), "machine '" + std::string(text) +
                                  "': a term is empty; terms are joined by "
                                  "'+'");
  }
  EXPECT_EQ(error_of("core:600 pu:1"),
            "machine 'core:600 pu:1': a machine has 1 to 512 CPUs, not 600");
  const TemporaryFile csv("two.csv", ",\n20,\n");
  EXPECT_EQ(error_of("desktop+" + csv.path()),
            "machine '" + csv.path() +
                "': latencies of 2 CPUs for a machine "
                "of 16");
}

// What a user types for machines whose latencies have been published: their
// shape is known, the clustering need not guess it.
TEST(NamedMachine, RealMachines) {
  const char* const directory = std::getenv("LOCKGAUGE_LATENCY_MATRICES");
  if (directory == nullptr) {
    GTEST_SKIP() << "LOCKGAUGE_LATENCY_MATRICES names no directory of CSVs";
  }
  // Machines without siblings keep the default for them, 10 ns.
  struct Real {
    const char* shape;
    const char* matrix;
    double core_ns, llc_ns, node_ns, remote_ns;
  };
  for (const Real& real : {
           Real{"package:2 l3:16 core:4 pu:2(indexes=core)",
                "dual-amd-epyc-7742", 8, 26, 250, 270},
           Real{"package:2 l3:1 core:16 pu:2(indexes=core)",
                "dual-intel-xeon-gold-6242", 7, 46, 46, 140},
           Real{"package:2 l3:1 core:32 pu:1", "hisilicon-kunpeng-920", 10, 36,
                36, 80},
           Real{"package:1 l3:1 core:64 pu:1", "aws-graviton3", 10, 50, 50, 50},
       }) {
    SCOPED_TRACE(real.matrix);
    const auto machine = resolve_machine(
        std::string(real.shape) + "+" + directory + "/" + real.matrix + ".csv");
    const auto& cost_ns = machine.description.costs.transfer_ns;
    EXPECT_NEAR(cost_ns[0], real.core_ns, real.core_ns / 5);
    EXPECT_NEAR(cost_ns[1], real.llc_ns, real.llc_ns / 5);
    EXPECT_NEAR(cost_ns[2], real.node_ns, real.node_ns / 5);
    EXPECT_NEAR(cost_ns[4], real.remote_ns, real.remote_ns / 5);
  }
}

}  // namespace
}  // namespace lockgauge::machine
