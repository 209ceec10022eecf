#ifndef LOCKGAUGE_WORKLOADS_HARNESS_OPTIONS_H_
#define LOCKGAUGE_WORKLOADS_HARNESS_OPTIONS_H_

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "workloads/harness/parameters.h"
#include "workloads/machine/placement.h"

namespace lockgauge::harness {

// The command line. Empty lists and missing values stand for "the default".
struct Options {
  bool list = false;
  std::vector<std::string> scenarios;
  std::vector<std::string> backends;
  std::vector<std::string> threads;  // numbers, "all" or "ladder"
  std::optional<machine::Placement> placement;
  std::string cpus;     // a location; empty: all
  std::string target = "host";  // or kernel; simulated if there is a machine
  std::string machine;  // to be simulated; empty: this one, measured
  std::optional<std::chrono::nanoseconds> duration;
  int repetitions = 3;
  std::uint64_t seed = 1;
  Settings settings;
  std::vector<std::string> counters;       // besides the software events
  std::string write_machine;               // a file, "-"; empty: no
  std::string out;                         // empty: no run folder
  std::vector<std::string> for_benchmark;  // google-benchmark's own flags
};

// Throws UsageError. --help and --version print and end the program with 0.
Options parse_options(int argc, char** argv);

}  // namespace lockgauge::harness

#endif  // LOCKGAUGE_WORKLOADS_HARNESS_OPTIONS_H_
