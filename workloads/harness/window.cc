#include "workloads/harness/window.h"

#include <sched.h>
#include <time.h>

#include <chrono>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "locks/platform/host/host.h"
#include "workloads/machine/steal.h"
#include "workloads/measure/core_to_core.h"
#include "workloads/measure/counters.h"
#include "workloads/measure/usage.h"

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

// How far our clock is ahead of the system's raw one, by the pair of readings
// that was the least disturbed.
double clock_lead_ns() {
  constexpr int kPairs = 5;
  std::uint64_t closest_ns = ~std::uint64_t{0};
  double lead_ns = 0;
  for (int i = 0; i < kPairs; ++i) {
    timespec raw;
    const std::uint64_t before_ns = host::Clock::now_ns();
    clock_gettime(CLOCK_MONOTONIC_RAW, &raw);
    const std::uint64_t after_ns = host::Clock::now_ns();
    if (after_ns - before_ns >= closest_ns) continue;
    closest_ns = after_ns - before_ns;
    lead_ns = static_cast<double>(before_ns) -
              (static_cast<double>(raw.tv_sec) * 1e9 +
               static_cast<double>(raw.tv_nsec));
  }
  return lead_ns;
}

// What is read of a thread at the edges of the window. Made by that thread.
class Meters {
 public:
  explicit Meters(const std::vector<std::string>& events) : counters_(events) {}

  // By the thread.
  void begin() {
    begin_ns_ = cpu_clock_.now_ns();
    counters_.start();
  }
  // By whoever ends the window, and not by the thread when it comes back: what
  // it clears up then, a last batch, is no part of the window.
  void end() {
    counters_.stop();
    end_ns_ = cpu_clock_.now_ns();
  }

  std::vector<measure::Reading> counters() const { return counters_.read(); }
  // A thread so late that it began after the end had none.
  std::uint64_t cpu_time_ns() const {
    return end_ns_ > begin_ns_ ? end_ns_ - begin_ns_ : 0;
  }

 private:
  measure::CounterGroup counters_;
  const measure::CpuClock cpu_clock_;
  std::uint64_t begin_ns_ = 0;
  std::uint64_t end_ns_ = 0;
};

// Answers the length between start and stop.
double run_window(Team& team, const TrialSpec& spec, const WindowCalls& calls,
                  std::vector<ThreadResult>& results) {
  // Before the start is set: opening takes long, and one waits for another.
  std::vector<std::optional<Meters>> meters(results.size());
  team.run([&](int thread) { meters[thread].emplace(spec.counters); });

  const std::uint64_t start_ns = host::Clock::now_ns() + kStartDelay_ns;
  calls.start(start_ns);
  team.start([&](int thread) {
    ThreadResult& result = results[thread];
    measure::Tally tally;
    while (host::Clock::now_ns() < start_ns) host::relax();
    const measure::Usage before = measure::thread_usage();
    meters[thread]->begin();
    calls.run(thread, tally);
    result.usage = measure::thread_usage() - before;
    result.last_cpu = sched_getcpu();
    result.tally = tally;
  });
  const std::uint64_t now_ns = host::Clock::now_ns();
  const std::uint64_t end_ns = start_ns + spec.duration.count();
  std::this_thread::sleep_for(
      nanoseconds(end_ns > now_ns ? end_ns - now_ns : 0));
  const std::uint64_t stopped_ns = host::Clock::now_ns();
  calls.stop(stopped_ns);
  for (auto& one : meters) one->end();
  team.wait();
  for (std::size_t i = 0; i < results.size(); ++i) {
    results[i].counters = meters[i]->counters();
    results[i].usage.cpu_time_ns = meters[i]->cpu_time_ns();
  }
  return static_cast<double>(stopped_ns - start_ns);
}

}  // namespace

void measure_window(Team& team, const Layout& layout, const TrialSpec& spec,
                    const WindowCalls& calls, TrialResult& result) {
  result.threads.resize(spec.cpus.size());
  for (std::size_t i = 0; i < spec.cpus.size(); ++i) {
    result.threads[i].cpu = spec.cpus[i];
  }
  result.core_to_core_before_ns = probe_core_to_core(layout, team);
  const auto steal_before_ns = machine::steal_ns(spec.cpus);
  const double lead_before_ns = clock_lead_ns();
  result.elapsed_ns = run_window(team, spec, calls, result.threads);
  result.clock_step_ns = clock_lead_ns() - lead_before_ns;
  const auto steal_after_ns = machine::steal_ns(spec.cpus);
  result.core_to_core_after_ns = probe_core_to_core(layout, team);
  if (steal_before_ns && steal_after_ns) {
    result.steal_ns = static_cast<double>(*steal_after_ns - *steal_before_ns);
  }
}

}  // namespace lockgauge::harness
