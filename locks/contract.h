#ifndef LOCKGAUGE_LOCKS_CONTRACT_H_
#define LOCKGAUGE_LOCKS_CONTRACT_H_

#include <gtest/gtest.h>

#include <atomic>
#include <string>

#include "locks/backend.h"
#include "locks/result.h"
#include "locks/type_list.h"

// What every backend promises, wherever it runs. For tests.
namespace lockgauge::contract {

// A backend on a world, which is where threads come from:
//   Platform, kThreads (of a team), kSections (each of them does)
//   run(n, body)   body(thread number) on n threads at once, to their end
//   make<T>()      an object that all threads see
//   linger(i)      a while, for the others to come in; of length by i
template <class W, class B>
struct Case {
  using World = W;
  using Backend = B;
};

// The cases of a list of backends.
template <class W, class List>
struct CasesOf;
template <class W, class... Bs>
struct CasesOf<W, TypeList<Bs...>> {
  using type = testing::Types<Case<W, Bs>...>;
};
template <class W, class List>
using Cases = typename CasesOf<W, List>::type;

template <class B>
using Excludes = std::bool_constant<B::excludes>;
template <class B>
using Fails = std::bool_constant<B::fallible>;

struct Name {
  template <class C>
  static std::string GetName(int) {
    return std::string(C::Backend::name);
  }
};

template <class C>
class Contract : public testing::Test {
 protected:
  static_assert(Backend<typename C::Backend>);
  using P = typename C::World::Platform;

  typename C::World world_;
  typename C::Backend::Lock& lock_ =
      world_.template make<typename C::Backend::Lock>();
};
template <class C>
class Exclusion : public Contract<C> {};
template <class C>
class Failure : public Contract<C> {};

TYPED_TEST_SUITE_P(Contract);
TYPED_TEST_SUITE_P(Exclusion);
TYPED_TEST_SUITE_P(Failure);

TYPED_TEST_P(Exclusion, OneInsideAtATime) {
  using B = typename TypeParam::Backend;
  using World = typename TypeParam::World;
  // Not atomic: a lost update, and to ThreadSanitizer a race, if two overlap.
  long count = 0;
  // Who is inside; relaxed, so that it orders nothing the lock should.
  std::atomic<int> inside{-1};
  std::atomic<int> met{0};
  this->world_.run(World::kThreads, [&](int self) {
    for (int i = 0; i < World::kSections; ++i) {
      ASSERT_EQ(acquire<B>(this->lock_), Result::kOk);
      inside.store(self, std::memory_order_relaxed);
      ++count;
      this->world_.linger(self * 3 + i);
      const int last = inside.load(std::memory_order_relaxed);
      met.fetch_add(last != self, std::memory_order_relaxed);
      release<B>(this->lock_);
    }
  });
  EXPECT_EQ(met.load(std::memory_order_relaxed), 0);
  EXPECT_EQ(count, World::kThreads * World::kSections);
}

TYPED_TEST_P(Exclusion, HandsOverToWhoeverWaits) {
  using B = typename TypeParam::Backend;
  // Each thread waits for the other's turn outside the lock, so that a lock
  // that is never passed on hangs here.
  int turn = 0;
  this->world_.run(2, [&](int self) {
    int tries = 0;
    for (int round = 0; round < 100;) {
      ASSERT_EQ(acquire<B>(this->lock_), Result::kOk);
      if (turn == self) {
        turn = 1 - self;
        ++round;
      }
      release<B>(this->lock_);
      this->world_.linger(++tries);
    }
  });
  EXPECT_EQ(turn, 0);
}

TYPED_TEST_P(Contract, TryTakesAFreeLockAndOnlyThat) {
  using P = typename TypeParam::World::Platform;
  constexpr int kRounds = 3;
  auto& step = this->world_.template make<typename P::template Atomic<int>>();
  const auto wait_for = [&](int number) {
    P::wait_until(step, std::memory_order_acquire,
                  [number](int at) { return at == number; });
  };
  this->world_.run(2, [&](int self) {
    for (int round = 0; round < kRounds; ++round) {
      const int begin = 3 * round;
      if (self == 0) {
        wait_for(begin);
        ASSERT_TRUE(this->lock_.try_lock());
        step.store(begin + 1, std::memory_order_release);
        wait_for(begin + 2);
        this->lock_.unlock();
        // The other's failed attempt left nothing behind.
        ASSERT_TRUE(this->lock_.try_lock());
        this->lock_.unlock();
        step.store(begin + 3, std::memory_order_release);
      } else {
        wait_for(begin + 1);
        if (TypeParam::Backend::excludes) {
          EXPECT_FALSE(this->lock_.try_lock());
        }
        step.store(begin + 2, std::memory_order_release);
      }
    }
  });
}

TYPED_TEST_P(Contract, LocksNest) {
  using B = typename TypeParam::Backend;
  auto& inner = this->world_.template make<typename B::Lock>();
  this->world_.run(1, [&](int) {
    for (int round = 0; round < 100; ++round) {
      ASSERT_EQ(acquire<B>(this->lock_), Result::kOk);
      ASSERT_EQ(acquire<B>(inner), Result::kOk);
      release<B>(inner);
      release<B>(this->lock_);
    }
    EXPECT_TRUE(inner.try_lock());
    inner.unlock();
  });
}

TYPED_TEST_P(Failure, LeavesNothingBehind) {
  using B = typename TypeParam::Backend;
  using World = typename TypeParam::World;
  this->world_.run(1, [&](int) {
    for (int round = 0; round < 100; ++round) {
      ASSERT_EQ(acquire<B>(this->lock_), Result::kOk);
      ASSERT_EQ(acquire<B>(this->lock_), Result::kDeadlock);
      release<B>(this->lock_);
    }
  });
  this->world_.run(World::kThreads, [&](int) {
    for (int i = 0; i < 100; ++i) {
      ASSERT_EQ(acquire<B>(this->lock_), Result::kOk);
      release<B>(this->lock_);
    }
  });
}

REGISTER_TYPED_TEST_SUITE_P(Contract, TryTakesAFreeLockAndOnlyThat, LocksNest);
REGISTER_TYPED_TEST_SUITE_P(Exclusion, OneInsideAtATime,
                            HandsOverToWhoeverWaits);
REGISTER_TYPED_TEST_SUITE_P(Failure, LeavesNothingBehind);

}  // namespace lockgauge::contract

#endif  // LOCKGAUGE_LOCKS_CONTRACT_H_
