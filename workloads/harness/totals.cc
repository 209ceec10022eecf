#include "workloads/harness/totals.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "workloads/machine/placement.h"

namespace lockgauge::harness {
namespace {

bool migrated(const TrialResult& result) {
  return std::any_of(
      result.threads.begin(), result.threads.end(),
      [](const ThreadResult& thread) { return thread.last_cpu != thread.cpu; });
}

// Some spinning thread with a CPU of its own was off it for part of the window.
// One is enough: while a waiter of a fair lock is away, the others are alone.
// (Where threads share a CPU being preempted is the rule, and a thread that
// waits asleep is off its CPU by design.)
bool preempted(const TrialSpec& spec, const TrialResult& result) {
  constexpr double kUndisturbed = 0.97;
  if (!spec.subject->spins || spec.subject->scenario->sleeps ||
      machine::oversubscribed(spec.cpus)) {
    return false;
  }
  return std::any_of(result.threads.begin(), result.threads.end(),
                     [&](const ThreadResult& thread) {
                       return static_cast<double>(thread.usage.cpu_time_ns) <
                              kUndisturbed * result.elapsed_ns;
                     });
}

// The distance between the CPUs changed: the host moved virtual CPUs.
bool moved(const TrialResult& result) {
  constexpr double kMoved = 1.5;
  if (!result.core_to_core_before_ns || !result.core_to_core_after_ns) {
    return false;
  }
  const auto [near, far] = std::minmax(*result.core_to_core_before_ns,
                                       *result.core_to_core_after_ns);
  return far > kMoved * near;
}

// Our clock and the system's disagree on how long the window was.
bool clock_stepped(const TrialResult& result) {
  constexpr double kStep_ns = 100'000;
  constexpr double kStepRatio = 1e-3;
  return std::abs(result.clock_step_ns.value_or(0)) >
         std::max(kStep_ns, kStepRatio * result.elapsed_ns);
}

// Counters had to share the PMU for so long that their values are guesses.
bool multiplexed(const TrialResult& result) {
  constexpr double kRunning = 0.9;
  for (const ThreadResult& thread : result.threads) {
    for (const measure::Reading& reading : thread.counters) {
      if (reading.running_ratio.value_or(1) < kRunning) return true;
    }
  }
  return false;
}

}  // namespace

measure::Tally total(const TrialResult& result) {
  measure::Tally sum;
  for (const ThreadResult& thread : result.threads) sum.add(thread.tally);
  return sum;
}

measure::Usage total_usage(const TrialResult& result) {
  measure::Usage sum{};
  for (const ThreadResult& thread : result.threads) {
    sum.cpu_time_ns += thread.usage.cpu_time_ns;
    sum.voluntary_switches += thread.usage.voluntary_switches;
    sum.involuntary_switches += thread.usage.involuntary_switches;
  }
  return sum;
}

std::optional<double> cpu_time_ratio(const TrialResult& result) {
  const double wall_ns =
      result.elapsed_ns * static_cast<double>(result.threads.size());
  if (wall_ns <= 0) return std::nullopt;
  return static_cast<double>(total_usage(result).cpu_time_ns) / wall_ns;
}

std::string validity(const TrialSpec& spec, const TrialResult& result) {
  if (!result.skipped.empty()) return "skipped: " + result.skipped;
  if (!result.error.empty()) return "failed: " + result.error;
  if (!result.findings.hung.empty()) return "hung: " + result.findings.hung;
  std::vector<std::string> tags;
  if (result.pinned != machine::PinStatus::kVerified) {
    tags.push_back("unpinned");
  }
  if (migrated(result)) tags.push_back("migrated");
  if (total(result).ops == 0) tags.push_back("idle");
  if (preempted(spec, result)) tags.push_back("preempted");
  if (result.steal_ns.value_or(0) > 0) tags.push_back("stolen");
  if (moved(result)) tags.push_back("moved");
  if (result.findings.get("preempted_sections_count").value_or(0) > 0) {
    tags.push_back("holder_preempted");
  }
  if (clock_stepped(result)) tags.push_back("clock_stepped");
  if (multiplexed(result)) tags.push_back("multiplexed");
  return tags.empty() ? "ok" : fmt::format("{}", fmt::join(tags, ";"));
}

}  // namespace lockgauge::harness
