// What the harness costs: the loop of handoff on no lock, as a trial runs it,
// against the same loop written down by itself. `ratio`: operations a second of
// the trial over those of the loop; `noise_ratio`: of the loop over itself.

#include <benchmark/benchmark.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <stdexcept>
#include <thread>

#include "locks/no_lock.h"
#include "locks/platform/host/clock.h"
#include "workloads/harness/host_trial.h"
#include "workloads/harness/totals.h"
#include "workloads/machine/affinity.h"
#include "workloads/scenarios/handoff.h"

namespace lockgauge::harness {
namespace {

constexpr std::chrono::milliseconds kWindow{20};

const machine::Topology& topology() {
  static const auto topology = machine::Topology::of_this_machine();
  return topology;
}
int cpu() { return topology().cpus().front().os_index; }

double trial_ops_per_s() {
  static const Case no_lock = make_case<scenario::handoff, backend::no_lock>();
  const TrialResult result = run_host_trial(
      topology(),
      {&no_lock, combinations(no_lock.scenario->parameters, {}).front(),
       machine::Placement::kCompact, {cpu()}, kWindow, {}});
  if (!result.error.empty()) throw std::runtime_error(result.error);
  return static_cast<double>(total(result).ops) * 1e9 / result.elapsed_ns;
}

// What a section does to its data, again and again.
[[gnu::noinline]] std::uint64_t visit_until(const std::atomic<bool>& stop) {
  alignas(kCacheLineBytes) std::atomic<std::uint64_t> visits{0};
  std::atomic<std::uint32_t> last{0};
  while (!stop.load(std::memory_order_relaxed)) {
    benchmark::DoNotOptimize(last.load(std::memory_order_relaxed));
    visits.store(visits.load(std::memory_order_relaxed) + 1,
                 std::memory_order_relaxed);
    last.store(1, std::memory_order_relaxed);
  }
  return visits.load(std::memory_order_relaxed);
}

double loop_ops_per_s() {
  alignas(kCacheLineBytes) std::atomic<bool> stop{false};
  double ops_per_s = 0;
  std::thread worker([&] {
    machine::pin_this_thread(topology(), cpu());
    const std::uint64_t begin_ns = host::Clock::now_ns();
    const std::uint64_t visits = visit_until(stop);
    ops_per_s = static_cast<double>(visits) * 1e9 /
                static_cast<double>(host::Clock::now_ns() - begin_ns);
  });
  std::this_thread::sleep_for(kWindow);
  stop.store(true, std::memory_order_relaxed);
  worker.join();
  return ops_per_s;
}

void no_lock(benchmark::State& state) {
  const host::Thread self;
  for (auto _ : state) {
    const double loop = loop_ops_per_s();
    const double trial = trial_ops_per_s();
    state.counters["ratio"] = trial / loop;
    state.counters["noise_ratio"] = loop_ops_per_s() / loop;
  }
}

BENCHMARK(no_lock)
    ->Iterations(1)
    ->Repetitions(21)
    ->ReportAggregatesOnly()
    ->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace lockgauge::harness

BENCHMARK_MAIN();
