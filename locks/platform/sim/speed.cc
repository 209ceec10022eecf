// How fast a machine of 64 CPUs is simulated: the accesses to atomics that one
// lock, wanted by all, comes to, in a second of the host; and as a share of
// what the event loop does of nothing but turns, 64 threads that each let the
// next one go first, in the same run.

#include <benchmark/benchmark.h>

#include <chrono>

#include "locks/backend.h"
#include "locks/platform/sim/backends.h"
#include "locks/platform/sim/machine.h"

namespace lockgauge::sim {
namespace {

constexpr std::uint32_t kCpus = 64;

Description machine_of_64() {
  return from_shape({.packages = 2, .llcs_per_node = 4, .cores_per_llc = 8});
}

// Of seconds of the host.
template <class Run>
double seconds(Run run) {
  const auto begin = std::chrono::steady_clock::now();
  run();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin)
      .count();
}

double empty_turns_per_s() {
  constexpr int kTurns = 20'000;
  Machine machine(machine_of_64(), 1);
  for (std::uint32_t cpu = 0; cpu < kCpus; ++cpu) {
    machine.spawn(cpu, [] {
      for (int turn = 0; turn < kTurns; ++turn) Sim::relax();
    });
  }
  return kCpus * double{kTurns} / seconds([&] { machine.run(); });
}

template <class B>
double accesses_per_s() {
  constexpr std::uint64_t kUntil_ns = 5'000'000;
  Machine machine(machine_of_64(), 1);
  auto& lock = machine.make<typename B::Lock>();
  for (std::uint32_t cpu = 0; cpu < kCpus; ++cpu) {
    machine.spawn(cpu, [&lock] {
      const Sim::Thread self;
      for (;;) {
        if (acquire<B>(lock) == Result::kOk) release<B>(lock);
      }
    });
  }
  const double s = seconds([&] { machine.run(kUntil_ns); });
  return static_cast<double>(machine.statistics().accesses) / s;
}

template <class B>
void contended(benchmark::State& state) {
  for (auto _ : state) {
    const double empty = empty_turns_per_s();
    const double accesses = accesses_per_s<B>();
    state.counters["accesses_per_s"] = accesses;
    state.counters["empty_turns_per_s"] = empty;
    state.counters["ratio"] = accesses / empty;
  }
}

BENCHMARK(contended<backend::raw_spin<Sim>>)->Unit(benchmark::kMillisecond);
BENCHMARK(contended<backend::qspinlock<Sim>>)->Unit(benchmark::kMillisecond);
BENCHMARK(contended<backend::rqspinlock<Sim>>)->Unit(benchmark::kMillisecond);
BENCHMARK(contended<backend::percpu_busy<Sim>>)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace lockgauge::sim

BENCHMARK_MAIN();
