#include "workloads/harness/host_trial.h"

#include <gtest/gtest.h>

#include <chrono>
#include <new>

namespace lockgauge::harness {
namespace {

// Counts how often its window was run, and says so in its operations.
class Counting : public Workload<NativeHost> {
 public:
  void run(int, const Stop<NativeHost>& stop, measure::Tally& tally) override {
    while (!stop.requested()) {
    }
    tally.ops = ++runs_;
  }

 private:
  std::uint64_t runs_ = 0;
};

std::uint64_t ops(bool defers) {
  const ScenarioInfo scenario{
      .name = "counting", .threads = {"1"}, .defers = defers};
  const Maker<NativeHost> maker = {
      sizeof(Counting), [](void* memory, const Setup&) {
        return static_cast<Workload<NativeHost>*>(new (memory) Counting);
      }};
  const Case subject{&scenario, "qspinlock", true, true, false,
                     maker,     {},          {}};
  const auto topology = machine::Topology::of_this_machine();
  const TrialSpec spec{.subject = &subject,
                       .parameters = {},
                       .placement = machine::Placement::kCompact,
                       .cpus = {topology.cpus().front().os_index},
                       .duration = std::chrono::milliseconds(1),
                       .counters = {}};
  const TrialResult result = run_host_trial(topology, spec);
  EXPECT_EQ(result.skipped, "");
  return result.threads.at(0).tally.ops;
}

TEST(HostTrial, WhatDefersMemoryIsWarmedUpBeforeItsWindow) {
  EXPECT_EQ(ops(/*defers=*/false), 1u);
  EXPECT_EQ(ops(/*defers=*/true), 2u);
}

}  // namespace
}  // namespace lockgauge::harness
