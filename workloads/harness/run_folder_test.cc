#include "workloads/harness/run_folder.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "locks/platform/sim/description_file.h"
#include "workloads/machine/usage_error.h"

namespace lockgauge::harness {
namespace {

namespace fs = std::filesystem;

class RunFolderTest : public testing::Test {
 protected:
  RunFolderTest() {
    std::string pattern = testing::TempDir() + "run_folder_XXXXXX";
    base_ = mkdtemp(pattern.data());
    folder_ = base_ / "deep" / "run";
    spec_.subject = &subject_;
    spec_.cpus = {topology_.cpus().front().os_index};
    result_.elapsed_ns = 1;
    result_.threads.resize(1);
    result_.threads[0].cpu = spec_.cpus[0];
  }
  ~RunFolderTest() override { fs::remove_all(base_); }

  RunFolder open() {
    return {folder_, {"host", "some-2c", topology_}, {}, {"lockgauge", "--x"}};
  }

  std::string read(const char* file) const {
    std::ifstream stream(folder_ / file);
    std::stringstream text;
    text << stream.rdbuf();
    return text.str();
  }
  void write(const char* file, const std::string& text) const {
    fs::create_directories(folder_);
    std::ofstream(folder_ / file) << text;
  }
  static long lines(const std::string& text) {
    return std::count(text.begin(), text.end(), '\n');
  }

  fs::path base_;
  fs::path folder_;
  const machine::Topology topology_ = machine::Topology::of_this_machine();
  const ScenarioInfo scenario_{.name = "handoff"};
  const Case subject_{&scenario_, "qspinlock", true, true, false, {}, {}, {}};
  TrialSpec spec_{};
  TrialResult result_;
};

TEST_F(RunFolderTest, LaterInvocationsContinueTheFirst) {
  for (int invocation = 0; invocation < 3; ++invocation) {
    RunFolder folder = open();
    EXPECT_EQ(folder.invocation(), invocation);
    folder.add({"host", "some-2c", invocation, 0, 0}, spec_, result_);
  }
  EXPECT_EQ(lines(read("trials.csv")), 4);
  EXPECT_EQ(lines(read("threads.csv")), 4);
  EXPECT_NE(read("topology.xml").find("<topology"), std::string::npos);
  const auto run = nlohmann::json::parse(read("run.json"));
  EXPECT_EQ(run["schema_version"], 4);
  EXPECT_EQ(run["invocations"].size(), 3u);
  EXPECT_EQ(run["invocations"][0]["command"][1], "--x");
  EXPECT_FALSE(run["machine"]["id"].empty());
}

TEST_F(RunFolderTest, HoldsTrialsOfTheHostAndOfItsKernel) {
  open();
  const RunFolder other(folder_, {"kernel", "some-2c", topology_}, {}, {"x"});
  EXPECT_EQ(other.invocation(), 1);
  EXPECT_THROW(RunFolder(folder_, {"sim", "some-2c", topology_}, {}, {"x"}),
               UsageError);
}

TEST_F(RunFolderTest, ASkippedTrialHasARowButNoThreads) {
  result_.skipped = "because";
  open().add({}, spec_, result_);
  EXPECT_EQ(lines(read("trials.csv")), 2);
  EXPECT_FALSE(fs::exists(folder_ / "threads.csv"));
}

TEST_F(RunFolderTest, ARunOfAnotherSchemaVersionOrBuildIsNotContinued) {
  open();
  const auto run = nlohmann::ordered_json::parse(read("run.json"));
  auto other = run;
  other["schema_version"] = 99;
  write("run.json", other.dump());
  EXPECT_THROW(open(), UsageError);
  other = run;
  other["build"]["revision"] = "0123456789ab";
  write("run.json", other.dump());
  EXPECT_THROW(open(), UsageError);
  write("run.json", run.dump());
  EXPECT_EQ(open().invocation(), 1);
}

TEST_F(RunFolderTest, TrialsWithOtherColumnsAreNotContinued) {
  open();
  write("trials.csv", "old,columns\n1,2\n");
  EXPECT_THROW(open(), UsageError);
  EXPECT_EQ(read("trials.csv"), "old,columns\n1,2\n");
}

TEST_F(RunFolderTest, WhatIsNotSuchARunIsLeftAlone) {
  write("trials.csv", "old,columns\n1,2\n");
  EXPECT_THROW(open(), UsageError) << "no run.json";
  write("run.json", "{\"schema_version\": 99, \"invocations\": []}");
  EXPECT_THROW(open(), UsageError) << "another version";
  write("run.json", "garbage");
  EXPECT_THROW(open(), UsageError);
  write("run.json", "{\"schema_version\": 4, \"invocations\": []}");
  EXPECT_THROW(open(), UsageError) << "no machine";
  write("run.json",
        "{\"schema_version\": 4, \"target\": \"host\", \"invocations\": [], "
        "\"machine\": {\"id\": \"some-2c\"}}");
  EXPECT_THROW(open(), UsageError) << "no build";
  EXPECT_EQ(read("trials.csv"), "old,columns\n1,2\n");
  EXPECT_FALSE(fs::exists(folder_ / "topology.xml"));
}

TEST_F(RunFolderTest, WorldsAndMachinesDoNotMix) {
  open();
  const Subject other{"host", "other-64c", topology_};
  EXPECT_THROW(RunFolder(folder_, other, {}, {}), UsageError);
  const sim::Description description = sim::from_shape({});
  const Subject simulated{"sim", "some-2c", topology_, &description};
  EXPECT_THROW(RunFolder(folder_, simulated, {}, {}), UsageError);
}

TEST_F(RunFolderTest, ASimulatedMachineIsSaidInFull) {
  const sim::Description description = sim::from_shape({.cores_per_llc = 3});
  const Subject simulated{"sim", "three", topology_, &description};
  RunFolder(folder_, simulated, {}, {});
  const auto run = nlohmann::json::parse(read("run.json"));
  EXPECT_EQ(run["target"], "sim");
  EXPECT_EQ(sim::parse_description(run["machine"]["description"], "run.json"),
            description);
}

TEST_F(RunFolderTest, AnUnwritablePlaceIsRefused) {
  folder_ = "/proc/lockgauge";
  EXPECT_THROW(open(), UsageError);
  std::ofstream(base_ / "file") << "x";
  folder_ = base_ / "file";
  EXPECT_THROW(open(), UsageError);
}

}  // namespace
}  // namespace lockgauge::harness
