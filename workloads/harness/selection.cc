#include "workloads/harness/selection.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <set>

#include "locks/platform/host/slot.h"
#include "workloads/machine/location.h"
#include "workloads/machine/named_machine.h"
#include "workloads/machine/usage_error.h"
#include "workloads/measure/counters.h"
#include "workloads/measure/counters_pfm.h"
#include "workloads/measure/event_groups.h"

namespace lockgauge::harness {
namespace {

// Distinct names in the order they come.
template <class Name>
std::vector<std::string> names(const std::vector<Case>& cases, Name name) {
  std::vector<std::string> all;
  for (const Case& one : cases) {
    if (std::find(all.begin(), all.end(), name(one)) == all.end()) {
      all.emplace_back(name(one));
    }
  }
  return all;
}

bool contains(const std::vector<std::string>& all, std::string_view one) {
  return std::find(all.begin(), all.end(), one) != all.end();
}

std::vector<std::string> scenarios(const std::vector<Case>& cases) {
  return names(cases, [](const Case& one) { return one.scenario->name; });
}
std::vector<std::string> backends(const std::vector<Case>& cases) {
  return names(cases, [](const Case& one) { return one.backend; });
}

// Whether --backend asks for it: with nothing said, for all that are no steps.
bool chosen_backend(const Options& options, const Case& one) {
  return options.backends.empty() ? !one.step
                                  : contains(options.backends, one.backend);
}

void check_names(const char* option, const std::vector<std::string>& asked,
                 const std::vector<std::string>& valid) {
  for (const std::string& name : asked) {
    if (contains(valid, name)) continue;
    throw UsageError(fmt::format("{}={}: valid are {}", option, name,
                                 fmt::join(valid, ", ")));
  }
}

// A setting that no selected scenario has is a mistake, not a no-op.
void check_settings(const Settings& settings,
                    const std::vector<const Case*>& cases) {
  std::set<std::string> known;
  for (const Case* one : cases) {
    for (const Parameter& parameter : one->scenario->parameters) {
      known.insert(parameter.name);
    }
  }
  for (const auto& [name, values] : settings) {
    if (known.contains(name)) continue;
    throw UsageError(fmt::format("--set {}: the scenarios chosen have {}", name,
                                 fmt::join(known, ", ")));
  }
}

int parse_threads(const std::string& text, std::size_t cpus) {
  if (text == "all") return static_cast<int>(cpus);
  int number = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, number);
  const bool for_each_cpu = std::string_view(rest, end) == "x";
  // Main has a slot of its own.
  constexpr int kMax = host::kMaxSlots - 1;
  const int max = for_each_cpu ? kMax / static_cast<int>(cpus) : kMax;
  if (error != std::errc() || (rest != end && !for_each_cpu) || number < 1 ||
      number > max) {
    throw UsageError(
        fmt::format("--threads={}: from 1 to {}, all, ladder, or from 1x to "
                    "{}x (for each CPU)",
                    text, kMax, kMax / cpus));
  }
  return for_each_cpu ? number * static_cast<int>(cpus) : number;
}

// Each number once: "1,all" on one CPU is 1.
std::vector<int> thread_counts(const std::vector<std::string>& texts,
                               std::size_t cpus,
                               const std::vector<int>& ladder) {
  std::vector<int> counts;
  const auto add = [&](int count) {
    if (std::find(counts.begin(), counts.end(), count) == counts.end()) {
      counts.push_back(count);
    }
  };
  for (const std::string& text : texts) {
    if (text == "ladder") {
      std::for_each(ladder.begin(), ladder.end(), add);
    } else {
      add(parse_threads(text, cpus));
    }
  }
  return counts;
}

std::chrono::nanoseconds duration_of(const Options& options) {
  using std::chrono::milliseconds;
  if (!options.machine.empty()) {
    return options.duration.value_or(milliseconds(1));
  }
  if (options.duration && *options.duration < milliseconds(1)) {
    throw UsageError("--duration: 1ms or more, unless --machine is simulated");
  }
  return options.duration.value_or(milliseconds(200));
}

// Hardware events; a simulation has none.
std::vector<std::string> counters_of(const Options& options) {
  if (!options.machine.empty()) {
    if (options.counters.empty()) return {};
    throw UsageError("--counters: a simulated machine has none");
  }
  const std::vector<std::string> asked =
      measure::resolve_groups(options.counters, measure::core_pmus_here());
  measure::validate_events(asked);
  std::vector<std::string> counters = measure::software_events();
  for (const std::string& name : asked) {
    if (!contains(counters, name)) counters.push_back(name);
  }
  return counters;
}

}  // namespace

