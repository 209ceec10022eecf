#include "workloads/machine/steal.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>

namespace lockgauge::machine {
namespace {

namespace fs = std::filesystem;

class StealTest : public testing::Test {
 protected:
  ~StealTest() override { fs::remove_all(root_); }

  void write_stat(const std::string& text) {
    fs::create_directories(root_ / "proc");
    std::ofstream(root_ / "proc/stat") << text;
  }

  const fs::path root_ =
      fs::path(testing::TempDir()) / ("steal_test." + std::to_string(getpid()));
  const std::uint64_t tick_ns_ = 1'000'000'000u / sysconf(_SC_CLK_TCK);
};

TEST_F(StealTest, SumsTheNamedCpus) {
  write_stat(
      "cpu  9 9 9 9 9 9 9 60 9 9\n"
      "cpu0 1 2 3 4 5 6 7 10 8 9\n"
      "cpu1 1 2 3 4 5 6 7 20 8 9\n"
      "cpu10 1 2 3 4 5 6 7 30 8 9\n"
      "intr 1 2 3 4 5 6 7 8 9\n");
  EXPECT_EQ(steal_ns({1}, root_), 20 * tick_ns_);
  EXPECT_EQ(steal_ns({0, 10}, root_), 40 * tick_ns_);
  EXPECT_EQ(steal_ns({}, root_), 0u);
}

TEST_F(StealTest, IsUnknownForACpuTheKernelDoesNotList) {
  write_stat("cpu0 1 2 3 4 5 6 7 10 8 9\n");
  EXPECT_EQ(steal_ns({0, 1}, root_), std::nullopt);
}

TEST_F(StealTest, IsUnknownOnKernelsThatDoNotCountIt) {
  write_stat("cpu0 1 2 3 4 5 6 7\n");
  EXPECT_EQ(steal_ns({0}, root_), std::nullopt);
}

TEST_F(StealTest, IsUnknownWithoutProc) {
  EXPECT_EQ(steal_ns({0}, root_), std::nullopt);
}

}  // namespace
}  // namespace lockgauge::machine
