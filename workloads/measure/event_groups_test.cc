#include "workloads/measure/event_groups.h"

#include <gtest/gtest.h>

#include <set>

#include "workloads/machine/usage_error.h"
#include "workloads/measure/counters.h"
#include "workloads/measure/counters_pfm.h"
#include "workloads/measure/counters_probe.h"

namespace lockgauge::measure {
namespace {

using Names = std::vector<std::string>;

// libpfm4 is built for one architecture at a time.
bool is_of_this_build(const EventGroup& group) {
#if defined(__x86_64__)
  return !group.pmu.starts_with("arm_");
#elif defined(__aarch64__)
  return group.pmu.starts_with("arm_");
#else
  return false;
#endif
}

TEST(EventGroups, AskAndFitOnAPmu) {
  std::set<std::pair<std::string, std::string>> asked;
  for (const EventGroup& group : event_groups()) {
    const std::string file = group.pmu + "/" + group.question;
    EXPECT_TRUE(group.asks.ends_with('?')) << file << ": " << group.asks;
    EXPECT_GE(group.events.size(), 1u) << file;
    EXPECT_LE(group.events.size(), 4u) << file;
    for (const std::string& event : group.events) {
      EXPECT_TRUE(event.starts_with(group.pmu + "::")) << file << ": " << event;
    }
    asked.emplace(group.question, group.asks);
  }
  EXPECT_EQ(asked.size(), event_questions().size())
      << "a question has the same words for every PMU";
}

TEST(EventGroups, EveryEventEncodesWithoutItsHardware) {
  if (!kernel_has_perf_events()) GTEST_SKIP() << "libpfm knows no names here";
  std::set<std::string> known;
  for (const CorePmu& pmu : core_pmus()) known.insert(pmu.name);
  for (const EventGroup& group : event_groups()) {
    if (!is_of_this_build(group)) continue;
    EXPECT_TRUE(known.contains(group.pmu)) << group.pmu;
    for (const std::string& event : group.events) {
      const EncodedEvent encoded = encode_event(event);
      EXPECT_TRUE(encoded.is_known) << event << ": " << encoded.why_not;
    }
  }
}

TEST(ResolveGroups, TakesThatOfTheFirstPmuThatHasIt) {
  const Names counters =
      resolve_groups({"perf::CYCLES", "@cycles"}, {"no_such_pmu", "arm_n2"});
  EXPECT_EQ(counters, (Names{"perf::CYCLES", "arm_n2::CPU_CYCLES",
                             "arm_n2::INST_RETIRED", "arm_n2::CNT_CYCLES"}));
}

TEST(ResolveGroups, KeepsTheNameWhereThePmuHasNone) {
  EXPECT_EQ(resolve_groups({"@lines"}, {}), Names{"@lines"});
  EXPECT_EQ(resolve_groups({"@lines"}, {"other"}), Names{"@lines"});
  EXPECT_TRUE(why_unresolved("@lines", {}).starts_with(
      "libpfm4 knows no PMU of this machine; it has events for "));
  EXPECT_TRUE(why_unresolved("@lines", {"other"}).starts_with(
      "not for this machine's PMU other; it has events for amd64_fam19h_zen3"));
}

TEST(ResolveGroups, RefusesAQuestionThatNoPmuHas) {
  for (const char* name : {"@nonesuch", "@"}) {
    try {
      resolve_groups({name}, {});
      FAIL() << "no UsageError";
    } catch (const UsageError& error) {
      EXPECT_EQ(std::string(error.what()),
                "counter group '" + std::string(name) +
                    "': valid are @cycles, @lines, @locked, @stalls");
    }
  }
}

TEST(UnresolvedGroup, IsValidAndEmptyWithTheReason) {
  EXPECT_NO_THROW(validate_events({"@lines"}));
  CounterGroup group({"@lines"});
  group.start();
  group.stop();
  const Reading reading = group.read().at(0);
  EXPECT_EQ(reading.name, "@lines");
  EXPECT_FALSE(reading.value);
  EXPECT_EQ(reading.status, why_unresolved("@lines", core_pmus_here()));
}

}  // namespace
}  // namespace lockgauge::measure
