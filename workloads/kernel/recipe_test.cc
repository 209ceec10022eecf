#include "workloads/kernel/recipe.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cerrno>
#include <set>
#include <string>
#include <vector>

#include "workloads/kernel/cases.h"

namespace lockgauge::kernel {
namespace {

HasSymbol kernel_with(std::set<std::string> symbols) {
  return [symbols = std::move(symbols)](const std::string& name) {
    return symbols.contains(name);
  };
}

Recipe same_cpu(const std::string& owner, int threads) {
  const auto all = cases("kernel:merged");
  const auto found = std::find_if(all.begin(), all.end(), [](const auto& one) {
    return one.scenario->name == "same_cpu";
  });
  harness::TrialSpec spec{};
  spec.subject = &*found;
  spec.parameters.set("owner", owner);
  spec.parameters.set("think_ns", "0");
  spec.cpus.assign(threads, 0);
  return recipe(spec);
}

TEST(SameCpu, HasAProgramForEachThreadAndOfCgroupsAMap) {
  const Recipe tasks = same_cpu("task", 2);
  EXPECT_EQ(tasks.attached,
            (std::vector<std::string>{"update_result", "same_cpu_task_0",
                                      "same_cpu_task_1"}));
  EXPECT_EQ(tasks.maps, std::vector<std::string>{"same_cpu_map"});
  EXPECT_EQ(same_cpu("cgroup", 2).maps,
            (std::vector<std::string>{"same_cpu_stays", "same_cpu_map_0",
                                      "same_cpu_map_1"}));
}

TEST(SameCpu, OfCgroupsTakesAKernelThatHasTheirStorage) {
  const auto kernel = kernel_with({"bpf_local_storage_update",
                                   "bpf_fentry_test1"});
  EXPECT_EQ(lacks(same_cpu("task", 1), kernel), "");
  EXPECT_EQ(lacks(same_cpu("cgroup", 1), kernel),
            "this kernel has no bpf_cgrp_storage_get");
}

TEST(StorageBackend, IsWhatTheKernelsTypesShow) {
  EXPECT_EQ(storage_backend(kernel_with({"bpf_task_storage_busy"})),
            "kernel:percpu_busy");
  EXPECT_EQ(storage_backend(kernel_with({"bpf_selem_unlink_nofail"})),
            "kernel:merged");
  EXPECT_EQ(storage_backend(kernel_with({})), "kernel:storage");
}

TEST(Lacks, NamesTheFirstSymbolThatIsMissing) {
  const Recipe recipe{.program = "any", .symbols = {"here", "missing"}};
  EXPECT_EQ(lacks(recipe, kernel_with({"here", "missing"})), "");
  EXPECT_EQ(lacks(recipe, kernel_with({"here"})),
            "this kernel has no missing");
}

TEST(WhyUnavailable, IsOneLineForEachCause) {
  EXPECT_EQ(why_unavailable(0, true), "");
  EXPECT_NE(why_unavailable(EPERM, true).find("CAP_BPF"), std::string::npos);
  EXPECT_NE(why_unavailable(0, false).find("BTF"), std::string::npos);
  EXPECT_NE(why_unavailable(ENOMEM, true).find("memory"), std::string::npos);
}

}  // namespace
}  // namespace lockgauge::kernel
