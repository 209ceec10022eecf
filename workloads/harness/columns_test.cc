#include "workloads/harness/columns.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "workloads/harness/run_folder.h"
#include "workloads/machine/hybrid_topology.h"

namespace lockgauge::harness {
namespace {

const ScenarioInfo kScenario{
    .name = "handoff", .summary = "", .parameters = {}, .hands_over = true};
const Case kCase{&kScenario, "qspinlock", true, true, false, {}, {}, {}};

// Two threads on two CPUs: 300 and 100 operations in 1 us.
class Columns : public testing::Test {
 protected:
  Columns() {
    spec_.subject = &kCase;
    spec_.cpus = {0, 1};
    result_.pinned = machine::PinStatus::kVerified;
    result_.elapsed_ns = 1000;
    result_.threads.resize(2);
    for (int i = 0; i < 2; ++i) {
      ThreadResult& thread = result_.threads[i];
      thread.cpu = thread.last_cpu = i;
      thread.tally.ops = i == 0 ? 300 : 100;
      thread.tally.handovers_at = {15, 0, 0, 0, 5};
      thread.usage.cpu_time_ns = 1000;
    }
  }

  std::string cell(const std::string& name) const {
    const Row row = trial_row({}, spec_, result_);
    const auto found = std::find_if(
        row.begin(), row.end(), [&](const Cell& c) { return c.name == name; });
    return found == row.end() ? "no such column" : found->value;
  }

