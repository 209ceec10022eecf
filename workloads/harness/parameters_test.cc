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

TEST(Parameters, ANumberMayHaveAWordBeforeIt) {
  const std::vector<Parameter> parameters = {{.name = "hold_ns",
                                              .defaults = {"5"},
                                              .help = "",
                                              .max = 99,
                                              .forms = {{"about"}, {"over"}}}};
  const auto all = combinations(parameters, {{"hold_ns", {"7", "about-8"}}});
  EXPECT_EQ(all[0].form("hold_ns"), "");
  EXPECT_EQ(all[0].number("hold_ns"), 7);
  EXPECT_EQ(all[1].form("hold_ns"), "about");
  EXPECT_EQ(all[1].number("hold_ns"), 8);
  EXPECT_EQ(all[1].key(), "hold_ns=about-8");
  for (const char* value :
       {"about", "about-", "about-100", "about--1", "above-8", "8-about"}) {
    EXPECT_THROW(combinations(parameters, {{"hold_ns", {value}}}), UsageError)
        << value;
  }
}

TEST(Parameters, TheNumberAfterAWordHasALeastOfItsOwn) {
  const Parameter parameter = {.name = "hold_ns",
                               .defaults = {},
                               .help = "",
                               .max = 99,
                               .forms = {{"about", 1}, {"over"}}};
  for (const char* valid : {"0", "about-1", "over-0"}) {
    EXPECT_NO_THROW(parameter.check(valid)) << valid;
  }
  try {
    parameter.check("about-0");
    FAIL() << "about nothing";
  } catch (const UsageError& error) {
    EXPECT_STREQ(error.what(),
                 "--set hold_ns=about-0: a whole number from 0 to 99, from 1 "
                 "after about-, from 0 after over-");
  }
}

}  // namespace
}  // namespace lockgauge::harness
