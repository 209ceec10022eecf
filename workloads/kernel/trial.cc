#include "workloads/kernel/trial.h"

#include <fmt/format.h>

#include <atomic>
#include <cstring>

#include "workloads/harness/team.h"
#include "workloads/harness/window.h"
#include "workloads/kernel/tally.h"

namespace lockgauge::kernel {
namespace {

using harness::Layout;
using harness::TrialResult;
using harness::TrialSpec;

// A parameter in ns, if the scenario has it.
double ns_of(const TrialSpec& spec, const char* name) {
  for (const harness::Parameter& one : spec.subject->scenario->parameters) {
    if (one.name == name) {
      return static_cast<double>(spec.parameters.number(name));
    }
  }
  return 0;
}

// What the programs read and nobody stores to during the window.
void write_plan(const Recipe& recipe, const TrialSpec& spec,
                const Layout& layout, Object& object) {
  const auto turns = [&](double ns) {
    return ns > 0 ? static_cast<__u32>(ns / object.busy_turn_ns() + 0.5) : 0;
  };
  // Measuring the loop uses the plan, hence before it is written.
  const __u32 hold_turns = turns(ns_of(spec, "hold_ns"));
  const __u32 think_turns = turns(ns_of(spec, "think_ns"));
  const __u32 stalls = turns(ns_of(spec, "stall_ns") / int{kKernelStallTurns});
  kernel_plan& plan = object.plan();
  plan = {};
  plan.iterations = recipe.iterations;
  plan.hold_turns = hold_turns;
  plan.think_turns = think_turns;
  plan.stalls = stalls;
  for (int one = 0; one < layout.threads(); ++one) {
    for (int other = 0; other < layout.threads(); ++other) {
      if (one == other) continue;
      plan.ranks[one][1 + other] =
          1 + static_cast<__u8>(layout.distance(one, other));
    }
  }
}

// What was wrong with what the threads left.
std::string check(const Object& object, std::uint64_t visits) {
  std::uint64_t sections = 0;
  for (int thread = 0; thread < kKernelThreads; ++thread) {
    sections += object.cells()[thread].sections;
  }
  if (visits == sections) return {};
  return fmt::format("{} of {} sections were lost: the lock let two in",
                     sections - visits, sections);
}

// What stands against the trial, whatever the kernel.
std::string unfit(const TrialSpec& spec) {
  if (!spec.subject->excludes && spec.cpus.size() > 1) {
    return fmt::format("{} excludes nobody: one thread only",
                       spec.subject->backend);
  }
  if (spec.cpus.size() > kKernelThreads) {
    return fmt::format("{} threads at most", int{kKernelThreads});
  }
  return {};
}

}  // namespace

TrialResult run_trial(Kernel& kernel, const machine::Topology& topology,
                      const TrialSpec& spec) {
  TrialResult result;
  result.start_utc = harness::utc_now();
  result.preemption = "kernel";
  result.skipped = unfit(spec);
  if (!result.skipped.empty()) return result;
  const Recipe recipe = kernel::recipe(spec);
  Object* const object = kernel.load(recipe, result.skipped);
  if (object == nullptr) return result;

  harness::Team team(topology, spec.cpus);
  result.pinned = team.pinned();
  const Layout layout(topology, spec.cpus);
  write_plan(recipe, spec, layout, *object);
  std::memset(object->cells(), 0, sizeof(kernel_cell) * kKernelThreads);
  const std::uint64_t visits_before = object->visits();
  // Relaxed: a flag that nothing is published by; the programs poll it.
  std::atomic_ref<__u32> stop(object->stop().requested);
  stop.store(0, std::memory_order_relaxed);
  measure_window(
      team, layout, spec,
      [&](int thread, measure::Tally& tally) {
        while (stop.load(std::memory_order_relaxed) == 0) object->run(thread);
        tally = tally_of(object->cells()[thread]);
      },
      [&] { stop.store(1, std::memory_order_relaxed); }, result);
  result.error = check(*object, object->visits() - visits_before);
  return result;
}

}  // namespace lockgauge::kernel
