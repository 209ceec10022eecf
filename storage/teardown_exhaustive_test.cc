// Teardown, whatever fails and wherever one side interrupts the other.

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "locks/platform/host/sanitizer.h"
#include "storage/teardown_world.h"

namespace lockgauge::storage {
namespace {

// Three elements (owner 0 in maps 0 and 1, owner 1 in map 0), the four sides of
// teardown in every order, with every set of lock acquisitions failing; counts
// in how many of these something is lost.
template <class E, class Check>
void fail_every_set(Check check, int& losses) {
  World<ConfigIn<E>> world;
  std::array<int, 4> order{0, 1, 2, 3};
  constexpr int kAcquisitions = 12;  // two for each visit of an element
  int runs = 0;
  Left before = kNothing;  // what is lost stays on the book
  do {
    for (std::uint64_t fail = 0; fail < 1u << kAcquisitions; ++fail, ++runs) {
      for (int i = 0; i < 2; ++i) world.add_map();
      for (int i = 0; i < 2; ++i) world.add_owner();
      world.create(0, 0);
      world.create(0, 1);
      world.create(1, 0);
      FailingLock::expect_failures(fail);
      for (const int side : order) {
        if (side < 2) {
          map_free(world.map(side));
        } else {
          destroy(world.owner(side - 2));
        }
      }
      ASSERT_LE(FailingLock::acquisitions, kAcquisitions);
      const Left left = world.left();
      ASSERT_TRUE(check(left)) << left << " with failures " << fail;
      ASSERT_FALSE(testing::Test::HasFailure()) << "freed twice";
      losses += left != before;
      before = left;
      world.renew();
    }
  } while (std::next_permutation(order.begin(), order.end()));
  EXPECT_EQ(runs, 24 << kAcquisitions);
}

TEST(NofailFixedExhaustive, LosesNothingWhateverFails) {
  int losses = 0;
  fail_every_set<era::after>([](const Left& left) { return left == kNothing; },
                             losses);
  EXPECT_EQ(losses, 0);
}

// Nothing twice (World::left() looks), and the charge always returns.
TEST(NofailExhaustive, ReturnsTheChargeWhateverFails) {
  int losses = 0;
  fail_every_set<era::merged>([](const Left& left) { return !left.charged; },
                              losses);
  EXPECT_GT(losses, 0);
}
TEST(LinkCountExhaustive, ReturnsTheChargeAndTheStorageWhateverFails) {
  int losses = 0;
  fail_every_set<era::v3>(
      [](const Left& left) { return !left.charged && left.storages == 0; },
      losses);
  EXPECT_GT(losses, 0);
}

// One side whole, in the middle of the other: before any of its acquisitions,
// with every set of acquisitions failing, and with map_free coming twice.
template <class E, class Check>
void interrupt_each_side(Check check) {
  World<ConfigIn<E>> world;
  constexpr int kAcquisitions = 6;  // two for each visit
  for (int twice = 0; twice <= 1; ++twice) {
    for (const bool destroy_first : {false, true}) {
      for (int at = 1; at <= kAcquisitions; ++at) {
        for (std::uint64_t fail = 0; fail < 1u << kAcquisitions; ++fail) {
          SCOPED_TRACE(std::string(destroy_first ? "map_free in destroy"
                                                 : "destroy in map_free") +
                       " at " + std::to_string(at) + ", failures " +
                       std::to_string(fail));
          world.pause(twice);
          world.add_one();
          const auto free_map = [&] { storage::map_free(world.map(0)); };
          const auto lose_owner = [&] { storage::destroy(world.owner(0)); };
          FailingLock::expect_failures(fail);
          bool both = false;
          if (destroy_first) {
            FailingLock::interrupt(at, [&] {
              both = true;
              free_map();
            });
            lose_owner();
          } else {
            FailingLock::interrupt(at, [&] {
              both = true;
              lose_owner();
            });
            free_map();
          }
          FailingLock::interrupt(0, nullptr);
          if (!both) (destroy_first ? free_map() : lose_owner());
          ASSERT_TRUE(check(world.left()));
          ASSERT_FALSE(testing::Test::HasFailure()) << "freed twice";
          world.renew();
        }
      }
    }
  }
}

TEST(NofailFixedExhaustive, LosesNothingWhereverItIsInterrupted) {
  interrupt_each_side<era::after>(
      [](const Left& left) { return left == kNothing; });
}
TEST(NofailExhaustive, ReturnsTheChargeWhereverItIsInterrupted) {
  // Interrupted by all of map_free, whose grace period cannot wait for it,
  // destroy goes on with a storage that is freed: only in this test.
  if (LOCKGAUGE_ASAN_BUILD) GTEST_SKIP() << "looks at a freed storage";
  interrupt_each_side<era::merged>(
      [](const Left& left) { return !left.charged; });
}

}  // namespace
}  // namespace lockgauge::storage
