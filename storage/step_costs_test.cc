// What each step of the kernel's change costs in locks taken and in writes to
// shared memory, counted exactly: the table in README.md.

#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <map>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "storage/counting_host.h"
#include "storage/series.h"
#include "storage/storage.h"

namespace lockgauge::storage {
namespace {

using P = CountingHost;

struct Cost {
  int acquisitions;
  int writes;

  bool operator==(const Cost&) const = default;
  friend std::ostream& operator<<(std::ostream& out, const Cost& cost) {
    return out << cost.acquisitions << " locks, " << cost.writes << " writes";
  }
};

// A get of what is remembered, and of what is not there; the first value of an
// owner, and a further one; the replacement of one that the cache does not
// remember; the deletion of one of several; the end of owners with 1 and with 9
// values.
struct Costs {
  Cost get_hit, get_miss, create_first, create, replace, remove, destroy_1,
      destroy_9;
};

const std::map<std::string_view, Costs> kExpected = {
    {"before",
     {{0, 0}, {0, 0}, {1, 18}, {2, 14}, {3, 21}, {2, 10}, {2, 11}, {10, 75}}},
    {"bucket_by_owner",
     {{0, 0}, {0, 0}, {1, 18}, {2, 14}, {3, 22}, {2, 10}, {2, 11}, {10, 75}}},
    {"failable",
     {{0, 0}, {0, 0}, {1, 18}, {2, 14}, {2, 20}, {2, 10}, {2, 11}, {10, 75}}},
    {"rqspinlock_gated",
     {{0, 0}, {0, 0}, {1, 22}, {2, 22}, {2, 28}, {2, 18}, {2, 19}, {10, 115}}},
    {"gate_removed",
     {{0, 0}, {0, 0}, {1, 22}, {2, 22}, {2, 28}, {2, 18}, {2, 19}, {10, 115}}},
    {"rfc_v1",
     {{0, 0}, {0, 0}, {1, 22}, {2, 22}, {3, 33}, {2, 18}, {2, 19}, {10, 115}}},
    {"v2",
     {{0, 0}, {0, 0}, {1, 22}, {2, 22}, {2, 28}, {2, 18}, {2, 19}, {10, 115}}},
    {"v3",
     {{0, 0}, {0, 0}, {1, 22}, {2, 22}, {3, 33}, {2, 18}, {2, 17}, {18, 161}}},
    {"merged",
     {{0, 0}, {0, 0}, {1, 22}, {2, 22}, {2, 28}, {2, 18}, {2, 19}, {18, 171}}},
};

template <class B>
class StepCosts : public testing::Test {
 protected:
  using Counting = CountingLocks<B>;
  using C = Config<Counting>;

  template <class Operation>
  static Cost cost_of(Operation operation) {
    P::writes = Counting::acquisitions = 0;
    operation();
    return {Counting::acquisitions, P::writes};
  }
  static Cost create(Owner<C>& owner, Smap<C>& smap) {
    return cost_of(
        [&] { (void)program::get_or_create(owner, smap, nullptr); });
  }

  // With buckets by element, old and new are in the same one now and then:
  // one lock less where sections nest, and more neighbours to write to.
  Cost replace(Owner<C>& owner, Smap<C>& smap) {
    std::vector<Cost> costs;
    for (int i = 0; i < 20; ++i) {
      costs.push_back(
          cost_of([&] { (void)program::put(owner, smap, nullptr); }));
    }
    return *std::ranges::min_element(costs, {}, [](const Cost& cost) {
      return std::pair(-cost.acquisitions, cost.writes);
    });
  }

  const P::Thread self_;
  StorageType<C> type_;
};

template <class List>
using Types = typename List::template As<testing::Types>;
struct Names {
  template <class B>
  static std::string GetName(int) {
    return std::string(B::name);
  }
};
TYPED_TEST_SUITE(StepCosts, Types<Series<P>>, Names);

TYPED_TEST(StepCosts, AreWhatTheTableSays) {
  using C = typename TestFixture::C;
  std::deque<Smap<C>> maps;
  for (int i = 0; i < 10; ++i) maps.emplace_back(this->type_, 8, 1024);
  Owner<C> owner(this->type_);
  Costs costs{};
  {
    const RcuReadSection<P> section;
    costs.create_first = this->create(owner, maps[0]);
    costs.create = this->create(owner, maps[1]);
    (void)program::get(owner, maps[0]);
    costs.get_hit = this->cost_of([&] { (void)program::get(owner, maps[0]); });
    costs.get_miss = this->cost_of([&] { (void)program::get(owner, maps[9]); });
    costs.remove =
        this->cost_of([&] { (void)program::remove(owner, maps[1]); });
    costs.replace = this->replace(owner, maps[0]);
  }
  costs.destroy_1 = this->cost_of([&] { destroy(owner); });
  Owner<C> other(this->type_);
  {
    const RcuReadSection<P> section;
    for (int i = 0; i < 9; ++i) this->create(other, maps[i]);
  }
  costs.destroy_9 = this->cost_of([&] { destroy(other); });
  for (Smap<C>& smap : maps) map_free(smap);
  P::rcu_barrier();

  const Costs& expected = kExpected.at(TypeParam::name);
  EXPECT_EQ(costs.get_hit, expected.get_hit);
  EXPECT_EQ(costs.get_miss, expected.get_miss);
  EXPECT_EQ(costs.create_first, expected.create_first);
  EXPECT_EQ(costs.create, expected.create);
  EXPECT_EQ(costs.replace, expected.replace);
  EXPECT_EQ(costs.remove, expected.remove);
  EXPECT_EQ(costs.destroy_1, expected.destroy_1);
  EXPECT_EQ(costs.destroy_9, expected.destroy_9);
}

}  // namespace
}  // namespace lockgauge::storage
