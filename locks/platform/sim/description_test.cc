#include "locks/platform/sim/description.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <set>

#include "locks/platform/sim/latency_matrix.h"
#include "locks/platform/sim/test_machines.h"

namespace lockgauge::sim {
namespace {

// What the parser says about a text; empty if nothing.
std::string error_of(const std::string& text) {
  try {
    (void)parse_description(text, "x");
  } catch (const DescriptionError& error) {
    return error.what();
  }
  return {};
}

std::size_t count(const Description& description, std::uint32_t CpuPlace::*of) {
  std::set<std::uint32_t> indices;
  for (const CpuPlace& cpu : description.cpus) indices.insert(cpu.*of);
  return indices.size();
}

TEST(Description, FileSaysWhereCpusAreAndWhatTheyPay) {
  const Description machine = two_packages();
  EXPECT_EQ(machine.cpu_count(), 8u);
  EXPECT_EQ(machine.frequency_mhz, 2000);
  EXPECT_EQ(machine.costs.transfer_ns[4], 100);
  EXPECT_EQ(machine.distance(0, 4), Distance::kCore);
  EXPECT_EQ(machine.distance(0, 5), Distance::kLlc);
  EXPECT_EQ(machine.distance(1, 6), Distance::kRemote);
}

TEST(Description, TextGoesAroundUnchanged) {
  Description machine = two_packages();
  EXPECT_EQ(parse_description(format_description(machine), "again"), machine);
  machine.scheduling = {.time_slice_ns = 4'000'001,
                        .switch_ns = 2,
                        .preemption = Preemption::kUser,
                        .steal_every_ns = 3'600'000'000'000,
                        .steal_ns = 5,
                        .smt_percent = 7.5};
  EXPECT_EQ(parse_description(format_description(machine), "again"), machine);
}

TEST(Description, ErrorsNamePlaceAndRemedy) {
  EXPECT_EQ(error_of("rmw_ns 5\nllc 0 0 0 1\nrwm_ns 3\n").substr(0, 26),
            "x:3: unknown key 'rwm_ns';");
  EXPECT_EQ(error_of("rmw_ns fast"), "x:1: rmw_ns needs a number, not 'fast'");
  EXPECT_EQ(error_of("rmw_ns 5 6"), "x:1: '6' is more than rmw_ns takes");
  EXPECT_EQ(error_of("rmw_ns 5\nrmw_ns 6"), "x:2: rmw_ns is given twice");
  EXPECT_EQ(error_of("llc 0 0 0+1 1"), "x:1: CPU 1 is in two places");
  EXPECT_EQ(error_of("llc 0 0 0 2"),
            "x: no llc has CPU 1; CPUs are numbered from 0 without gaps");
  EXPECT_EQ(error_of(""), "x: a machine has 1 to 512 CPUs, not 0");
  EXPECT_EQ(error_of("llc 0 0 0\nhit_ns 0"), "x: a cost must be above 0 ns");
  EXPECT_EQ(error_of("llc 0 0 0\nllc 1 0 1"),
            "x: node 0 is in two places; it may be in one");
  EXPECT_THROW(read_description("/nonexistent"), DescriptionError);
}

TEST(Description, OneKeyIsSetAsALineOfAFileDoes) {
  Description machine = two_packages();
  set_key(machine, "rmw_ns", "7.5");
  set_key(machine, "transfer_ns", "1 2 3 4 5");
  EXPECT_EQ(machine.costs.rmw_ns, 7.5);
  EXPECT_EQ(machine.costs.transfer_ns, (std::array<double, 5>{1, 2, 3, 4, 5}));
  EXPECT_EQ(machine.cpus, two_packages().cpus);

  const auto error = [&](const char* key, const char* value) -> std::string {
    const Description before = machine;
    try {
      set_key(machine, key, value);
    } catch (const DescriptionError& error) {
      EXPECT_EQ(machine, before) << "half set";
      return error.what();
    }
    return "";
  };
  EXPECT_EQ(error("rmw_ns", "fast"),
            "rmw_ns=fast: rmw_ns needs a number, not 'fast'");
  EXPECT_EQ(error("rmw_ns", ""), "rmw_ns=: rmw_ns needs a number, not ''");
  EXPECT_EQ(error("rmw_ns", "0"), "rmw_ns=0: a cost must be above 0 ns");
  EXPECT_EQ(error("rmw_ns", "inf"),
            "rmw_ns=inf: a cost must be 1e9 ns (a second) at most");
  EXPECT_EQ(error("transfer_ns", "1 2 3 4"),
            "transfer_ns=1 2 3 4: transfer_ns (five distances) needs a number, "
            "not ''");
  EXPECT_EQ(error("llc", "0 0 0"),
            "llc=0 0 0: llc places CPUs; only a file may");
  EXPECT_EQ(error("rwm_ns", "3").substr(0, 34),
            "rwm_ns=3: unknown key 'rwm_ns'; kn");
}

TEST(Description, SchedulingHasRanges) {
  const auto error_with = [](const std::string& line) {
    return error_of("llc 0 0 0\n" + line);
  };
  EXPECT_EQ(error_with("preemption user"), "");
  EXPECT_EQ(error_with("preemption none"),
            "x:2: preemption is kernel or user, not 'none'");
  EXPECT_EQ(error_with("time_slice_ns 0"),
            "x: time_slice_ns must be in 1 to one hour");
  EXPECT_EQ(error_with("switch_ns -1"),
            "x:2: switch_ns needs a number, not '-1'");
  EXPECT_EQ(error_with("switch_ns 0"), "");
  EXPECT_EQ(error_with("switch_ns 3600000000001"),
            "x: switch_ns must be one hour at most");
  EXPECT_EQ(error_with("steal_every_ns 3600000000001"),
            "x: steal_every_ns must be one hour at most");
  EXPECT_EQ(error_with("steal_every_ns 1000"),
            "x: steal_ns must be in 1 to below steal_every_ns");
  EXPECT_EQ(error_with("steal_every_ns 1000\nsteal_ns 1000"),
            "x: steal_ns must be in 1 to below steal_every_ns");
  EXPECT_EQ(error_with("steal_every_ns 1000\nsteal_ns 999"), "");
  EXPECT_EQ(error_with("smt_percent 1001"),
            "x: smt_percent must be in 0 to 1000");
}

TEST(Description, ShapeIsNumberedLikeLinux) {
  const Description machine = from_shape({.packages = 2,
                                          .nodes_per_package = 2,
                                          .llcs_per_node = 2,
                                          .cores_per_llc = 4,
                                          .cpus_per_core = 2});
  EXPECT_EQ(machine.cpu_count(), 64u);
  EXPECT_EQ(machine.distance(0, 32), Distance::kCore);
  EXPECT_EQ(machine.distance(0, 3), Distance::kLlc);
  EXPECT_EQ(machine.distance(0, 4), Distance::kNode);
  EXPECT_EQ(machine.distance(0, 8), Distance::kPackage);
  EXPECT_EQ(machine.distance(0, 16), Distance::kRemote);
  EXPECT_THROW(from_shape({.cores_per_llc = 1000}), DescriptionError);
  EXPECT_THROW(from_shape({.packages = 0}), DescriptionError);
}

// The matrix of a machine: what its distances cost, a little noisy.
std::string matrix_of(const Description& machine) {
  std::string csv;
  for (std::uint32_t a = 0; a < machine.cpu_count(); ++a) {
    for (std::uint32_t b = 0; b < machine.cpu_count(); ++b) {
      if (b < a) {
        const auto distance = static_cast<int>(machine.distance(a, b));
        const double noise = 1 + 0.01 * static_cast<int>((a * 7 + b) % 9 - 4);
        csv += std::to_string(machine.costs.transfer_ns[distance] * noise);
      }
      csv += b + 1 < machine.cpu_count() ? "," : "\n";
    }
  }
  return csv;
}

TEST(LatencyMatrix, LevelsAreFoundAgain) {
  Description machine = from_shape({.packages = 2,
                                    .llcs_per_node = 2,
                                    .cores_per_llc = 3,
                                    .cpus_per_core = 2});
  machine.costs.transfer_ns = {8, 25, 110, 110, 260};
  const Description found =
      from_latencies(LatencyMatrix::parse(matrix_of(machine), "x"));
  for (std::uint32_t a = 0; a < machine.cpu_count(); ++a) {
    for (std::uint32_t b = 0; b < a; ++b) {
      EXPECT_EQ(found.distance(a, b), machine.distance(a, b)) << a << ' ' << b;
    }
  }
  for (const int level : {0, 1, 2, 4}) {
    EXPECT_NEAR(found.costs.transfer_ns[level],
                machine.costs.transfer_ns[level], 3);
  }
}

TEST(LatencyMatrix, ErrorsNameTheCell) {
  const auto parse = [](const std::string& csv) {
    return LatencyMatrix::parse(csv, "x");
  };
  EXPECT_NO_THROW(parse(",,\r\n40,,\r\n40,40,\r\n"));
  EXPECT_THROW(parse(""), DescriptionError);
  try {
    parse(",,\n40,,\n40,,\n");
    FAIL() << "took an empty cell";
  } catch (const DescriptionError& error) {
    EXPECT_STREQ(error.what(),
                 "x: row 2, column 1: needs a latency in ns above 0");
  }
}

// Measured matrices stay with those who measured them: to be named by whoever
// has some.
TEST(LatencyMatrix, RealMachines) {
  const char* const directory = std::getenv("LOCKGAUGE_LATENCY_MATRICES");
  if (directory == nullptr) {
    GTEST_SKIP() << "LOCKGAUGE_LATENCY_MATRICES names no directory of CSVs";
  }
  for (const auto& file : std::filesystem::directory_iterator(directory)) {
    if (file.path().extension() != ".csv") continue;
    const Description machine =
        from_latencies(LatencyMatrix::read(file.path()));
    const std::string stem = file.path().stem();
    SCOPED_TRACE(stem);
    if (stem == "dual-amd-epyc-7742") {
      // Within its first package latencies are as between packages.
      EXPECT_EQ(machine.cpu_count(), 256u);
      EXPECT_EQ(count(machine, &CpuPlace::core), 128u);
      EXPECT_EQ(count(machine, &CpuPlace::llc), 32u);
    } else {
      const bool one = stem == "aws-graviton3";
      EXPECT_EQ(count(machine, &CpuPlace::package), one ? 1u : 2u);
    }
  }
}

}  // namespace
}  // namespace lockgauge::sim
