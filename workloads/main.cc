// lockgauge: runs scenarios on backends and writes down what they cost.

#include <fmt/format.h>

#include <cstdio>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "locks/platform/host/slot.h"
#include "workloads/harness/benchmarks.h"
#include "workloads/harness/options.h"
#include "workloads/harness/run_folder.h"
#include "workloads/harness/scenario.h"
#include "workloads/harness/selection.h"
#include "workloads/machine/session.h"
#include "workloads/machine/topology.h"
#include "workloads/machine/usage_error.h"

namespace lockgauge::harness {
namespace {

constexpr int kUsage = 2;

// google-benchmark's command line: cases interleaved, so that a slow minute of
// the machine falls on all of them alike; the user's own flags may undo that.
std::vector<char*> benchmark_arguments(char* program, Options& options) {
  static std::string interleave = "--benchmark_enable_random_interleaving=true";
  static std::string terse = "--benchmark_display_aggregates_only=true";
  std::vector<char*> arguments = {program, interleave.data()};
  if (options.repetitions > 1) arguments.push_back(terse.data());
  for (std::string& flag : options.for_benchmark) {
    arguments.push_back(flag.data());
  }
  return arguments;
}

int run(int argc, char** argv) {
  Options options = parse_options(argc, argv);
  const std::vector<Case> cases = all_cases();
  if (options.list) {
    fmt::print("{}", list(cases));
    return 0;
  }
  const machine::SessionStatus session = machine::enter_own_session();
  const auto topology = machine::Topology::of_this_machine();
  const std::vector<TrialSpec> specs = select(cases, options, topology);
  const host::Thread self;

  std::optional<RunFolder> folder;
  const std::vector<std::string> command(argv, argv + argc);
  Benchmarks benchmarks(topology, specs, options.repetitions, [&] {
    if (options.out.empty()) return static_cast<RunFolder*>(nullptr);
    return &folder.emplace(options.out, topology, session, command);
  });
  std::vector<char*> arguments = benchmark_arguments(argv[0], options);
  const int code =
      benchmarks.run(static_cast<int>(arguments.size()), arguments.data());
  if (code == 3) fmt::print(stderr, "lockgauge: no case matches\n");
  return code;
}

}  // namespace
}  // namespace lockgauge::harness

int main(int argc, char** argv) {
  try {
    return lockgauge::harness::run(argc, argv);
  } catch (const lockgauge::UsageError& error) {
    fmt::print(stderr, "lockgauge: {}\n", error.what());
    return lockgauge::harness::kUsage;
  } catch (const std::exception& error) {
    fmt::print(stderr, "lockgauge: {}\n", error.what());
    return 1;
  }
}
