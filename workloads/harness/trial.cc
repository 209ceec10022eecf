#include "workloads/harness/trial.h"

#include <fmt/format.h>

namespace lockgauge::harness {

long home_distance(const TrialSpec& spec) {
  return spec.parameters.has("home") ? spec.parameters.number("home") : 0;
}

std::string unfit(const TrialSpec& spec, std::size_t nodes) {
  const Case& subject = *spec.subject;
  if (home_distance(spec) >= static_cast<long>(nodes)) {
    return fmt::format("home={}: NUMA nodes here, counted from 0: {}",
                       home_distance(spec), nodes);
  }
  const bool interrupts = subject.scenario->interrupts;
  if (subject.scenario->probes) {
    const bool fits =
        spec.cpus.size() > 1 && !machine::oversubscribed(spec.cpus);
    return fits ? "" : "takes two CPUs or more, with a thread each";
  }
  if (interrupts && machine::oversubscribed(spec.cpus)) {
    return "interrupts take a CPU for each thread";
  }
  if (subject.scenario->cycles && !subject.fallible) {
    return fmt::format("{} never fails: it would wait for ever",
                       subject.backend);
  }
  if (subject.excludes || (spec.cpus.size() == 1 && !interrupts)) return "";
  return fmt::format("{} excludes nobody: {}", subject.backend,
                     interrupts ? "not even an interrupt" : "one thread only");
}

}  // namespace lockgauge::harness
