#include "workloads/harness/totals.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>
#include <vector>

namespace lockgauge::harness {
namespace {

// Several threads of the team on one CPU: then being preempted is the rule.
bool oversubscribed(const TrialResult& result) {
  std::set<int> cpus;
  for (const ThreadResult& thread : result.threads) cpus.insert(thread.cpu);
  return cpus.size() < result.threads.size();
}

bool migrated(const TrialResult& result) {
  return std::any_of(
      result.threads.begin(), result.threads.end(),
      [](const ThreadResult& thread) { return thread.last_cpu != thread.cpu; });
}

// One thread per CPU that ran for less than this did not run alone: some
// waiter or holder was off its CPU for part of the window.
bool preempted(const TrialResult& result) {
  constexpr double kUndisturbed = 0.93;
  return !oversubscribed(result) &&
         cpu_time_ratio(result).value_or(0) < kUndisturbed;
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

std::string validity(const TrialResult& result) {
  if (!result.skipped.empty()) return "skipped: " + result.skipped;
  if (!result.error.empty()) return "failed: " + result.error;
  std::vector<std::string> tags;
  if (result.pinned != machine::PinStatus::kVerified) {
    tags.push_back("unpinned");
  }
  if (migrated(result)) tags.push_back("migrated");
  if (preempted(result)) tags.push_back("preempted");
  if (result.steal_ns.value_or(0) > 0) tags.push_back("stolen");
  if (moved(result)) tags.push_back("moved");
  return tags.empty() ? "ok" : fmt::format("{}", fmt::join(tags, ";"));
}

}  // namespace lockgauge::harness
