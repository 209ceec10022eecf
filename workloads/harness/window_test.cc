#include "workloads/harness/window.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>

#include "workloads/measure/usage.h"

namespace lockgauge::harness {
namespace {

using std::chrono::milliseconds;

class WindowTest : public testing::Test {
 protected:
  // A window of one thread that burns CPU time from the start to the stop, and
  // then for `after_ns` more.
  TrialResult run(milliseconds window, std::uint64_t after_ns) {
    const machine::Topology topology = machine::Topology::of_this_machine();
    const std::vector<int> cpus = {topology.cpus().back().os_index};
    Team team(topology, cpus);
    const Layout layout(topology, cpus);
    const TrialSpec spec{.subject = nullptr,
                         .parameters = {},
                         .placement = machine::Placement::kCompact,
                         .cpus = cpus,
                         .duration = window,
                         .counters = {"perf::TASK-CLOCK"}};
    std::atomic<bool> stop{false};
    TrialResult result;
    measure_window(
        team, layout, spec,
        {[&](std::uint64_t start_ns) { start_ns_ = start_ns; },
         [&](int, measure::Tally& tally) {
           began_ns_ = host::Clock::now_ns();
           while (!stop.load(std::memory_order_relaxed)) {
           }
           const std::uint64_t over_ns =
               measure::thread_usage().cpu_time_ns + after_ns;
           while (measure::thread_usage().cpu_time_ns < over_ns) {
           }
           tally.ops = 1;
         },
         [&](std::uint64_t now_ns) {
           stopped_ns_ = now_ns;
           stop.store(true, std::memory_order_relaxed);
         }},
        result);
    return result;
  }

  std::uint64_t start_ns_ = 0;
  std::uint64_t began_ns_ = 0;
  std::uint64_t stopped_ns_ = 0;
};

TEST_F(WindowTest, IsFromTheCommonStartToTheStop) {
  const TrialResult result = run(milliseconds(2), 0);
  EXPECT_GE(began_ns_, start_ns_);
  EXPECT_GE(stopped_ns_ - start_ns_, 2'000'000u);
  EXPECT_EQ(result.elapsed_ns, static_cast<double>(stopped_ns_ - start_ns_));
  EXPECT_EQ(result.threads.at(0).tally.ops, 1u);
}

TEST_F(WindowTest, WhatAThreadClearsUpAfterwardsIsNotPartOfIt) {
  constexpr std::uint64_t kAfter_ns = 200'000'000;
  const TrialResult result = run(milliseconds(2), kAfter_ns);
  const ThreadResult& thread = result.threads.at(0);
  EXPECT_LT(thread.usage.cpu_time_ns, kAfter_ns / 2);
  const auto& task_clock = thread.counters.at(0);
  if (!task_clock.value) GTEST_SKIP() << task_clock.status;
  EXPECT_LT(*task_clock.value, kAfter_ns / 2);
}

}  // namespace
}  // namespace lockgauge::harness
