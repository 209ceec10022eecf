#include "workloads/kernel/trial.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <stdexcept>

#include "workloads/harness/team.h"
#include "workloads/harness/totals.h"
#include "workloads/harness/utc.h"
#include "workloads/harness/window.h"
#include "workloads/kernel/tally.h"

namespace lockgauge::kernel {
namespace {

using harness::Layout;
using harness::TrialResult;
using harness::TrialSpec;

bool has(const TrialSpec& spec, const std::string& name) {
  const auto& all = spec.subject->scenario->parameters;
  return std::any_of(all.begin(), all.end(), [&](const auto& parameter) {
    return parameter.name == name;
  });
}

// A parameter in ns, if the scenario has it.
double ns_of(const TrialSpec& spec, const std::string& name) {
  return has(spec, name) ? static_cast<double>(spec.parameters.number(name))
                         : 0;
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
  // A run of a program must stay short, whatever a turn takes.
  constexpr double kRun_ns = 5e6;
  const double turn_ns = 1 + ns_of(spec, "hold_ns") + ns_of(spec, "think_ns");
  kernel_plan& plan = object.plan();
  plan = {};
  plan.iterations = static_cast<__u32>(
      std::clamp<double>(kRun_ns / turn_ns, 1, recipe.iterations));
  plan.same_map = has(spec, "map") && spec.parameters.text("map") == "same";
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

// What came in between. False: nothing did.
bool report_interrupts(const Object& object, harness::Findings& findings) {
  double interrupts = 0;
  double inside = 0;
  for (int thread = 0; thread < kKernelThreads; ++thread) {
    const kernel_cell& cell = object.cells()[thread];
    interrupts += static_cast<double>(cell.interrupts);
    inside += static_cast<double>(cell.interrupts_inside);
  }
  findings.set("interrupts_count", interrupts);
  findings.set("interrupts_inside_count", inside);
  return interrupts > 0;
}

// Why the team cannot run the recipe, whatever the kernel.
std::string unfit(const TrialSpec& spec, const Recipe& recipe) {
  const int threads = static_cast<int>(spec.cpus.size());
  if (threads < recipe.least_threads) {
    return fmt::format("takes {} threads", recipe.least_threads);
  }
  if (threads > recipe.most_threads) {
    return fmt::format("takes {} threads at most", recipe.most_threads);
  }
  return harness::unfit(spec);
}

// Every thread makes itself known and runs its program without any turns.
// Answers what the kernel did not allow.
std::string try_run(harness::Team& team, const TrialSpec& spec,
                    Object& object) {
  const auto every_ns = static_cast<std::uint64_t>(ns_of(spec, "every_ns"));
  object.plan().iterations = 0;
  try {
    team.run([&](int thread) {
      object.enlist(thread, every_ns);
      object.run(thread);
    });
  } catch (const std::runtime_error& error) {
    return error.what();
  }
  for (int thread = 0; thread < team.size(); ++thread) {
    if (object.cells()[thread].runs == 0) {
      return "this kernel does not call what the program is attached to";
    }
  }
  return {};
}

// The trial between begin() and end().
void run_attached(const Recipe& recipe, const machine::Topology& topology,
                  const TrialSpec& spec, Object& object, TrialResult& result) {
  harness::Team team(topology, spec.cpus);
  result.pinned = team.pinned();
  result.skipped = try_run(team, spec, object);
  if (!result.skipped.empty()) return;
  const Layout layout(topology, spec.cpus);
  write_plan(recipe, spec, layout, object);
  const std::uint64_t visits_before = object.visits();
  // Relaxed: a flag that nothing is published by; the programs poll it.
  std::atomic_ref<__u32> stop(object.stop().requested);
  stop.store(0, std::memory_order_relaxed);
  measure_window(
      team, layout, spec,
      {[](std::uint64_t) {},
       [&](int thread, measure::Tally& tally) {
         while (stop.load(std::memory_order_relaxed) == 0) object.run(thread);
         // Once more, so that a streak finds its end.
         object.run(thread);
         tally = tally_of(object.cells()[thread]);
       },
       [&](std::uint64_t) { stop.store(1, std::memory_order_relaxed); }},
      result);
  result.error = check(object, object.visits() - visits_before);
  if (recipe.is_interrupted && !report_interrupts(object, result.findings) &&
      harness::total(result).ops > 0) {
    result.skipped = "nothing came in between: this kernel does not call what "
                     "the program is attached to";
  }
}

}  // namespace

TrialResult run_trial(Kernel& kernel, const machine::Topology& topology,
                      const TrialSpec& spec) {
  TrialResult result;
  result.start_utc = harness::utc_now();
  result.preemption = "kernel";
  const Recipe recipe = kernel::recipe(spec);
  result.skipped = unfit(spec, recipe);
  if (!result.skipped.empty()) return result;
  Object* const object = kernel.load(recipe, result.skipped);
  if (object == nullptr) return result;
  result.skipped = object->begin();
  if (!result.skipped.empty()) return result;
  run_attached(recipe, topology, spec, *object, result);
  object->end();
  return result;
}

}  // namespace lockgauge::kernel