std::vector<TrialSpec> select(const std::vector<Case>& cases,
                              const Options& options,
                              const machine::Topology& topology) {
  check_names("--scenario", options.scenarios, scenarios(cases));
  check_names("--backend", options.backends, backends(cases));
  const std::vector<std::string> counters = counters_of(options);
  const std::vector<int> named =
      options.cpus.empty() ? std::vector<int>()
                           : machine::parse_location(topology, options.cpus);

  std::vector<const Case*> chosen;
  for (const Case& one : cases) {
    if ((options.scenarios.empty() ||
         contains(options.scenarios, one.scenario->name)) &&
        chosen_backend(options, one)) {
      chosen.push_back(&one);
    }
  }
  check_settings(options.settings, chosen);

  std::vector<TrialSpec> specs;
  for (const Case* one : chosen) {
    const ScenarioInfo& scenario = *one->scenario;
    // Who looks at the machine looks at all of it.
    const std::vector<int> within =
        !named.empty()    ? named
        : scenario.probes ? machine::parse_location(topology, "all")
                          : machine::default_location(topology);
    const auto placement = options.placement.value_or(scenario.placement);
    const auto& threads =
        options.threads.empty() ? scenario.threads : options.threads;
    const std::vector<int> counts = thread_counts(
        threads, within.size(), machine::ladder(topology, placement, within));
    for (const Parameters& parameters :
         combinations(scenario.parameters, options.settings)) {
      for (const int count : counts) {
        specs.push_back({one, parameters, placement,
                         machine::place(topology, placement, count, within),
                         duration_of(options), counters, options.seed});
      }
    }
  }
  return specs;
}

std::string list(const std::vector<Case>& cases) {
  std::string text = "scenarios (parameter = default values)\n";
  for (const std::string& name : scenarios(cases)) {
    const auto one = std::find_if(
        cases.begin(), cases.end(),
        [&](const Case& any) { return any.scenario->name == name; });
    text += fmt::format("  {:<24} {}\n", name, one->scenario->summary);
    for (const Parameter& parameter : one->scenario->parameters) {
      text += fmt::format("    {} = {}: {}\n", parameter.name,
                          fmt::join(parameter.defaults, ","), parameter.help);
    }
  }
  std::vector<Case> backends_proper;
  std::vector<Case> steps;
  for (const Case& one : cases) {
    (one.step ? steps : backends_proper).push_back(one);
  }
  text += "backends\n";
  for (const std::string& name : backends(backends_proper)) {
    text += fmt::format("  {}\n", name);
  }
  text += "steps of the kernel's change, run by scenarios of storage if named\n";
  for (const std::string& name : backends(steps)) {
    text += fmt::format("  {}\n", name);
  }
  text += "placements\n";
  for (const machine::Placement placement : machine::kPlacements) {
    text += fmt::format("  {}\n", machine::name(placement));
  }
  text += "counter groups, and the PMUs that have them\n";
  for (const measure::EventQuestion& question : measure::event_questions()) {
    text += fmt::format("  {:<24} {}\n    {}\n", question.name, question.asks,
                        fmt::join(question.pmus, ", "));
  }
  text += "machines to simulate\n";
  for (const machine::ShippedMachine& shipped : machine::shipped_machines()) {
    text += fmt::format("  {:<24} {}\n", shipped.name, shipped.summary);
  }
  return text;
}

}  // namespace lockgauge::harness
