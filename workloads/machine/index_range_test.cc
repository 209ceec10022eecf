#include "workloads/machine/index_range.h"

#include <gtest/gtest.h>

#include <string>

namespace lockgauge::machine {
namespace {

using Indices = std::vector<int>;

Indices of(std::string_view text, int size) {
  const auto range = parse_index_range(text);
  EXPECT_TRUE(range) << text;
  return range ? indices(*range, size) : Indices{};
}

TEST(IndexRange, NamesIndices) {
  EXPECT_EQ(of("0", 4), (Indices{0}));
  EXPECT_EQ(of("1-3", 4), (Indices{1, 2, 3}));
  EXPECT_EQ(of("3-3", 4), (Indices{3}));
  EXPECT_EQ(of("2-", 4), (Indices{2, 3}));
  EXPECT_EQ(of("all", 4), (Indices{0, 1, 2, 3}));
  EXPECT_EQ(of("even", 5), (Indices{0, 2, 4}));
  EXPECT_EQ(of("odd", 5), (Indices{1, 3}));
}

TEST(IndexRange, ColonTakesACountAndWrapsRoundOnce) {
  EXPECT_EQ(of("1:2", 4), (Indices{1, 2}));
  EXPECT_EQ(of("3:2", 4), (Indices{3, 0}));
  EXPECT_EQ(of("3:2147483646", 4), (Indices{3, 0, 1, 2}));
}

TEST(IndexRange, IsEmptyWhenItReachesOutside) {
  EXPECT_EQ(of("4", 4), Indices{});
  EXPECT_EQ(of("2-4", 4), Indices{});
  EXPECT_EQ(of("0-2147483646", 4), Indices{});
  EXPECT_EQ(of("4-", 4), Indices{});
  EXPECT_EQ(of("4:1", 4), Indices{});
  EXPECT_EQ(of("odd", 1), Indices{});
  EXPECT_EQ(of("all", 0), Indices{});
}

TEST(IndexRange, RefusesEverythingElse) {
  for (const char* text :
       {"", "-", "-1", "1-0", "0:0", "1:", "0-1-2", "0x1", " 1", "1 ", "1,2",
        "ALL", "1:2:3", "2147483647", "99999999999"}) {
    EXPECT_FALSE(parse_index_range(text)) << text;
  }
}

}  // namespace
}  // namespace lockgauge::machine
