#include "workloads/measure/short_windows.h"

#include <gtest/gtest.h>

#include <functional>
#include <vector>

namespace lockgauge::measure {
namespace {

// The index of so many turns, each of which `whose` gives to a thread.
double jain(int threads, std::uint64_t turns,
            const std::function<int(std::uint64_t)>& whose) {
  std::vector<ShortWindows> counts(threads, ShortWindows(threads));
  for (std::uint64_t turn = 0; turn < turns; ++turn) {
    counts[whose(turn)].add(turn);
  }
  WindowShare sum;
  for (const ShortWindows& one : counts) {
    sum.turns += one.share().turns;
    sum.squares += one.share().squares;
  }
  EXPECT_EQ(sum.turns, turns);
  return *jain_short_ratio(sum, threads);
}

TEST(ShortWindows, TurnsThatAlternateAreFair) {
  EXPECT_DOUBLE_EQ(jain(2, 1600, [](auto turn) { return turn % 2; }), 1);
  EXPECT_DOUBLE_EQ(jain(4, 3200, [](auto turn) { return turn % 4; }), 1);
  // Also where the last window is not full.
  EXPECT_DOUBLE_EQ(jain(2, 1604, [](auto turn) { return turn % 2; }), 1);
}

TEST(ShortWindows, LongRunsAreNotThoughAllGetTheSame) {
  EXPECT_DOUBLE_EQ(jain(2, 1600, [](auto turn) { return turn / 800; }), 0.5);
  EXPECT_DOUBLE_EQ(jain(4, 3200, [](auto turn) { return turn / 800; }), 0.25);
}

TEST(ShortWindows, OneInFourIsWhatJainSaysOfIt) {
  // 12 and 4 of each 16: 16^2 / (2 * (12^2 + 4^2)).
  EXPECT_DOUBLE_EQ(jain(2, 1600, [](auto turn) { return turn % 4 == 0; }), 0.8);
}

TEST(ShortWindows, OneThreadOrNoFullWindowIsNoFigure) {
  EXPECT_FALSE(jain_short_ratio({}, 2));
  EXPECT_FALSE(jain_short_ratio({15, 15 * 15}, 2));
  EXPECT_TRUE(jain_short_ratio({16, 16 * 16}, 2));
  EXPECT_FALSE(jain_short_ratio({1000, 1000 * 1000}, 1));
}

}  // namespace
}  // namespace lockgauge::measure
