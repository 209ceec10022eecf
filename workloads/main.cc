// lockgauge: runs scenarios on backends and writes down what they cost.

#include <fmt/format.h>

#include <cstdio>
#include <exception>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "locks/platform/host/slot.h"
#include "workloads/harness/benchmarks.h"
#include "workloads/harness/host_trial.h"
#include "workloads/harness/interruption.h"
#include "workloads/harness/machine_file.h"
#include "workloads/harness/options.h"
#include "workloads/harness/run_folder.h"
#include "workloads/harness/scenario.h"
#include "workloads/harness/selection.h"
#include "workloads/harness/sim_trial.h"
#include "workloads/harness/warmed.h"
#include "workloads/kernel/cases.h"
#include "workloads/kernel/kernel.h"
#include "workloads/kernel/trial.h"
#include "workloads/machine/facts.h"
#include "workloads/machine/location.h"
#include "workloads/machine/named_machine.h"
#include "workloads/machine/session.h"
#include "workloads/machine/simulated_topology.h"
#include "workloads/machine/topology.h"
#include "workloads/machine/usage_error.h"
#include "workloads/measure/counters_pfm.h"
#include "workloads/measure/event_groups.h"

namespace lockgauge::harness {
namespace {

constexpr int kUsage = 2;

// google-benchmark's command line. Measured cases are interleaved, so that a
// slow minute of the machine falls on all of them alike; the user's own flags
// may undo that.
std::vector<char*> benchmark_arguments(char* program, Options& options) {
  static std::string interleave = "--benchmark_enable_random_interleaving=true";
  static std::string terse = "--benchmark_display_aggregates_only=true";
  std::vector<char*> arguments = {program};
  if (options.machine.empty()) arguments.push_back(interleave.data());
  if (options.repetitions > 1) arguments.push_back(terse.data());
  for (std::string& flag : options.for_benchmark) {
    arguments.push_back(flag.data());
  }
  return arguments;
}

// Of the groups of counters that stay empty in every trial.
void warn_of_groups(const std::vector<TrialSpec>& specs) {
  if (specs.empty()) return;
  for (const std::string& name : specs.front().counters) {
    if (!measure::names_group(name)) continue;
    fmt::print(stderr, "lockgauge: {}: {}\n", name,
               measure::why_unresolved(name, measure::core_pmus_here()));
  }
}

// A team that is smaller than the machine should not be a surprise.
void warn_of_kinds(const Options& options, const machine::Topology& topology) {
  const std::size_t all = topology.cpus().size();
  const std::size_t used = machine::default_location(topology).size();
  if (!options.cpus.empty() || used == all) return;
  fmt::print(stderr,
             "lockgauge: teams are on {} of {} CPUs, those of the most capable "
             "kind; --cpus=all takes all\n",
             used, all);
}

// Runs what the options select on the subject. Answers the exit code.
int run_trials(const Subject& subject, const machine::SessionStatus& session,
               const std::vector<Case>& cases, Options& options,
               const std::vector<std::string>& command,
               Benchmarks::RunTrial run_trial) {
  const std::vector<TrialSpec> specs = select(cases, options, subject.topology);
  warn_of_groups(specs);
  warn_of_kinds(options, subject.topology);
  std::optional<RunFolder> folder;
  std::string program = command.front();
  std::vector<char*> arguments = benchmark_arguments(program.data(), options);
  Benchmarks benchmarks(specs, options.repetitions, std::move(run_trial), [&] {
    if (options.out.empty()) return static_cast<RunFolder*>(nullptr);
    say_when_stopped(options.out);
    return &folder.emplace(options.out, subject, session, command);
  });
  const int code =
      benchmarks.run(static_cast<int>(arguments.size()), arguments.data());
  if (code == 3) fmt::print(stderr, "lockgauge: no case matches\n");
  return code;
}

int measure(const std::vector<Case>& cases, Options& options,
            const std::vector<std::string>& command) {
  const machine::SessionStatus session = machine::enter_own_session();
  const auto topology = machine::Topology::of_this_machine();
  const host::Thread self;
  return run_trials({"host", machine::machine_id(), topology}, session, cases,
                    options, command, warmed([&](const TrialSpec& spec) {
                      return run_host_trial(topology, spec);
                    }));
}

int measure_kernel(Options& options, const std::vector<std::string>& command) {
  const machine::SessionStatus session = machine::enter_own_session();
  const auto topology = machine::Topology::of_this_machine();
  kernel::Kernel kernel;
  const std::vector<Case> cases = kernel::cases(kernel.storage_backend());
  return run_trials({"kernel", machine::machine_id(), topology}, session, cases,
                    options, command, warmed([&](const TrialSpec& spec) {
                      return kernel::run_trial(kernel, topology, spec);
                    }));
}

int simulate(const std::vector<Case>& cases, Options& options,
             const std::vector<std::string>& command) {
  const auto chosen = machine::resolve_machine(options.machine);
  const auto topology = machine::topology_of(chosen.description);
  const Subject subject{"sim", chosen.name, topology, &chosen.description};
  return run_trials(subject, {}, cases, options, command,
                    [&](const TrialSpec& spec) {
                      return run_sim_trial(chosen.description, topology, spec);
                    });
}

// The machine file of the machine that is named, or else of this one.
std::string describe(const Options& options) {
  if (!options.machine.empty()) {
    return machine_file(machine::resolve_machine(options.machine));
  }
  machine::enter_own_session();
  return machine_file(measure_machine(machine::Topology::of_this_machine()));
}

// What --list prints: of the target, and whether there is the other one.
std::string list_target(const Options& options) {
  const kernel::Kernel kernel;
  std::string text = list(options.target == "kernel"
                              ? kernel::cases(kernel.storage_backend())
                              : all_cases());
  text += fmt::format(
      "targets\n  host\n  {:<24} {}\n", "kernel",
      kernel.unavailable().empty()
          ? fmt::format("{}; --target=kernel --list", kernel.storage_backend())
          : "not here: " + kernel.unavailable());
  return text;
}

int run(int argc, char** argv) {
  Options options = parse_options(argc, argv);
  if (options.list) {
    fmt::print("{}", list_target(options));
    return 0;
  }
  if (!options.write_machine.empty()) {
    write_machine_file(options.write_machine, describe(options));
    return 0;
  }
  const std::vector<std::string> command(argv, argv + argc);
  if (options.target == "kernel") return measure_kernel(options, command);
  const std::vector<Case> cases = all_cases();
  return options.machine.empty() ? measure(cases, options, command)
                                 : simulate(cases, options, command);
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
