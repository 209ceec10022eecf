#include "workloads/kernel/recipe.h"

#include <gtest/gtest.h>

#include <cerrno>
#include <set>

namespace lockgauge::kernel {
namespace {

HasSymbol kernel_with(std::set<std::string> symbols) {
  return [symbols = std::move(symbols)](const std::string& name) {
    return symbols.contains(name);
  };
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