  TrialSpec spec_{};
  TrialResult result_;
};

TEST_F(Columns, FiguresAreOfAllThreadsTogether) {
  EXPECT_EQ(cell("ops_count"), "400");
  EXPECT_EQ(cell("ns_per_op"), "2.5");
  EXPECT_EQ(cell("ops_per_s"), "400000000");
  EXPECT_EQ(cell("handovers_per_s"), "40000000");
  EXPECT_EQ(cell("run_length_mean").substr(0, 5), "9.756");
  EXPECT_EQ(cell("jain_ratio"), "0.8");
  EXPECT_EQ(cell("min_max_ratio").substr(0, 6), "0.3333");
  EXPECT_EQ(cell("cpu_time_ratio"), "1");
  EXPECT_EQ(cell("validity"), "ok");
}

TEST_F(Columns, WithoutAHandOverAllIsOneRun) {
  for (ThreadResult& thread : result_.threads) thread.tally.handovers_at = {};
  EXPECT_EQ(cell("handovers_per_s"), "0");
  EXPECT_EQ(cell("run_length_mean"), "400");
}

TEST_F(Columns, FairnessOfShortWindowsIsOfAllThreads) {
  EXPECT_EQ(cell("jain_short_ratio"), "") << "nobody took turns";
  result_.threads[0].tally.windows = {12, 12 * 12};
  result_.threads[1].tally.windows = {4, 4 * 4};
  EXPECT_EQ(cell("jain_short_ratio"), "0.8");
}

TEST_F(Columns, WhoGotMoreDoneMeansNothingWhereJobsDiffer) {
  ScenarioInfo scenario = kScenario;
  scenario.jobs = [](const Parameters& parameters) {
    return Jobs{.differ = parameters.text("cycle") == "lost"};
  };
  Case subject = kCase;
  subject.scenario = &scenario;
  spec_.subject = &subject;
  for (ThreadResult& thread : result_.threads) thread.tally.windows = {8, 64};
  for (const char* column :
       {"jain_ratio", "min_max_ratio", "jain_short_ratio"}) {
    spec_.parameters.set("cycle", "aa");
    EXPECT_NE(cell(column), "") << column;
    spec_.parameters.set("cycle", "lost");
    EXPECT_EQ(cell(column), "") << column;
  }
}

TEST_F(Columns, TimeLostToFailuresIsAShareOfTheTeams) {
  EXPECT_EQ(cell("failed_time_ratio"), "");
  measure::Latencies latencies;
  latencies[measure::Latency::kFailed].record(100);
  latencies[measure::Latency::kFailed].record(200);
  result_.findings.add(latencies);
  EXPECT_EQ(cell("failed_time_ratio"), "0.15");
  result_.findings.set("unserved_count", 0);  // an open loop
  EXPECT_EQ(cell("failed_time_ratio"), "");
}

TEST_F(Columns, WhatDisturbedATrialIsATag) {
  result_.clock_step_ns = -99'000;
  EXPECT_EQ(cell("validity"), "ok") << "readings of two clocks are not one";
  result_.clock_step_ns = -101'000;
  result_.findings.set("preempted_sections_count", 1);
  result_.threads[1].counters = {{.name = "perf::CYCLES",
                                  .value = 1.0,
                                  .running_ratio = 0.8,
                                  .status = std::string(measure::kCounted)}};
  EXPECT_EQ(cell("validity"), "holder_preempted;clock_stepped;multiplexed");
  EXPECT_EQ(cell("clock_step_ns"), "101000") << "numbers have no sign";
}

TEST_F(Columns, HandoversByDistance) {
  EXPECT_EQ(cell("handover_core_ratio"), "0.75");
  EXPECT_EQ(cell("handover_llc_ratio"), "0");
  EXPECT_EQ(cell("handover_remote_ratio"), "0.25");
}

TEST(Findings, AreColumnsOnly) {
  EXPECT_THROW(Findings().set("no_such_column", 1), std::logic_error);
}

TEST_F(Columns, WhatOnlyASimulationCountsIsEmptyElsewhere) {
  result_.threads[0].tally.overtaken_max = 3;
  result_.threads[1].tally.overtaken_max = 7;
  for (const char* name : {"overtaken_max_count", "line_transfers_llc_per_op",
                           "invalidations_per_op", "accesses_per_op"}) {
    EXPECT_EQ(cell(name), "") << name;
  }
  sim::LineCounts lines;
  lines.transfers = {0, 800, 0, 0, 100};
  lines.invalidations = 600;
  lines.contended_ps = 4'000'000;
  result_.simulated = {lines, 2000};
  EXPECT_EQ(cell("overtaken_max_count"), "7");
  EXPECT_EQ(cell("line_transfers_llc_per_op"), "2");
  EXPECT_EQ(cell("line_transfers_remote_per_op"), "0.25");
  EXPECT_EQ(cell("invalidations_per_op"), "1.5");
  EXPECT_EQ(cell("line_contended_ns_per_op"), "10");
  EXPECT_EQ(cell("accesses_per_op"), "5");
}

TEST_F(Columns, AHandoverIsCountedInTransfers) {
  EXPECT_EQ(cell("transfers_per_op"), "") << "without a probe no figure";
  result_.core_to_core_before_ns = 8;
  result_.core_to_core_after_ns = 12;
  EXPECT_EQ(cell("transfers_per_op"), "2.5");
}

TEST_F(Columns, WhatWasNotMeasuredIsEmptyAndNeverZero) {
  EXPECT_EQ(cell("p99_ns"), "");
  EXPECT_EQ(cell("steal_ns"), "");
  EXPECT_EQ(cell("core_to_core_before_ns"), "");
  result_.skipped = "because";
  EXPECT_EQ(cell("validity"), "skipped: because");
  for (const char* name : {"ops_count", "ns_per_op", "spurious_count",
                           "retries_max", "cpu_time_ratio", "pinned"}) {
    EXPECT_EQ(cell(name), "") << name;
  }
}

TEST_F(Columns, PercentilesAreOfWhatACallerWaitsFor) {
  measure::Latencies latencies;
  for (std::uint64_t ns = 1; ns <= 200; ++ns) {
    latencies[measure::Latency::kWait].record(ns);
    latencies[measure::Latency::kHold].record(10);
  }
  result_.findings.add(latencies);
  EXPECT_EQ(cell("p50_ns"), "100");
  EXPECT_EQ(cell("p90_ns"), "180");
  EXPECT_EQ(cell("p99_ns"), "198");
  EXPECT_EQ(cell("p999_ns"), "200");
  EXPECT_EQ(cell("p9999_ns"), "200");
  EXPECT_EQ(cell("max_ns"), "200");
}

TEST_F(Columns, OperationsCountWhereThereIsNoLockToWaitFor) {
  measure::Latencies latencies;
  latencies[measure::Latency::kFailed].record(5);
  result_.findings.add(latencies);
  EXPECT_EQ(cell("p50_ns"), "") << "failures alone are no operation";
  latencies[measure::Latency::kOperation].record(7);
  result_.findings.add(latencies);
  EXPECT_EQ(cell("p50_ns"), "7");
}

TEST_F(Columns, EveryBucketOfEveryKindIsARow) {
  measure::Latencies latencies;
  latencies[measure::Latency::kHold].record(3);
  latencies[measure::Latency::kWait].record(300);
  result_.findings.add(latencies);
  result_.findings.add(latencies);
  const auto rows = latency_rows({}, spec_, result_);
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_TRUE(csv_line(rows[0]).ends_with(",wait,300,301,2\n"));
  EXPECT_TRUE(csv_line(rows[1]).ends_with(",hold,3,3,2\n"));
  result_.skipped = "because";
  EXPECT_TRUE(latency_rows({}, spec_, result_).empty());
}

TEST_F(Columns, AThreadsCoreHasAKindWhereKindsAreKnown) {
  const auto ends_with = [&](const machine::Topology& topology,
                             std::vector<std::string> kinds) {
    const auto rows = thread_rows(topology, {}, spec_, result_);
    ASSERT_EQ(rows.size(), kinds.size());
    for (std::size_t i = 0; i < rows.size(); ++i) {
      EXPECT_EQ(rows[i].back().name, "core_kind");
      EXPECT_EQ(rows[i].back().value, kinds[i]);
    }
  };
  ends_with(machine::hybrid_topology(1, 1), {"1", "0"});
  ends_with(machine::Topology::from_synthetic("core:2 pu:1"), {"", ""});
}

TEST_F(Columns, TwoCpusAreNamedAsTheSystemDoes) {
  spec_.cpus = {4, 6};
  result_.findings.one_ways = {{0, 1, 62.5}};
  const auto rows = core_to_core_rows({}, spec_, result_);
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_TRUE(csv_line(rows[0]).ends_with(",4,6,62.5\n"));
}

TEST_F(Columns, AWindowIsNotWhatProbingTakes) {
  ScenarioInfo probing = kScenario;
  probing.probes = true;
  Case subject = kCase;
  subject.scenario = &probing;
  spec_.subject = &subject;
  EXPECT_EQ(cell("ops_count"), "400");
  EXPECT_EQ(cell("ns_per_op"), "");
  EXPECT_EQ(cell("ops_per_s"), "");
}

TEST_F(Columns, DoubtfulTrialsAreTaggedAndKept) {
  result_.threads[1].usage.cpu_time_ns = 500;
  EXPECT_EQ(cell("validity"), "preempted");
  result_.threads[0].last_cpu = 5;
  result_.steal_ns = 10e6;
  result_.core_to_core_before_ns = 60;
  result_.core_to_core_after_ns = 240;
  EXPECT_EQ(cell("validity"), "migrated;preempted;stolen;moved");
  EXPECT_EQ(cell("ops_count"), "400");
}

TEST_F(Columns, OneThreadThatWasAwayIsEnough) {
  result_.threads[0].usage.cpu_time_ns = 960;
  EXPECT_EQ(cell("validity"), "preempted");
  ScenarioInfo sleeping = kScenario;
  sleeping.sleeps = true;
  Case subject = kCase;
  subject.scenario = &sleeping;
  spec_.subject = &subject;
  EXPECT_EQ(cell("validity"), "ok") << "away by design";
}

TEST_F(Columns, ATrialInWhichNothingEndedSaysSo) {
  for (ThreadResult& thread : result_.threads) thread.tally.ops = 0;
  EXPECT_EQ(cell("validity"), "idle");
  EXPECT_EQ(cell("ns_per_op"), "");
}

TEST_F(Columns, RetriesAreEmptyWhereNobodyRetries) {
  EXPECT_EQ(cell("retries_max"), "");
  EXPECT_EQ(cell("spurious_time_ratio"), "");
  EXPECT_EQ(cell("spurious_count"), "0");
}

TEST_F(Columns, SharingACpuIsNotBeingPreempted) {
  spec_.cpus = {0, 0};
  result_.threads[1].cpu = result_.threads[1].last_cpu = 0;
  result_.threads[1].usage.cpu_time_ns = 0;
  EXPECT_EQ(cell("validity"), "ok");
}

TEST_F(Columns, CountersAreSummedOrSayWhyNot) {
  spec_.counters = {"perf::A", "perf::B"};
  for (ThreadResult& thread : result_.threads) {
    thread.counters = {{"perf::A", 2.0, 1.0, "ok"},
                       {"perf::B", std::nullopt, std::nullopt, "no PMU"}};
  }
  result_.threads[1].counters[0].running_ratio = 0.5;
  const auto rows = counter_rows({}, spec_, result_);
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_TRUE(csv_line(rows[0]).ends_with(",perf::A,4,0.5,ok\n"));
  EXPECT_TRUE(csv_line(rows[1]).ends_with(",perf::B,,,no PMU\n"));
  EXPECT_EQ(cell("counters_status"), "perf::B: no PMU");
}

TEST(Csv, QuotesWhatWouldBreakTheLine) {
  EXPECT_EQ(csv_line({{"a", "1"}, {"b", "x,y"}, {"c", "say \"no\""}}),
            "1,\"x,y\",\"say \"\"no\"\"\"\n");
}

}  // namespace
}  // namespace lockgauge::harness
