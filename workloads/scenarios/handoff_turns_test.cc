#include "workloads/scenarios/handoff_turns.h"

#include <gtest/gtest.h>

#include <vector>

#include "locks/platform/host/host.h"

namespace lockgauge::scenario::turns {
namespace {

// What a thread counts that found `visits`, of which the last one ended after
// the window.
template <class Sections>
measure::Tally counted(Sections sections, const std::vector<Visit>& visits) {
  for (const Visit& before : visits) {
    sections.visited(before);
    if (&before != &visits.back()) sections.counted(before);
  }
  measure::Tally tally;
  sections.report(tally);
  return tally;
}

class Turns : public testing::Test {
 protected:
  using Ranks = Vector<NativeHost, std::uint8_t>;
  Ranks ranks_of_first(const std::vector<int>& cpus) const {
    return ranks_of<NativeHost>(0, harness::Layout(topology_, cpus));
  }

  const machine::Topology topology_ =
      machine::Topology::from_synthetic("package:2 [numa] core:1 pu:2");
};

TEST_F(Turns, AThreadAloneCountsAsOneAmongOthersWould) {
  const std::vector<Visit> visits = {{0, 0}, {1, 1}, {2, 1}};
  const Ranks ranks = ranks_of_first({0});
  for (const measure::Tally& tally :
       {counted(Alone(), visits), counted(Among(ranks.data(), 1), visits)}) {
    EXPECT_EQ(tally.ops, 2u);
    EXPECT_EQ(tally.handovers(), 0u);
    EXPECT_EQ(tally.windows.turns, 3u);
  }
}

TEST_F(Turns, AmongOthersItTakesOverFromWhoWasThereBefore) {
  // From nobody, from itself, from its core's other CPU and from afar.
  const std::vector<Visit> visits = {{0, 0}, {1, 1}, {3, 2}, {5, 3}, {6, 1}};
  const Ranks ranks = ranks_of_first({0, 1, 2});
  const auto tally = counted(Among(ranks.data(), 3), visits);
  EXPECT_EQ(tally.ops, 4u);
  EXPECT_EQ(tally.handovers(), 2u);
  EXPECT_EQ(tally.handovers_at.front(), 1u);
  EXPECT_EQ(tally.handovers_at.back(), 1u);
  EXPECT_EQ(tally.windows.turns, 5u);
}

}  // namespace
}  // namespace lockgauge::scenario::turns
