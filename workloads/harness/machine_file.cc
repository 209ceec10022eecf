#include "workloads/harness/machine_file.h"

#include <fmt/format.h>

#include <cstdio>
#include <fstream>

#include "locks/platform/sim/description_file.h"
#include "workloads/harness/build_info.h"
#include "workloads/harness/utc.h"
#include "workloads/machine/facts.h"
#include "workloads/machine/usage_error.h"

namespace lockgauge::harness {
namespace {

std::string facts() {
  std::string text;
  for (const machine::Fact& fact : machine::machine_facts()) {
    for (const char* wanted : {"cpu_model", "kernel_release", "hypervisor"}) {
      if (fact.name == wanted && !fact.value.empty()) {
        text += fmt::format("#   {:<15} {}\n", fact.name, fact.value);
      }
    }
  }
  return text;
}

// Where the numbers of CPUs are not the operating system's.
std::string numbering(const std::vector<int>& os_indices) {
  const int count = static_cast<int>(os_indices.size());
  if (os_indices.back() == count - 1) return "";
  return fmt::format("# CPUs 0-{} are the operating system's {}.\n", count - 1,
                     fmt::join(os_indices, ","));
}

std::string one_ways(const MeasuredMachine& machine) {
  const auto pairs = pairs_by_distance(machine.description, /*most=*/1);
  std::string text;
  for (int distance = 0; distance < sim::kDistances; ++distance) {
    if (!machine.one_ways_ns[distance]) continue;
    const auto [ping, pong] = pairs[distance].front();
    const OneWays measured = *machine.one_ways_ns[distance];
    const OneWays simulated =
        simulated_one_ways_ns(machine.description, ping, pong);
    const auto line = [&](const char* pass, double OneWays::*figure) {
      text += fmt::format("#   {:<8} {:<8} {:>8.1f} {:>9.1f}\n",
                          sim::kDistanceNames[distance], pass, measured.*figure,
                          simulated.*figure);
    };
    line("swapped", &OneWays::swapped);
    line("guarded", &OneWays::guarded);
    line("polled", &OneWays::polled);
  }
  return text.empty() ? "#   none\n" : text;
}

}  // namespace

std::string machine_file(const MeasuredMachine& machine) {
  std::string text = fmt::format(
      "# {}, as lockgauge {} measured it on {}.\n"
      "#\n{}#\n"
      "# The shape is hwloc's. Uncontended costs are those of one CPU, each "
      "the "
      "best of\n# 200 short loops: loads (hit), stores, a "
      "compare-exchange behind a\n# store (rmw, less the store), relax() "
      "(pause), readings of the clock, and a\n# chase through memory that is "
      "in "
      "no cache.\n"
      "#\n"
      "# Transfers come from ping-pongs between two pinned threads, the median "
      "of 64:\n# transfer_ns is what makes a simulated compare-exchange that "
      "both "
      "try (swapped)\n# take what the real one took, upgrade_percent the same "
      "of "
      "stores behind which\n# each also writes what the ball guards (guarded). "
      "Nothing is fitted to a store\n# that is polled for (polled): it shows "
      "how "
      "far off the simulation is.\n"
      "#   one way, ns      measured simulated\n{}",
      machine::machine_id(), build::kVersion, utc_now(), facts(),
      one_ways(machine));
  text += "#\n# Left at their defaults:\n";
  for (const std::string& what : machine.defaults) text += "#   " + what + '\n';
  return text + numbering(machine.os_indices) +
         sim::format_description(machine.description);
}

std::string machine_file(const machine::NamedMachine& machine) {
  return fmt::format("# {}, as lockgauge {} understood it.\n{}", machine.name,
                     build::kVersion,
                     sim::format_description(machine.description));
}

void write_machine_file(const std::string& path, const std::string& text) {
  if (path == "-") {
    fmt::print("{}", text);
    return;
  }
  std::ofstream file(path);
  file << text << std::flush;
  if (!file) {
    throw UsageError(
        fmt::format("--write-machine={}: cannot be written", path));
  }
}

}  // namespace lockgauge::harness
