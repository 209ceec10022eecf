#include "workloads/harness/host_trial.h"

#include <fmt/chrono.h>
#include <sched.h>

#include <algorithm>
#include <memory>
#include <thread>

#include "locks/platform/host/host.h"
#include "workloads/harness/team.h"
#include "workloads/harness/workload.h"
#include "workloads/machine/memory.h"
#include "workloads/machine/steal.h"
#include "workloads/measure/core_to_core.h"

namespace lockgauge::harness {
namespace {

using std::chrono::nanoseconds;

// How far ahead the common start is set: time for the last thread to wake up
// from the end of the preparations.
constexpr std::uint64_t kStartDelay_ns = 500'000;

// The one-way core-to-core time between thread 0 and its partner.
std::optional<double> probe_core_to_core(const Layout& layout, Team& team) {
  const auto partner = layout.probe_partner();
  if (!partner) return std::nullopt;
  using Side = measure::CoreToCore::Side;
  measure::CoreToCore probe;
  double one_way_ns = 0;
  team.run([&](int thread) {
    if (thread == 0) one_way_ns = probe.run_ns(Side::kPing);
    if (thread == static_cast<int>(*partner)) probe.run_ns(Side::kPong);
  });
  return one_way_ns;
}

// The window: all threads begin at the same clock reading, and what counts is
// what ended before the flag went up. Answers the length between the two.
double run_window(Team& team, const TrialSpec& spec,
                  Workload<NativeHost>& workload,
                  std::vector<ThreadResult>& results) {
  const std::uint64_t start_ns = host::Clock::now_ns() + kStartDelay_ns;
  Stop<NativeHost> stop;
  team.start([&](int thread) {
    ThreadResult& result = results[thread];
    measure::Tally tally;
    measure::CounterGroup counters(spec.counters);
    while (host::Clock::now_ns() < start_ns) host::relax();
    const measure::Usage before = measure::thread_usage();
    counters.start();
    workload.run(thread, stop, tally);
    counters.stop();
    result.usage = measure::thread_usage() - before;
    result.last_cpu = sched_getcpu();
    result.counters = counters.read();
    result.tally = tally;
  });
  const std::uint64_t now_ns = host::Clock::now_ns();
  const std::uint64_t end_ns = start_ns + spec.duration.count();
  std::this_thread::sleep_for(
      nanoseconds(end_ns > now_ns ? end_ns - now_ns : 0));
  const std::uint64_t stopped_ns = host::Clock::now_ns();
  stop.request();
  team.wait();
  return static_cast<double>(stopped_ns - start_ns);
}

std::string utc_now() {
  const auto now = std::chrono::floor<std::chrono::milliseconds>(
      std::chrono::system_clock::now());
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}Z", now);
}

}  // namespace

TrialResult run_host_trial(const machine::Topology& topology,
                           const TrialSpec& spec) {
  TrialResult result;
  result.start_utc = utc_now();
  const int threads = static_cast<int>(spec.cpus.size());
  if (!(result.skipped = unfit(spec)).empty()) return result;

  const bool token = spec.subject->spins && machine::oversubscribed(spec.cpus);
  result.preemption = token ? TokenHost::kPreemption : NativeHost::kPreemption;
  result.threads.resize(spec.cpus.size());
  for (int thread = 0; thread < threads; ++thread) {
    result.threads[thread].cpu = spec.cpus[thread];
  }

  Team team(topology, spec.cpus);
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
  const machine::NodeMemory memory(topology,
                                   topology.find(spec.cpus.front())->node,
                                   maker.bytes, machine::Touch::kNow);
  Workload<NativeHost>* workload = nullptr;
  const Layout layout(topology, spec.cpus);
  // By thread 0, so that what a workload allocates besides is on its node too.
  team.run([&](int thread) {
    if (thread != 0) return;
    workload = maker.make(memory.data(), {spec.parameters, layout, spec.seed});
  });
  team.run([&](int thread) { workload->prepare(thread); });

  result.core_to_core_before_ns = probe_core_to_core(layout, team);
  const auto steal_before_ns = machine::steal_ns(spec.cpus);
  result.elapsed_ns = run_window(team, spec, *workload, result.threads);
  const auto steal_after_ns = machine::steal_ns(spec.cpus);
  result.core_to_core_after_ns = probe_core_to_core(layout, team);
  if (steal_before_ns && steal_after_ns) {
    result.steal_ns = static_cast<double>(*steal_after_ns - *steal_before_ns);
  }

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
