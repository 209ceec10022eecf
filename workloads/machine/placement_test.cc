#include "workloads/machine/placement.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "workloads/machine/location.h"
#include "workloads/machine/usage_error.h"

namespace lockgauge::machine {
namespace {

using Cpus = std::vector<int>;

// CPU number = 16 x package + 8 x cache + 2 x core + thread.
Topology two_packages() {
  return Topology::from_synthetic("package:2 [numa] l3:2 core:4 pu:2");
}

TEST(Placement, CompactFillsSiblingsThenCoresThenCaches) {
  EXPECT_EQ(place(two_packages(), Placement::kCompact, 10),
            (Cpus{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}));
}

TEST(Placement, CompactFollowsTheTreeNotTheOsNumbers) {
  const auto topology =
      Topology::from_synthetic("package:1 core:2 pu:2(indexes=0,2,1,3)");
  EXPECT_EQ(place(topology, Placement::kCompact, 4), (Cpus{0, 2, 1, 3}));
}

TEST(Placement, ScatterTakesPackagesThenCachesThenCoresThenSiblings) {
  const auto topology = two_packages();
  EXPECT_EQ(place(topology, Placement::kScatter, 8),
            (Cpus{0, 16, 8, 24, 2, 18, 10, 26}));
  const auto all = place(topology, Placement::kScatter, 32);
  EXPECT_EQ(Cpus(all.begin() + 16, all.begin() + 20), (Cpus{1, 17, 9, 25}));
  EXPECT_EQ(all.back(), 31);
}

TEST(Placement, ScatterTakesNodesBeforeCaches) {
  const auto topology =
      Topology::from_synthetic("package:2 group:2 [numa] l3:2 core:1 pu:1");
  EXPECT_EQ(place(topology, Placement::kScatter, 8),
            (Cpus{0, 4, 2, 6, 1, 5, 3, 7}));
}

TEST(Placement, ScatterUsesEveryCoreBeforeAnySibling) {
  const auto topology = two_packages();
  const auto uneven = parse_location(topology, "l3:0.core:0,l3:1");
  EXPECT_EQ(place(topology, Placement::kScatter, 10, uneven),
            (Cpus{0, 8, 10, 12, 14, 1, 9, 11, 13, 15}));
}

TEST(Placement, OnePerCore) {
  EXPECT_EQ(place(two_packages(), Placement::kOnePerCore, 5),
            (Cpus{0, 2, 4, 6, 8}));
}

TEST(Placement, OnePerCoreTakesTheFirstCpuOfTheCoreThatItMayUse) {
  EXPECT_EQ(place(two_packages(), Placement::kOnePerCore, 3, {1, 2, 3, 5}),
            (Cpus{1, 2, 5}));
}

TEST(Placement, OnePerNode) {
  EXPECT_EQ(place(two_packages(), Placement::kOnePerNode, 2), (Cpus{0, 16}));
}

TEST(Placement, SameCpu) {
  EXPECT_EQ(place(two_packages(), Placement::kSameCpu, 3, {5, 4}),
            (Cpus{4, 4, 4}));
}

TEST(Placement, GoesRoundAgainWhenTheCpusAreUsedUp) {
  const auto topology = two_packages();
  EXPECT_EQ(place(topology, Placement::kCompact, 5, {2, 3}),
            (Cpus{2, 3, 2, 3, 2}));
  EXPECT_EQ(place(topology, Placement::kOnePerNode, 3), (Cpus{0, 16, 0}));
}

TEST(Placement, EachCpuOnceBeforeAnyTwice) {
  const auto topology = two_packages();
  for (Placement placement : {Placement::kCompact, Placement::kScatter}) {
    auto cpus = place(topology, placement, 32);
    std::sort(cpus.begin(), cpus.end());
    for (int i = 0; i < 32; ++i) {
      EXPECT_EQ(cpus[static_cast<std::size_t>(i)], i) << name(placement);
    }
  }
}

TEST(Placement, LadderHoldsPowersOfTwoAndWhereEachLevelEnds) {
  const auto threes =
      Topology::from_synthetic("package:3 group:3 [numa] l3:3 core:3 pu:3");
  EXPECT_EQ(ladder(threes, Placement::kCompact),
            (Cpus{1, 2, 3, 4, 8, 9, 16, 27, 32, 64, 81, 128, 243}));
  EXPECT_EQ(ladder(threes, Placement::kOnePerCore),
            (Cpus{1, 2, 3, 4, 8, 9, 16, 27, 32, 64, 81}));
}

TEST(Placement, LadderFollowsThePlacementAndTheCpusChosen) {
  const auto topology = two_packages();
  const auto uneven = parse_location(topology, "l3:0.core:0,l3:1");
  EXPECT_EQ(ladder(topology, Placement::kCompact, uneven),
            (Cpus{1, 2, 4, 8, 10}));
  // After 5 threads, the second of core 0 comes.
  EXPECT_EQ(ladder(topology, Placement::kScatter, uneven),
            (Cpus{1, 2, 4, 5, 8, 10}));
}

TEST(Placement, LadderOfOnePlaceIsOne) {
  EXPECT_EQ(ladder(two_packages(), Placement::kSameCpu), Cpus{1});
}

TEST(Placement, RefusesCpusItMayNotUse) {
  EXPECT_THROW(place(two_packages(), Placement::kCompact, 1, {0, 32}),
               UsageError);
}

TEST(Placement, NamesAreParsedBack) {
  for (Placement placement : kPlacements) {
    EXPECT_EQ(parse_placement(name(placement)), placement);
  }
}

TEST(Placement, UnknownNameListsTheValidOnes) {
  try {
    parse_placement("dense");
    FAIL() << "no UsageError";
  } catch (const UsageError& error) {
    EXPECT_STREQ(error.what(),
                 "placement 'dense': valid are compact, scatter, "
                 "one-per-core, one-per-node, same-cpu");
  }
}

}  // namespace
}  // namespace lockgauge::machine
