// Every lock written over the Platform, in a machine that does all that the C++
// memory model allows: at most one holder, and everybody gets the lock.

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

// Locks of the C library are the same on every platform: nothing to explore.
struct OtherPlatform : Checker {};

template <class B>
struct IsChecked;
template <template <Platform> class B, Platform P>
struct IsChecked<B<P>> {
  static constexpr bool value =
      B<P>::excludes && std::is_same_v<typename B<P>::Gate, NoGate> &&
      !std::is_same_v<typename B<P>::Lock,
                      typename B<OtherPlatform>::Lock>;
};

// A section of each thread, and a second one of the first thread: a queue node
// used again, and a waiter behind one that was in the queue before it.
template <class B, int kThreadCount>
struct Sections {
  static constexpr int kThreads = kThreadCount;

  void thread(unsigned index) {
    section();
    if (index == 0) section();
  }

  void section() {
    require(acquire<B>(lock) == Result::kOk, "the lock is granted");
    count.store(count.load() + 1);
    release<B>(lock);
  }

  void finish() {
    require(count.load() == kThreads + 1, "no section was lost");
    require(lock.try_lock(), "the lock is free in the end");
    lock.unlock();
  }

  typename B::Lock lock;
  checker::Plain<int> count{0};
};

template <class B>
class Exclusion : public testing::Test {};
using Checked = Filter<AllBackends<Checker>, IsChecked>;
struct Name {
  template <class B>
  static std::string GetName(int) {
    return std::string(B::name);
  }
};
TYPED_TEST_SUITE(Exclusion, Checked::As<testing::Types>, Name);

TYPED_TEST(Exclusion, TwoThreads) {
  EXPECT_EQ((explore<Sections<TypeParam, 2>>(20'000)), "");
}
TYPED_TEST(Exclusion, ThreeThreads) {
  EXPECT_EQ((explore<Sections<TypeParam, 3>>(20'000)), "");
}

}  // namespace
}  // namespace lockgauge
