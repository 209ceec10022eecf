// What every lock promises, on simulated CPUs: the claims of
// locks/contract_test.cc, where threads meet in ways a host seldom shows.

#include <gtest/gtest.h>

#include <string>

#include "locks/platform/sim/backends.h"
#include "locks/platform/sim/machine.h"
#include "locks/platform/sim/test_machines.h"

namespace lockgauge::sim {
namespace {

template <class B>
using Excludes = std::bool_constant<B::excludes>;
template <class B>
using Fails = std::bool_constant<B::fallible>;

struct Name {
  template <class B>
  static std::string GetName(int) {
    return std::string(B::name);
  }
};

template <class B>
class Contract : public testing::Test {
 protected:
  static_assert(Backend<B> && StoragePlatform<typename B::Platform>);

  // Runs body(cpu) on CPUs 0 to n-1 at once, to their end.
  template <class Body>
  void run(std::uint32_t n, Body body) {
    for (std::uint32_t cpu = 0; cpu < n; ++cpu) {
      machine_.spawn(cpu, [body, cpu] {
        const Sim::Thread self;
        body(cpu);
      });
    }
    machine_.run();
  }

  Machine machine_{two_packages(), 1};
  typename B::Lock& lock_{machine_.make<Padded<typename B::Lock>>().value};
};
template <class B>
class Exclusion : public Contract<B> {};
template <class B>
class Failure : public Contract<B> {};

using Excluding = Filter<Backends, Excludes>;
using Failing = Filter<Backends, Fails>;
TYPED_TEST_SUITE(Contract, Backends::As<testing::Types>, Name);
TYPED_TEST_SUITE(Exclusion, Excluding::As<testing::Types>, Name);
TYPED_TEST_SUITE(Failure, Failing::As<testing::Types>, Name);

TYPED_TEST(Exclusion, OneInsideAtATime) {
  using B = TypeParam;
  constexpr int kSections = 300;
  int inside = 0;
  int sections = 0;
  this->run(8, [&](std::uint32_t cpu) {
    for (int i = 0; i < kSections; ++i) {
      ASSERT_EQ(acquire<B>(this->lock_), Result::kOk);
      ASSERT_EQ(++inside, 1);
      // Everybody else gets a chance to come in, at different moments.
      this->machine_.work_ns((cpu * 37 + i * 11) % 200);
      ASSERT_EQ(--inside, 0);
      ++sections;
      release<B>(this->lock_);
      this->machine_.work_ns((cpu * 53 + i * 7) % 300);
    }
  });
  EXPECT_EQ(sections, 8 * kSections);
}

TYPED_TEST(Exclusion, HandsOverToWhoeverWaits) {
  using B = TypeParam;
  std::uint32_t turn = 0;
  this->run(2, [&](std::uint32_t self) {
    for (int round = 0; round < 100;) {
      ASSERT_EQ(acquire<B>(this->lock_), Result::kOk);
      if (turn == self) {
        turn = 1 - self;
        ++round;
      }
      release<B>(this->lock_);
      this->machine_.work_ns(100);
    }
  });
  EXPECT_EQ(turn, 0u);
}

TYPED_TEST(Contract, TryTakesAFreeLockAndOnlyThat) {
  using B = TypeParam;
  this->run(2, [&](std::uint32_t cpu) {
    const std::uint64_t start_ns = 10'000 * cpu;
    this->machine_.work_ns(start_ns);
    if (cpu == 0) {
      ASSERT_TRUE(this->lock_.try_lock());
      this->machine_.work_ns(20'000);
      this->lock_.unlock();
      return;
    }
    if (B::excludes) {
      EXPECT_FALSE(this->lock_.try_lock());
    }
    this->machine_.work_ns(20'000);
    // The failed attempt left nothing behind.
    EXPECT_TRUE(this->lock_.try_lock());
    this->lock_.unlock();
  });
}

TYPED_TEST(Contract, LocksNest) {
  using B = TypeParam;
  auto& inner = this->machine_.template make<typename B::Lock>();
  this->run(1, [&](std::uint32_t) {
    for (int round = 0; round < 10; ++round) {
      ASSERT_EQ(acquire<B>(this->lock_), Result::kOk);
      ASSERT_EQ(acquire<B>(inner), Result::kOk);
      release<B>(inner);
      release<B>(this->lock_);
    }
    EXPECT_TRUE(inner.try_lock());
    inner.unlock();
  });
}

TYPED_TEST(Failure, LeavesNothingBehind) {
  using B = TypeParam;
  this->run(1, [&](std::uint32_t) {
    for (int round = 0; round < 10; ++round) {
      ASSERT_EQ(acquire<B>(this->lock_), Result::kOk);
      ASSERT_EQ(acquire<B>(this->lock_), Result::kDeadlock);
      release<B>(this->lock_);
    }
  });
  this->run(8, [&](std::uint32_t) {
    for (int i = 0; i < 100; ++i) {
      ASSERT_EQ(acquire<B>(this->lock_), Result::kOk);
      release<B>(this->lock_);
    }
  });
}

}  // namespace
}  // namespace lockgauge::sim
