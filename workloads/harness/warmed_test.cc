#include "workloads/harness/warmed.h"

#include <gtest/gtest.h>

#include <chrono>
#include <vector>

namespace lockgauge::harness {
namespace {

// Hands out these results, one after the other.
class Script {
 public:
  explicit Script(std::vector<TrialResult> results)
      : results_(std::move(results)),
        run_(warmed([this](const TrialSpec&) { return results_.at(next_++); })) {
  }
  TrialResult run() { return run_({}); }
  std::size_t runs() const { return next_; }

 private:
  std::vector<TrialResult> results_;
  std::size_t next_ = 0;
  Benchmarks::RunTrial run_;
};

TrialResult lasting(double elapsed_ns) {
  TrialResult result;
  result.elapsed_ns = elapsed_ns;
  return result;
}

TEST(Warmed, TheFirstTrialIsThrownAwayAndNoOther) {
  Script script({lasting(9), lasting(1), lasting(2)});
  EXPECT_EQ(script.run().elapsed_ns, 1);
  EXPECT_EQ(script.run().elapsed_ns, 2);
}

TEST(Warmed, OfLongTrialsTheFirstIsShort) {
  using std::chrono::milliseconds;
  std::vector<std::chrono::nanoseconds> durations;
  const auto run = warmed([&](const TrialSpec& spec) {
    durations.push_back(spec.duration);
    return TrialResult{};
  });
  TrialSpec spec{};
  spec.duration = milliseconds(2500);
  run(spec);
  EXPECT_LT(durations.at(0), milliseconds(500));
  EXPECT_EQ(durations.at(1), milliseconds(2500));
}

TEST(Warmed, WhatCannotRunWarmsNothing) {
  TrialResult skipped;
  skipped.skipped = "because";
  Script script({skipped, skipped, lasting(9), lasting(1)});
  EXPECT_EQ(script.run().skipped, "because");
  EXPECT_EQ(script.run().elapsed_ns, 1);
}

TEST(Warmed, ALockThatIsBrokenIsSeenAtOnce) {
  TrialResult broken;
  broken.error = "two inside";
  TrialResult hung;
  hung.findings.hung = "for ever";
  for (const TrialResult& first : {broken, hung}) {
    Script script({first, lasting(1)});
    EXPECT_EQ(script.run().error, first.error);
    EXPECT_EQ(script.runs(), 1u);
  }
}

}  // namespace
}  // namespace lockgauge::harness
