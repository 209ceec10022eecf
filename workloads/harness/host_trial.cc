#include "workloads/harness/host_trial.h"

#include <fmt/format.h>

#include <chrono>
#include <memory>
#include <thread>

#include "locks/platform/host/host.h"
#include "locks/platform/host/rcu.h"
#include "workloads/harness/team.h"
#include "workloads/harness/utc.h"
#include "workloads/harness/window.h"
#include "workloads/harness/workload.h"
#include "workloads/machine/affinity.h"
#include "workloads/machine/memory.h"

namespace lockgauge::harness {
namespace {

// Without it an engine takes fresh pages until what it deferred comes back,
// some 15 ms: the thread that ends grace periods may have to wake up first.
void warm_up(Team& team, Workload<NativeHost>& workload) {
  constexpr std::chrono::milliseconds kWarm{20};
  Stop<NativeHost> stop;
  team.start([&](int thread) { workload.warm_up(thread, stop); });
  std::this_thread::sleep_for(kWarm);
  stop.request(NativeHost::now_ns());
  team.wait();
}

}  // namespace

TrialResult run_host_trial(const machine::Topology& topology,
                           const TrialSpec& spec) {
  TrialResult result;
  result.start_utc = utc_now();
  if (!(result.skipped = unfit(spec, topology.nodes().size())).empty()) {
    return result;
  }
  const bool token = spec.subject->spins && machine::oversubscribed(spec.cpus);
  result.preemption = token ? TokenHost::kPreemption : NativeHost::kPreemption;

  Team team(topology, spec.cpus);
  machine::keep_off(topology, host::rcu::clock().native_handle(), spec.cpus);
  result.pinned = team.pinned();
  if (spec.subject->gated && result.pinned != machine::PinStatus::kVerified) {
    result.skipped = fmt::format(
        "{} counts per CPU, which takes threads that stay on theirs: pinning "
        "is {} here",
        spec.subject->backend, machine::name(result.pinned));
    return result;
  }
  const Maker<NativeHost>& maker =
      token ? spec.subject->token : spec.subject->native;
  const int home =
      topology.node_on_from(spec.cpus.front(), home_distance(spec));
  const machine::NodeMemory memory(topology, home, maker.bytes,
                                   machine::Touch::kNow);
  Workload<NativeHost>* workload = nullptr;
  const Layout layout(topology, spec.cpus);
  // By thread 0, so that what a workload allocates besides is on that one's node.
  team.run([&](int thread) {
    if (thread != 0) return;
    workload = maker.make(memory.data(), {spec.parameters, layout, spec.seed});
  });
  team.run([&](int thread) { workload->prepare(thread); });
  if (spec.subject->scenario->defers) warm_up(team, *workload);

  Stop<NativeHost> stop;
  measure_window(
      team, layout, spec,
      {[&](std::uint64_t start_ns) { stop.set_begin(start_ns); },
       [&](int thread, measure::Tally& tally) {
         workload->run(thread, stop, tally);
       },
       [&](std::uint64_t now_ns) { stop.request(now_ns); }},
      result);

  team.run([&](int thread) { workload->finish(thread); });
  team.run([&](int thread) {
    if (thread != 0) return;
    workload->report(result.findings);
    result.error = workload->check();
    std::destroy_at(workload);
  });
  return result;
}

}  // namespace lockgauge::harness
