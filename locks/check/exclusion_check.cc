// Every lock that is written over the Platform, on a machine that does all that
// the C++ memory model allows: at most one holder, and everybody gets the lock.

#include <gtest/gtest.h>

#include <string>
#include <type_traits>

#include "locks/platform/checker/checker.h"
#include "locks/platform/checker/explore.h"
#include "locks/registry.h"

namespace lockgauge {
namespace {

using checker::explore;
using checker::require;

// A section of each thread, and a second one of the first: a queue node in use
// again, and two waiters in the queue while somebody else is pending.
template <class B, unsigned kThreadCount>
class Sections : public checker::Model {
 public:
  static constexpr unsigned kThreads = kThreadCount;

  void thread(unsigned index) override {
    section();
    if (index == 0) section();
  }

  void finish() override {
    require(count_.get() == kThreads + 1, "every section was counted");
    require(lock_.try_lock(), "the lock is free in the end");
    lock_.unlock();
  }

 private:
  void section() {
    require(acquire<B>(lock_) == Result::kOk, "everybody gets the lock");
    count_.set(count_.get() + 1);
    release<B>(lock_);
  }

  typename B::Lock lock_;
  checker::Plain<unsigned> count_{0};
};

// One thread waits, the other does not.
template <class B>
class Attempts : public checker::Model {
 public:
  static constexpr unsigned kThreads = 2;

  void thread(unsigned index) override {
    if (index == 0) {
      require(acquire<B>(lock_) == Result::kOk, "everybody gets the lock");
    } else if (!lock_.try_lock()) {
      return;
    }
    count_.set(count_.get() + 1);
    ++sections_;
    lock_.unlock();
  }

  void finish() override {
    require(count_.get() == sections_, "every section was counted");
  }

 private:
  typename B::Lock lock_;
  checker::Plain<unsigned> count_{0};
  unsigned sections_ = 0;
};

// Locks of the C library hold none of the Checker's atomics, which have
// destructors: there is nothing to explore. A gate is no part of its lock.
template <class B>
using IsChecked =
    std::bool_constant<B::excludes &&
                       !std::is_trivially_destructible_v<typename B::Lock> &&
                       std::is_same_v<typename B::Gate, NoGate>>;

struct Name {
  template <class B>
  static std::string GetName(int) {
    return std::string(B::name);
  }
};

template <class B>
class Exclusion : public testing::Test {};
using Checked = Filter<AllBackends<Checker>, IsChecked>;
TYPED_TEST_SUITE(Exclusion, Checked::As<testing::Types>, Name);

// As many executions as take about a second.
TYPED_TEST(Exclusion, TwoThreads) {
  EXPECT_EQ((explore<Sections<TypeParam, 2>>(200'000)), "");
}
TYPED_TEST(Exclusion, ThreeThreads) {
  EXPECT_EQ((explore<Sections<TypeParam, 3>>(200'000)), "");
}
TYPED_TEST(Exclusion, TryLock) {
  EXPECT_EQ(explore<Attempts<TypeParam>>(200'000), "");
}

}  // namespace
}  // namespace lockgauge
