#include "workloads/measure/zipf.h"

#include <gtest/gtest.h>

namespace lockgauge::measure {
namespace {

TEST(Zipf, TheSecondIsChosenHalfAsOftenTheThirdAThird) {
  const auto chances = zipf(3, 1).probabilities();
  ASSERT_EQ(chances.size(), 3u);
  EXPECT_DOUBLE_EQ(chances[0] / chances[1], 2);
  EXPECT_DOUBLE_EQ(chances[0] / chances[2], 3);
}

TEST(Zipf, WithoutAnExponentAllAreAlike) {
  for (const double chance : zipf(4, 0).probabilities()) {
    EXPECT_DOUBLE_EQ(chance, 0.25);
  }
}

}  // namespace
}  // namespace lockgauge::measure
