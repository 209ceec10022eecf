#include "workloads/measure/fairness.h"

#include <gtest/gtest.h>

namespace lockgauge::measure {
namespace {

TEST(Fairness, JainGoesFromAllAlikeToAllForOne) {
  EXPECT_DOUBLE_EQ(*jain_ratio({5, 5, 5, 5}), 1);
  EXPECT_DOUBLE_EQ(*jain_ratio({8, 0, 0, 0}), 0.25);
  EXPECT_DOUBLE_EQ(*jain_ratio({3, 1}), 0.8);
}

TEST(Fairness, MinMaxSeesTheOneThatStarves) {
  EXPECT_DOUBLE_EQ(*min_max_ratio({4, 2, 4}), 0.5);
  EXPECT_DOUBLE_EQ(*min_max_ratio({4, 0, 4}), 0);
}

TEST(Fairness, NothingDoneIsNoFigure) {
  EXPECT_FALSE(jain_ratio({0, 0}));
  EXPECT_FALSE(min_max_ratio({0, 0}));
  EXPECT_FALSE(jain_ratio({}));
  EXPECT_FALSE(min_max_ratio({}));
}

}  // namespace
}  // namespace lockgauge::measure
