// The engine on a simulated machine: eight CPUs on few owners and maps, then
// both sides of teardown at once. What must be left in the end is nothing; and
// each run is the same as the one before.

#include <gtest/gtest.h>

#include <deque>

#include "locks/platform/sim/backends.h"
#include "locks/platform/sim/machine.h"
#include "storage/series.h"
#include "storage/storage.h"

namespace lockgauge::storage {
namespace {

template <class B>
using Excludes = std::bool_constant<B::excludes>;

template <class List>
struct ConfigsOf;
template <class... Bs>
struct ConfigsOf<TypeList<Bs...>> {
  using type =
      TypeList<Config<Bs, EraOf<Bs>, owner_type::sk, CountingAudit>...>;
};
using Configs = ConfigsOf<decltype(Filter<sim::Backends, Excludes>::plus(
    Series<Sim>{}))>::type;

struct Name {
  template <class C>
  static std::string GetName(int) {
    return std::string(C::Backend::name);
  }
};

template <class C>
class Simulated : public testing::Test {
 protected:
  static constexpr std::uint32_t kCpus = 8;
  static constexpr int kRounds = 300;

  // Answers what the run came to.
  sim::Statistics churn() {
    sim::Machine machine(
        sim::from_shape({.packages = 2, .cores_per_llc = kCpus / 2}), 1);
    // On lines of their own, or where they are would make a difference.
    auto& type = machine.make<StorageType<C>>();
    std::deque<Padded<Smap<C>>> maps;
    for (int i = 0; i < 3; ++i) maps.emplace_back(std::in_place, type, 8);
    std::deque<Padded<Owner<C>>> owners;
    for (int i = 0; i < 2; ++i) owners.emplace_back(std::in_place, type);

    for (std::uint32_t cpu = 0; cpu < kCpus; ++cpu) {
      machine.spawn(cpu, [&, cpu] {
        const Sim::Thread self;
        std::uint64_t random = 88172645463325252u + cpu;
        for (int round = 0; round < kRounds; ++round) {
          random ^= random << 13;
          random ^= random >> 7;
          random ^= random << 17;
          expect_harmless(operate(random, owners[random % owners.size()].value,
                                  maps[(random >> 8) % maps.size()].value));
        }
      });
    }
    machine.run();
    machine.spawn(0, [&] {
      const Sim::Thread self;
      for (auto& smap : maps) map_free(smap.value);
    });
    machine.spawn(1, [&] {
      const Sim::Thread self;
      Sim::synchronize_rcu();
      for (auto& owner : owners) destroy(owner.value);
    });
    machine.run();
    for (auto& owner : owners) {
      EXPECT_EQ(owner.value.omem_bytes.load(std::memory_order_relaxed), 0u);
    }
    for (auto& smap : maps) {
      for (Bucket<C>& bucket : smap.value) EXPECT_TRUE(bucket.list.empty());
    }
    const auto& audit = type.audit;
    for (const auto* kind : {&audit.elements(), &audit.storages()}) {
      EXPECT_EQ(kind->live(), 0u);
      EXPECT_EQ(kind->doubled(), 0u);
    }
    return machine.statistics();
  }

 private:
  static Result operate(std::uint64_t random, Owner<C>& owner, Smap<C>& smap) {
    const RcuReadSection<Sim> section;
    switch ((random >> 16) % 4) {
      case 0:
        return program::get(owner, smap).result;
      case 1:
        return program::get_or_create(owner, smap, &random).result;
      case 2:
        return syscall::update(owner, smap, &random, Flag::kAny);
      default:
        return program::remove(owner, smap);
    }
  }

  // Two owners that replace may want two buckets in opposite order.
  static constexpr bool kTwoBuckets =
      C::Backend::fallible && !C::Era::bucket_by_owner;

  static void expect_harmless(Result result) {
    EXPECT_TRUE(result == Result::kOk || result == Result::kNoEnt ||
                result == Result::kAgain || result == Result::kExist ||
                (result == Result::kDeadlock && kTwoBuckets))
        << static_cast<int>(result);
  }
};
TYPED_TEST_SUITE(Simulated, Configs::As<testing::Types>, Name);

TYPED_TEST(Simulated, ChurnLeavesNothingBehindAndRepeats) {
  const sim::Statistics first = this->churn();
  EXPECT_GT(first.lines.all_transfers(), 0u);
  EXPECT_EQ(this->churn(), first);
}

}  // namespace
}  // namespace lockgauge::storage
