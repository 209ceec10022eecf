#include "workloads/harness/options.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdlib>
#include <map>

#include "workloads/harness/build_info.h"
#include "workloads/machine/usage_error.h"

namespace lockgauge::harness {
namespace {

// "200ms": a number and its unit, both needed.
std::chrono::nanoseconds parse_duration(const std::string& text) {
  static const std::map<std::string, double> units = {
      {"ns", 1}, {"us", 1e3}, {"ms", 1e6}, {"s", 1e9}};
  constexpr double kMax_ns = 3600e9;
  char* rest = nullptr;
  const double number = std::strtod(text.c_str(), &rest);
  const auto unit = units.find(rest);
  if (rest != text.c_str() && unit != units.end()) {
    const double ns = number * unit->second;
    if (ns >= 1e3 && ns <= kMax_ns) {
      return std::chrono::nanoseconds(static_cast<std::int64_t>(ns));
    }
  }
  throw UsageError(fmt::format(
      "--duration={}: from 1us to 3600s, with its unit (us, ms, s)", text));
}

// "name=value,value" into the settings.
void add_setting(const std::string& text, Settings& settings) {
  const std::size_t equals = text.find('=');
  if (equals == std::string::npos || equals == 0 || equals + 1 == text.size()) {
    throw UsageError(
        fmt::format("--set {}: name=value or name=value,value", text));
  }
  settings[text.substr(0, equals)] =
      CLI::detail::split(text.substr(equals + 1), ',');
}

// What CLI11 did not know must be google-benchmark's.
void take_extras(const std::vector<std::string>& extras, Options& options) {
  for (const std::string& extra : extras) {
    if (extra.starts_with("--benchmark_repetitions")) {
      throw UsageError(fmt::format("{}: use --repetitions", extra));
    }
    if (!extra.starts_with("--benchmark_")) {
      throw UsageError(
          fmt::format("{}: no such option; --help lists them", extra));
    }
    options.for_benchmark.push_back(extra);
  }
}

}  // namespace

Options parse_options(int argc, char** argv) {
  Options options;
  std::string duration;
  std::string placement;
  std::vector<std::string> settings;

  CLI::App app("Measures what a lock costs when many cores want it.",
               "lockgauge");
  app.set_version_flag("--version",
                       fmt::format("lockgauge {} {}", build::kVersion,
                                   build::kRevision));
  app.add_flag("--list", options.list,
               "Print scenarios, backends, placements, counter groups and "
               "machines, and end");
  app.add_option("--scenario", options.scenarios, "Only these: a,b")
      ->delimiter(',')
      ->allow_extra_args(false);
  app.add_option("--backend", options.backends, "Only these: a,b")
      ->delimiter(',')
      ->allow_extra_args(false);
  app.add_option(
         "--threads", options.threads,
         "Numbers of threads: 1,2,all (one for each CPU), 2x (two for each), "
         "or ladder (1, 2, 4 ... and where cores, caches, nodes and packages "
         "end)")
      ->delimiter(',')
      ->allow_extra_args(false);
  app.add_option("--placement", placement,
                 "Which CPUs threads fill first; --list names them");
  app.add_option("--cpus", options.cpus,
                 "Use these CPUs: 0,2-5, hwloc's core:0-3, numa:1 ..., or "
                 "kind:0 (default: the most capable kind of cores)");
  app.add_option("--target", options.target,
                 "host, or kernel: this kernel's own locks and storage, by "
                 "BPF programs")
      ->capture_default_str();
  app.add_option("--machine", options.machine,
                 "Simulate this machine instead of measuring: a name that "
                 "--list shows, a file (.machine, .xml, .csv), or hwloc's "
                 "\"package:2 core:8 pu:2\"");
  app.add_option("--duration", duration,
                 "Of one trial: 200ms, 1s (default: 200ms, simulated 1ms)");
  app.add_option("--seed", options.seed,
                 "Of what is drawn; each repetition takes the next")
      ->capture_default_str();
  app.add_option("--repetitions", options.repetitions, "Trials of each case")
      ->capture_default_str();
  app.add_option("--set", settings,
                 "A scenario's parameter: name=value,value (repeatable)")
      ->expected(1)
      ->take_all();
  app.add_option("--counters", options.counters,
                 "Hardware events by their libpfm4 names, or groups of them that "
                 "--list shows: a,@b")
      ->delimiter(',')
      ->allow_extra_args(false);
  app.add_option("--write-machine", options.write_machine,
                 "Write this computer as a machine to simulate (FILE or -), "
                 "and end");
  app.add_option("--out", options.out,
                 "Write results into this run folder, or continue it");
  app.footer(
      "google-benchmark's --benchmark_* flags work as usual.\n"
      "Exit codes: 0 done, 1 a case failed, 2 bad input, "
      "3 nothing matched.");
  app.allow_extras();
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& done) {  // --help, --version
    std::exit(app.exit(done));
  } catch (const CLI::ParseError& error) {
    throw UsageError(error.what());
  }

  // "--out= --x": CLI11 takes the next word for a missing value.
  const auto lacks_value = [&](const char* option, const std::string& value) {
    return app.count(option) > 0 && (value.empty() || value.starts_with("--"));
  };
  if (lacks_value("--out", options.out)) {
    throw UsageError("--out: needs the name of a folder");
  }
  if (lacks_value("--write-machine", options.write_machine)) {
    throw UsageError("--write-machine: needs the name of a file, or -");
  }
  take_extras(app.remaining(), options);
  if (!duration.empty()) options.duration = parse_duration(duration);
  if (!placement.empty()) {
    options.placement = machine::parse_placement(placement);
  }
  if (options.target != "host" && options.target != "kernel") {
    throw UsageError(
        fmt::format("--target={}: valid are host, kernel", options.target));
  }
  if (options.target == "kernel" && !options.machine.empty()) {
    throw UsageError("--target=kernel: a simulated machine has no kernel");
  }
  if (options.repetitions < 1 || options.repetitions > 1'000'000) {
    throw UsageError(fmt::format("--repetitions={}: from 1 to 1000000",
                                 options.repetitions));
  }
  for (const std::string& setting : settings) {
    add_setting(setting, options.settings);
  }
  return options;
}

}  // namespace lockgauge::harness
