// Short trials inside the kernel that this runs on, where it allows them.
#include "workloads/kernel/trial.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "workloads/harness/selection.h"
#include "workloads/harness/totals.h"
#include "workloads/kernel/cases.h"

namespace lockgauge::kernel {
namespace {

class KernelTrial : public testing::Test {
 protected:
  // On a busy machine a window may pass without anybody having had a CPU; then
  // once more.
  harness::TrialResult run(const std::string& scenario,
                           std::string_view backend, const std::string& threads,
                           const harness::Settings& settings = {}) {
    harness::Options options;
    options.target = "kernel";
    options.scenarios = {scenario};
    options.backends = {std::string(backend)};
    options.threads = {threads};
    options.duration = std::chrono::milliseconds(10);
    options.settings = settings;
    const auto specs = harness::select(cases_, options, topology_);
    harness::TrialResult result;
    for (int i = 0; i < 100 && !everybody_operated(result); ++i) {
      result = run_trial(kernel_, topology_, specs.front());
      if (!result.skipped.empty()) break;
    }
    return result;
  }

  static bool everybody_operated(const harness::TrialResult& result) {
    return !result.threads.empty() &&
           std::all_of(
               result.threads.begin(), result.threads.end(),
               [](const auto& thread) { return thread.tally.ops > 0; });
  }

  Kernel kernel_;
  const std::vector<harness::Case> cases_ = cases(kernel_.storage_backend());
  const machine::Topology topology_ = machine::Topology::of_this_machine();
};

#define SKIP_IF_SKIPPED(result)                                \
  if (!(result).skipped.empty()) GTEST_SKIP() << (result).skipped

TEST_F(KernelTrial, WithoutRightsItIsSkippedForThatReason) {
  if (kernel_.unavailable().empty()) GTEST_SKIP() << "it has the rights";
  EXPECT_EQ(run("handoff", kSpinLock, "1").skipped, kernel_.unavailable());
}

TEST_F(KernelTrial, ALockIsTakenByEveryThread) {
  const auto result = run("handoff", kSpinLock, "all");
  SKIP_IF_SKIPPED(result);
  EXPECT_EQ(result.error, "");
  for (const auto& thread : result.threads) EXPECT_GT(thread.tally.ops, 0u);
  EXPECT_EQ(harness::total(result).ops, harness::total(result).attempts);
}

TEST_F(KernelTrial, AValueIsFoundEveryTime) {
  for (const char* owner : {"task", "cgroup", "sk"}) {
    const auto result = run("storage_get", kernel_.storage_backend(), "1",
                            {{"owner", {owner}}});
    SKIP_IF_SKIPPED(result);
    const measure::Tally sum = harness::total(result);
    EXPECT_GT(sum.ops, 0u) << owner;
    EXPECT_EQ(sum.ops, sum.attempts) << owner;
  }
}

TEST_F(KernelTrial, WhoeverLocksTwiceIsToldSo) {
  const auto result =
      run("deadlock", kResSpinLock, "2", {{"cycle", {"aa"}}});
  SKIP_IF_SKIPPED(result);
  const measure::Tally sum = harness::total(result);
  EXPECT_EQ(sum.fail_deadlock, sum.attempts);
  EXPECT_EQ(sum.real, sum.attempts);
}

TEST_F(KernelTrial, OnlyTheBusyCounterRefusesAnInterrupt) {
  const auto result = run("reentry", kernel_.storage_backend(), "1",
                          {{"by", {"interrupt"}}, {"every_ns", {"10000"}}});
  SKIP_IF_SKIPPED(result);
  const measure::Tally sum = harness::total(result);
  EXPECT_GT(result.findings.get("interrupts_count"), 0);
  EXPECT_EQ(sum.real, 0u);
  EXPECT_EQ(sum.spurious, sum.fail_busy);
  EXPECT_EQ(sum.fail_busy > 0,
            kernel_.storage_backend() == "kernel:percpu_busy");
}

TEST_F(KernelTrial, ThreadsOnOneCpuAreRefusedByTheBusyCounterAlone) {
  for (const char* owner : {"task", "cgroup"}) {
    const auto result = run("same_cpu", kernel_.storage_backend(), "2",
                            {{"owner", {owner}}});
    SKIP_IF_SKIPPED(result);
    const measure::Tally sum = harness::total(result);
    EXPECT_EQ(sum.attempts, sum.ops + sum.fail_busy) << owner;
    EXPECT_EQ(sum.spurious, sum.fail_busy) << owner;
    if (kernel_.storage_backend() == "kernel:merged") {
      EXPECT_EQ(sum.fail_busy, 0u) << owner;
    }
  }
}

TEST_F(KernelTrial, AProgramThatHoldsTheLockIsToldWhy) {
  const auto result = run("reentry", kernel_.storage_backend(), "1",
                          {{"by", {"unlink"}}});
  SKIP_IF_SKIPPED(result);
  const measure::Tally sum = harness::total(result);
  EXPECT_EQ(result.findings.get("interrupts_count"), sum.real);
  EXPECT_EQ(sum.fail_busy + sum.fail_deadlock, sum.real);
}

TEST_F(KernelTrial, AControlIsForOneThread) {
  EXPECT_NE(run("handoff", kNoLock, "2").skipped, "");
}

}  // namespace
}  // namespace lockgauge::kernel
