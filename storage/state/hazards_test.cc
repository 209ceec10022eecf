#include "storage/state/hazards.h"

#include <gtest/gtest.h>

#include <cstring>
#include <string>

namespace lockgauge::storage::state {
namespace {

// The merged form fails with these words, the default does not fail at all.
void expect(const char* name, const char* words) {
  for (const Hazard& hazard : hazards()) {
    if (std::strcmp(hazard.name, name) != 0) continue;
    const auto merged = explore(hazard.merged, hazard.preemptions);
    ASSERT_TRUE(merged.failure);
    EXPECT_NE(merged.failure->what.find(words), std::string::npos)
        << merged.failure->what;
    const auto ours = explore(hazard.by_default, hazard.preemptions);
    EXPECT_TRUE(ours.exhausted);
    EXPECT_FALSE(ours.failure) << ours.failure->what << '\n'
                               << ours.failure->interleaving;
    return;
  }
  FAIL() << "no hazard " << name;
}

TEST(Hazards, Saturation) { expect("saturation", "owner_refcnt saturates"); }
TEST(Hazards, WalkOverAFreedElement) {
  expect("walk over a freed element", "frees owner's element");
}
TEST(Hazards, DanglingOwnerPointer) {
  expect("dangling owner pointer", "frees owner's storage");
}
TEST(Hazards, LostElement) { expect("lost element", "an element is lost"); }

}  // namespace
}  // namespace lockgauge::storage::state
