#include "workloads/measure/lengths.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

namespace lockgauge::measure {
namespace {

constexpr double kMean_ns = 1000;

Lengths drawn(Shape shape, double mean_ns = kMean_ns) {
  return Lengths(shape, mean_ns, Random(/*seed=*/1, 0));
}

TEST(Lengths, HaveTheirMeanExactly) {
  for (const Shape shape :
       {Shape::kFixed, Shape::kExponential, Shape::kBimodal}) {
    const Lengths lengths = drawn(shape, 3333.25);
    EXPECT_EQ(static_cast<double>(lengths.sum_ns()),
              3333.25 * static_cast<double>(lengths.size()));
  }
}

TEST(Lengths, FixedOnesAreAlikeToANanosecond) {
  const Lengths lengths = drawn(Shape::kFixed, 0.5);
  for (std::size_t i = 0; i < lengths.size(); ++i) {
    EXPECT_NEAR(static_cast<double>(lengths[i]), 0.5, 0.5);
  }
}

// As much as the mean deviates, and e^-1 of them above it.
TEST(Lengths, ExponentialOnesAreSo) {
  const Lengths lengths = drawn(Shape::kExponential);
  const auto size = static_cast<double>(lengths.size());
  double squares = 0;
  int above = 0;
  for (std::size_t i = 0; i < lengths.size(); ++i) {
    const double deviation = static_cast<double>(lengths[i]) - kMean_ns;
    squares += deviation * deviation;
    above += deviation > 0;
  }
  EXPECT_NEAR(std::sqrt(squares / size), kMean_ns, 50);
  EXPECT_NEAR(above / size, std::exp(-1), 0.03);
}

TEST(Lengths, OfBimodalOnesOneIn64TakesHalfTheTime) {
  const Lengths lengths = drawn(Shape::kBimodal);
  int long_ones = 0;
  double long_ns = 0;
  bool always_first = true;
  for (std::size_t i = 0; i < lengths.size(); ++i) {
    if (static_cast<double>(lengths[i]) < kMean_ns) continue;
    ++long_ones;
    long_ns += static_cast<double>(lengths[i]);
    always_first = always_first && i % 64 == 0;
  }
  EXPECT_EQ(long_ones, static_cast<int>(lengths.size()) / 64);
  EXPECT_NEAR(long_ns / static_cast<double>(lengths.sum_ns()), 0.5, 1e-3);
  EXPECT_FALSE(always_first) << "a rhythm would beat with other threads'";
}

}  // namespace
}  // namespace lockgauge::measure
