#include "workloads/harness/parameters.h"

#include <gtest/gtest.h>

#include "workloads/machine/usage_error.h"

namespace lockgauge::harness {
namespace {

const std::vector<Parameter> kTwo = {
    {.name = "maps", .defaults = {"1", "16"}, .help = "", .min = 1, .max = 99},
    {.name = "order",
     .defaults = {"up"},
     .help = "",
     .choices = {"up", "down"}},
};

TEST(Parameters, DefaultsGiveOneCaseForEachCombination) {
  const auto all = combinations(kTwo, {});
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[0].key(), "maps=1;order=up");
  EXPECT_EQ(all[1].path(), "maps:16/order:up");
  EXPECT_EQ(all[1].number("maps"), 16);
}

TEST(Parameters, SettingsReplaceDefaults) {
  const auto all = combinations(
      kTwo, {{"order", {"down", "up"}}, {"of_another_scenario", {"1"}}});
  ASSERT_EQ(all.size(), 4u);
  EXPECT_EQ(all[0].key(), "maps=1;order=down");
}

TEST(Parameters, ValuesThatMakeNoSenseAreRefused) {
  for (const char* value : {"", "x", "0", "100", "-1", "1x", "1.5", " 1"}) {
    EXPECT_THROW(combinations(kTwo, {{"maps", {value}}}), UsageError) << value;
  }
  EXPECT_THROW(combinations(kTwo, {{"order", {"sideways"}}}), UsageError);
}

}  // namespace
}  // namespace lockgauge::harness
