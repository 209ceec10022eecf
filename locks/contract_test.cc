// What every backend promises, checked on the host for each word in the list.

#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "locks/platform/host/host.h"
#include "locks/registry.h"

namespace lockgauge {
namespace {

// The token keeps a queued lock usable with more threads than CPUs.
using P = TokenHost;

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
  static_assert(Backend<B>);

  // Runs body(thread index) on n threads at once.
  template <class Body>
  static void run(int n, Body body) {
    std::atomic<int> ready{0};
    std::vector<std::thread> threads;
    for (int i = 0; i < n; ++i) {
      threads.emplace_back([&, i] {
        const P::Thread self;
        ready.fetch_add(1, std::memory_order_relaxed);
        while (ready.load(std::memory_order_relaxed) < n) P::relax();
        body(i);
      });
    }
    for (std::thread& thread : threads) thread.join();
  }

  typename B::Lock lock_;
};
template <class B>
class Exclusion : public Contract<B> {};
template <class B>
class Failure : public Contract<B> {};

using All = AllBackends<P>;
using Excluding = Filter<All, Excludes>;
using Failing = Filter<All, Fails>;
TYPED_TEST_SUITE(Contract, All::As<testing::Types>, Name);
TYPED_TEST_SUITE(Exclusion, Excluding::As<testing::Types>, Name);
TYPED_TEST_SUITE(Failure, Failing::As<testing::Types>, Name);

TYPED_TEST(Exclusion, OneInsideAtATime) {
  using B = TypeParam;
  constexpr int kThreads = 4;
  constexpr int kSections = 20'000;
  // Not atomic: a lost update, and to ThreadSanitizer a race, if two overlap.
  long count = 0;
  // Who is inside; relaxed, so that it orders nothing the lock should.
  std::atomic<int> inside{-1};
  this->run(kThreads, [&](int self) {
    for (int i = 0; i < kSections; ++i) {
      ASSERT_EQ(acquire<B>(this->lock_), Result::kOk);
      inside.store(self, std::memory_order_relaxed);
      ++count;
      for (int stay = 0; stay < 3; ++stay) P::relax();
      ASSERT_EQ(inside.load(std::memory_order_relaxed), self);
      release<B>(this->lock_);
    }
  });
  EXPECT_EQ(count, kThreads * kSections);
}

TYPED_TEST(Exclusion, HandsOverToWhoeverWaits) {
  using B = TypeParam;
  // Each thread waits for the other's turn outside the lock, so that a lock
  // that is never passed on hangs here.
  int turn = 0;
  this->run(2, [&](int self) {
    for (int round = 0; round < 1000;) {
      ASSERT_EQ(acquire<B>(this->lock_), Result::kOk);
      if (turn == self) {
        turn = 1 - self;
        ++round;
      }
      release<B>(this->lock_);
    }
  });
  EXPECT_EQ(turn, 0);
}

TYPED_TEST(Contract, TryTakesAFreeLockAndOnlyThat) {
  using B = TypeParam;
  const P::Thread self;
  for (int round = 0; round < 3; ++round) {
    ASSERT_TRUE(this->lock_.try_lock());
    if (B::excludes) {
      this->run(1, [&](int) { EXPECT_FALSE(this->lock_.try_lock()); });
    }
    this->lock_.unlock();
    // The failed attempt left nothing behind.
    this->run(1, [&](int) {
      ASSERT_TRUE(this->lock_.try_lock());
      this->lock_.unlock();
    });
  }
}

TYPED_TEST(Contract, LocksNest) {
  using B = TypeParam;
  const P::Thread self;
  typename B::Lock inner;
  for (int round = 0; round < 100; ++round) {
    ASSERT_EQ(acquire<B>(this->lock_), Result::kOk);
    ASSERT_EQ(acquire<B>(inner), Result::kOk);
    release<B>(inner);
    release<B>(this->lock_);
  }
  EXPECT_TRUE(inner.try_lock());
  inner.unlock();
}

TYPED_TEST(Failure, LeavesNothingBehind) {
  using B = TypeParam;
  const P::Thread self;
  for (int round = 0; round < 100; ++round) {
    ASSERT_EQ(acquire<B>(this->lock_), Result::kOk);
    ASSERT_EQ(acquire<B>(this->lock_), Result::kDeadlock);
    release<B>(this->lock_);
  }
  this->run(2, [&](int) {
    for (int i = 0; i < 1000; ++i) {
      ASSERT_EQ(acquire<B>(this->lock_), Result::kOk);
      release<B>(this->lock_);
    }
  });
}

}  // namespace
}  // namespace lockgauge
