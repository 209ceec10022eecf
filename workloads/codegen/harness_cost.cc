// What the harness costs.
//   throughput  the loop of handoff on no lock, as a trial runs it, against the
//               same loop written down by itself. `ratio`: operations a second
//               of the trial over those of the loop.
//   latency     a sample of nothing. `clock_reads`: its time, in readings of
//               the clock.
// `noise_ratio`: of what it is compared with over itself, a moment later.

#include <benchmark/benchmark.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <stdexcept>
#include <thread>

#include "locks/no_lock.h"
#include "locks/platform/host/clock.h"
#include "workloads/harness/host_trial.h"
#include "workloads/harness/totals.h"
#include "workloads/harness/workload.h"
#include "workloads/machine/affinity.h"
#include "workloads/measure/arrivals.h"
#include "workloads/measure/latencies.h"
#include "workloads/measure/stamps.h"
#include "workloads/measure/world.h"
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

struct alignas(kCacheLineBytes) Data {
  std::atomic<std::uint64_t> visits{0};
  std::atomic<std::uint32_t> last{0};
};

// What a section does to its data, again and again; answers how often. The data
// by reference, as a scenario has it: on this function's stack it would be
// addressed by the stack pointer, for which some processors have a way of its
// own from a store to a load (on one, 1.6 ns a turn and not 0.9).
[[gnu::noinline]] std::uint64_t visit_until(const Stop<NativeHost>& stop,
                                            Data& data) {
  std::uint64_t turns = 0;
  for (; !stop.requested(); ++turns) {
    benchmark::DoNotOptimize(data.last.load(std::memory_order_relaxed));
    data.visits.store(data.visits.load(std::memory_order_relaxed) + 1,
                      std::memory_order_relaxed);
    data.last.store(1, std::memory_order_relaxed);
  }
  return turns;
}

// A latency trial's loop with nothing to take the time of.
[[gnu::noinline]] std::uint64_t sample_until(const Stop<NativeHost>& stop) {
  const auto recorder = std::make_unique<measure::LatencyRecorder>();
  measure::ClosedLoop<NativeHost> loop;
  measure::Stamps<NativeHost, decltype(loop)> stamps(loop, *recorder);
  for (std::uint64_t turns = 0;; ++turns) {
    stamps.begin(stop);
    stamps.end();
    if (stop.requested()) return turns;
    stamps.operation(/*ok=*/true);
  }
}

[[gnu::noinline]] std::uint64_t read_clock_until(const Stop<NativeHost>& stop) {
  std::uint64_t turns = 0;
  for (; !stop.requested(); ++turns) {
    benchmark::DoNotOptimize(measure::World<NativeHost>::stamp_ns());
  }
  return turns;
}

// Turns of `loop` a second, of a window of a pinned thread.
double turns_per_s(
    const std::function<std::uint64_t(const Stop<NativeHost>&)>& loop) {
  Stop<NativeHost> stop;
  double turns_per_s = 0;
  std::thread worker([&] {
    machine::pin_this_thread(topology(), cpu());
    const std::uint64_t begin_ns = host::Clock::now_ns();
    const std::uint64_t turns = loop(stop);
    turns_per_s = static_cast<double>(turns) * 1e9 /
                  static_cast<double>(host::Clock::now_ns() - begin_ns);
  });
  std::this_thread::sleep_for(kWindow);
  stop.request(host::Clock::now_ns());
  worker.join();
  return turns_per_s;
}

double visits_per_s() {
  Data data;
  return turns_per_s([&data](const Stop<NativeHost>& stop) {
    return visit_until(stop, data);
  });
}

void throughput(benchmark::State& state) {
  const host::Thread self;
  for (auto _ : state) {
    const double loop = visits_per_s();
    const double trial = trial_ops_per_s();
    state.counters["ratio"] = trial / loop;
    state.counters["noise_ratio"] = visits_per_s() / loop;
  }
}

void latency(benchmark::State& state) {
  const host::Thread self;
  for (auto _ : state) {
    const double readings = turns_per_s(read_clock_until);
    const double samples = turns_per_s(sample_until);
    state.counters["clock_reads"] = readings / samples;
    state.counters["noise_ratio"] = turns_per_s(read_clock_until) / readings;
  }
}

void repeat(benchmark::internal::Benchmark* benchmark) {
  benchmark->Iterations(1)->Repetitions(21)->ReportAggregatesOnly()->Unit(
      benchmark::kMillisecond);
}

BENCHMARK(throughput)->Apply(repeat);
BENCHMARK(latency)->Apply(repeat);

}  // namespace
}  // namespace lockgauge::harness

BENCHMARK_MAIN();
