#include "workloads/harness/selection.h"

#include <gtest/gtest.h>

#include "workloads/machine/hybrid_topology.h"
#include "workloads/machine/usage_error.h"

namespace lockgauge::harness {
namespace {

const ScenarioInfo kFirst{
    .name = "first",
    .summary = "",
    .parameters = {{.name = "size", .defaults = {"1", "2"}, .help = ""}}};
const ScenarioInfo kSecond{.name = "second",
                           .summary = "",
                           .parameters = {},
                           .threads = {"2"},
                           .placement = machine::Placement::kSameCpu};
const std::vector<Case> kCases = {
    {&kFirst, "a", true, true, false, {}, {}, {}},
    {&kFirst, "b", true, true, false, {}, {}, {}},
    {&kSecond, "a", true, true, false, {}, {}, {}},
    {&kSecond, "step", true, true, false, {}, {}, {}, true}};

class Selection : public testing::Test {
 protected:
  std::vector<TrialSpec> chosen() const {
    return select(kCases, options_, topology_);
  }
  void expect_refused() const { EXPECT_THROW(chosen(), UsageError); }

  Options options_;
  const machine::Topology topology_ =
      machine::Topology::from_synthetic("core:4 pu:1");
};

TEST_F(Selection, EverythingByDefault) {
  // 2 backends x 2 sizes x {1, all}, and the one case of the second.
  const auto specs = chosen();
  ASSERT_EQ(specs.size(), 9u);
  EXPECT_EQ(specs[1].cpus, (std::vector<int>{0, 1, 2, 3}));
  EXPECT_EQ(specs[8].cpus, (std::vector<int>{0, 0}));
}

TEST_F(Selection, StepsAreRunIfNamed) {
  options_.backends = {"step"};
  const auto specs = chosen();
  ASSERT_EQ(specs.size(), 1u);
  EXPECT_EQ(specs[0].subject->backend, "step");
}

TEST_F(Selection, NamesNumbersAndPlacesNarrowIt) {
  options_.scenarios = {"first"};
  options_.backends = {"b"};
  options_.settings = {{"size", {"7"}}};
  options_.threads = {"3", "3"};
  options_.cpus = "1-2";
  const auto specs = chosen();
  ASSERT_EQ(specs.size(), 1u);
  EXPECT_EQ(specs[0].parameters.key(), "size=7");
  EXPECT_EQ(specs[0].cpus, (std::vector<int>{1, 2, 1}));
}

TEST_F(Selection, SmallCoresAreUsedIfNamedOrByWhoLooksAtTheMachine) {
  ScenarioInfo probe = kFirst;
  probe.probes = true;
  const std::vector<Case> cases = {
      {&kFirst, "a", true, true, false, {}, {}, {}},
      {&probe, "a", true, true, false, {}, {}, {}}};
  const auto hybrid = machine::hybrid_topology(2, 2);
  Options options;
  options.settings = {{"size", {"1"}}};
  options.threads = {"all"};
  const auto cpus = [&](int which) {
    return select(cases, options, hybrid).at(which).cpus;
  };
  EXPECT_EQ(cpus(0), (std::vector<int>{0, 1}));
  EXPECT_EQ(cpus(1), (std::vector<int>{0, 1, 2, 3}));
  options.cpus = "kind:0";
  EXPECT_EQ(cpus(0), (std::vector<int>{2, 3}));
  EXPECT_EQ(cpus(1), (std::vector<int>{2, 3}));
}

TEST_F(Selection, LadderIsThatOfThePlacementOnTheCpusChosen) {
  options_.scenarios = {"first"};
  options_.backends = {"a"};
  options_.settings = {{"size", {"1"}}};
  options_.threads = {"2", "ladder"};
  options_.cpus = "0-2";
  std::vector<std::size_t> counts;
  for (const TrialSpec& spec : chosen()) counts.push_back(spec.cpus.size());
  EXPECT_EQ(counts, (std::vector<std::size_t>{2, 1, 3}));
}

TEST_F(Selection, ThreadsForEachCpuAreOfTheCpusChosen) {
  options_.scenarios = {"second"};
  options_.threads = {"2x"};
  options_.cpus = "0-2";
  const auto specs = chosen();
  ASSERT_EQ(specs.size(), 1u);
  EXPECT_EQ(specs[0].cpus.size(), 6u);
}

TEST_F(Selection, WhatDoesNotExistIsRefused) {
  options_.scenarios = {"third"};
  expect_refused();
  options_ = {};
  options_.backends = {"c"};
  expect_refused();
  options_ = {};
  for (const char* threads :
       {"0", "-1", "x", "1024", "", "0x", "256x", "2xx"}) {
    options_.threads = {threads};
    expect_refused();
  }
  options_ = {};
  options_.cpus = "4";
  expect_refused();
  options_ = {};
  options_.settings = {{"sise", {"1"}}};
  expect_refused();
  options_ = {};
  options_.counters = {"perf::NO_SUCH_EVENT"};
  expect_refused();
}

}  // namespace
}  // namespace lockgauge::harness
