#include "workloads/harness/trial.h"

#include <fmt/format.h>

namespace lockgauge::harness {

std::size_t home_distance(const TrialSpec& spec) {
  return spec.parameters.has("home") ? spec.parameters.number("home") : 0;
}

std::string unfit(const TrialSpec& spec, std::size_t nodes) {
  const Case& subject = *spec.subject;
  const ScenarioInfo& scenario = *subject.scenario;
  if (home_distance(spec) >= nodes) {
    return fmt::format("home={}: NUMA nodes here, counted from 0: {}",
                       home_distance(spec), nodes);
  }
  const int threads = static_cast<int>(spec.cpus.size());
  const int least = scenario.jobs(spec.parameters).least_threads;
  if (threads < least) return fmt::format("takes {} threads or more", least);
  const bool interrupts = scenario.interrupts;
  if ((interrupts || scenario.probes) && machine::oversubscribed(spec.cpus)) {
    return "takes a CPU for each thread";
  }
  if (scenario.probes) return "";
  if (scenario.cycles && !subject.fallible) {
    return fmt::format("{} never fails: it would wait for ever",
                       subject.backend);
  }
  if (subject.excludes || (threads == 1 && !interrupts)) return "";
  return fmt::format("{} excludes nobody: {}", subject.backend,
                     interrupts ? "not even an interrupt" : "one thread only");
}

}  // namespace lockgauge::harness
