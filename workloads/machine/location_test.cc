#include "workloads/machine/location.h"

#include <gtest/gtest.h>
#include <stdio.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <string>

#include "workloads/machine/affinity.h"
#include "workloads/machine/temporary_file.h"
#include "workloads/machine/usage_error.h"

namespace lockgauge::machine {
namespace {

using Cpus = std::vector<int>;

std::string refusal_of(const Topology& topology, std::string_view location) {
  try {
    parse_location(topology, location);
  } catch (const UsageError& error) {
    return error.what();
  }
  return "no UsageError";
}

std::string output_of(const std::string& command) {
  std::string output;
  FILE* pipe = popen(command.c_str(), "r");
  std::array<char, 256> buffer;
  while (pipe && fgets(buffer.data(), buffer.size(), pipe)) {
    output += buffer.data();
  }
  if (pipe) pclose(pipe);
  return output;
}

Cpus hwloc_calc(const std::string& synthetic, const std::string& location) {
  const std::string text =
      output_of("hwloc-calc -i '" + synthetic + "' -I pu --physical-output '" +
                location + "' </dev/null");
  Cpus cpus;
  const char* at = text.data();
  const char* const end = at + text.size();
  for (int cpu; at < end; ++at) {
    const auto [next, error] = std::from_chars(at, end, cpu);
    if (error != std::errc()) break;
    cpus.push_back(cpu);
    at = next;
  }
  return cpus;
}

TEST(Location, AgreesWithHwlocCalc) {
  if (output_of("hwloc-calc --version 2>/dev/null").empty()) {
    GTEST_SKIP() << "hwloc-calc is not installed";
  }
  const std::string shuffled =
      "package:2 [numa] l3:2 core:2 pu:2(indexes=l3:package)";
  for (const std::string& machine :
       {std::string("package:2 [numa] l3:2 core:4 pu:2"), shuffled}) {
    const auto topology = Topology::from_synthetic(machine);
    for (const char* location : {"all",
                                 "core:0",
                                 "core:0-1",
                                 "core:6-",
                                 "core:6:3",
                                 "core:odd",
                                 "core:even.pu:0",
                                 "core:all.pu:1",
                                 "package:1",
                                 "package:0.core:1",
                                 "package:1.l3:1.core:0",
                                 "package:all.core:0",
                                 "numa:1",
                                 "node:0",
                                 "numa:1.core:0",
                                 "numa:0.package:0",
                                 "package:1.numa:0",
                                 "l3:1",
                                 "L3cache:1",
                                 "L3:0-1.core:1",
                                 "pu:3",
                                 "pu:3-6",
                                 "PU:15",
                                 "package:0.core:0-1.pu:0",
                                 "machine:0",
                                 "co:1",
                                 "0x3",
                                 "0xf0"}) {
      const Cpus expected = hwloc_calc(machine, location);
      Cpus parsed = parse_location(topology, location);
      EXPECT_FALSE(expected.empty()) << location;
      std::sort(parsed.begin(), parsed.end());
      Cpus sorted = expected;
      std::sort(sorted.begin(), sorted.end());
      EXPECT_EQ(parsed, sorted) << location << " on " << machine;
    }
  }
}

TEST(Location, ListsAreOsIndicesAndObjectsAreLogical) {
  const auto topology =
      Topology::from_synthetic("core:2 pu:2(indexes=0,2,1,3)");
  EXPECT_EQ(parse_location(topology, "1"), (Cpus{1}));
  EXPECT_EQ(parse_location(topology, "pu:1"), (Cpus{2}));
  EXPECT_EQ(parse_location(topology, "0x2"), (Cpus{1}));
}

TEST(Location, TermsJoinEachCpuOnceInLogicalOrder) {
  const auto topology = Topology::from_synthetic("core:4 pu:2");
  EXPECT_EQ(parse_location(topology, "0,2-5"), (Cpus{0, 2, 3, 4, 5}));
  EXPECT_EQ(parse_location(topology, "5,0-1,1"), (Cpus{0, 1, 5}));
  EXPECT_EQ(parse_location(topology, "core:3,core:0 2"), (Cpus{0, 1, 2, 6, 7}));
}

TEST(Location, MasksHaveCommasOfTheirOwn) {
  const auto topology = Topology::from_synthetic("core:40 pu:1");
  EXPECT_EQ(parse_location(topology, "0x00000003,0x00000001"),
            (Cpus{0, 32, 33}));
}

TEST(Location, SaysWhichCpuDoesNotExist) {
  const auto topology = Topology::from_synthetic("core:2 pu:2");
  EXPECT_EQ(refusal_of(topology, "0,7"),
            "CPU location '7': CPU 7 does not exist; valid are 0-3");
  EXPECT_EQ(refusal_of(topology, "0-2147483646"),
            "CPU location '0-2147483646': CPU 4 does not exist; valid are 0-3");
  EXPECT_EQ(refusal_of(topology, "0x10"),
            "CPU location '0x10': CPU 4 does not exist; valid are 0-3");
}

TEST(Location, SaysWhichObjectDoesNotExist) {
  const auto topology = Topology::from_synthetic("package:2 core:2 pu:1");
  EXPECT_EQ(
      refusal_of(topology, "core:9"),
      "CPU location 'core:9': no core:9 there; valid are the indices 0-3");
  EXPECT_EQ(refusal_of(topology, "package:0.core:1-2"),
            "CPU location 'package:0.core:1-2': no core:1-2 there; valid are "
            "the indices 0-1");
  EXPECT_EQ(refusal_of(topology, "core:0.package:0"),
            "CPU location 'core:0.package:0': no package lies inside one "
            "Core");
}

TEST(Location, SaysWhichTypesThereAre) {
  const auto topology = Topology::from_synthetic("package:1 l3:1 core:2 pu:1");
  for (const char* type :
       {"wheel", "l2", "pci", "corex", "core1", "core[big]", "~core"}) {
    EXPECT_EQ(refusal_of(topology, std::string(type) + ":0"),
              std::string("CPU location '") + type + ":0': no '" + type +
                  "' here; valid types are Machine, Package, L3, Core, PU, "
                  "NUMANode");
  }
}

TEST(Location, SaysWhatARangeIs) {
  EXPECT_EQ(refusal_of(Topology::from_synthetic("core:2 pu:1"), "core:1-0"),
            "CPU location 'core:1-0': '1-0' is no range; valid are N, N-M, N-, "
            "N:COUNT, all, odd, even");
}

TEST(Location, SaysWhatALocationIs) {
  const auto topology = Topology::from_synthetic("core:2 pu:1");
  for (const char* location :
       {"", ",", "0,", "0,,1", "1-0", "0-", "0:2", "0x", "0x0", "0xf...f", "-1",
        "core", "core:0.", "core:0..pu:0", ".pu:0", "1:0", "2x"}) {
    EXPECT_NE(refusal_of(topology, location)
                  .find("valid are CPU lists (0,2-5), masks (0x3), all, and "
                        "hwloc objects"),
              std::string::npos)
        << location << ": " << refusal_of(topology, location);
  }
}

TEST(Location, EmptyTermShowsTheWholeLocation) {
  EXPECT_TRUE(refusal_of(Topology::from_synthetic("pu:2"), "0, 1")
                  .starts_with("CPU location '0, 1': valid are"));
}

TEST(Location, DescribedCpuMayBeOfflineOrNotAllowed) {
  std::string xml = Topology::from_synthetic("core:3 pu:1").xml();
  const std::string complete = "complete_cpuset=\"0x00000007\"";
  const std::size_t at = xml.find(complete);
  ASSERT_NE(at, std::string::npos);
  xml.replace(at, complete.size(), "complete_cpuset=\"0x0000000f\"");
  const TemporaryFile file("offline.xml", xml);
  const auto topology = Topology::from_xml_file(file.path());
  EXPECT_EQ(refusal_of(topology, "3"),
            "CPU location '3': CPU 3 is offline or not allowed there; valid "
            "are 0-2");
  EXPECT_EQ(refusal_of(topology, "4"),
            "CPU location '4': CPU 4 does not exist; valid are 0-2");
}

TEST(Location, CpuOfThisMachineMayBeTakenAwayByTaskset) {
  const auto whole = Topology::of_this_machine();
  if (whole.cpus().size() < 2) GTEST_SKIP() << "one CPU";
  const std::string kept = std::to_string(whole.cpus().back().os_index);
  const std::string lost = std::to_string(whole.cpus().front().os_index);
  const SavedAffinity restored_at_exit;
  ASSERT_EQ(pin_this_thread(whole, whole.cpus().back().os_index),
            PinStatus::kVerified);
  EXPECT_EQ(refusal_of(Topology::of_this_machine(), lost),
            "CPU location '" + lost + "': CPU " + lost +
                " is not allowed here (affinity mask or cgroup); valid are " +
                kept);
  EXPECT_NE(refusal_of(Topology::of_this_machine(), "100000")
                .find("CPU 100000 does not exist"),
            std::string::npos);
}

}  // namespace
}  // namespace lockgauge::machine
