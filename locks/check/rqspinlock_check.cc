// What rqspinlock promises when it gives up, on a machine that does all that
// the C++ memory model allows: a waiter that leaves strands nobody and leaves
// nothing behind. A thread of the model is the clock.

#include <gtest/gtest.h>

#include "locks/platform/checker/checker.h"
#include "locks/platform/checker/explore.h"
#include "locks/rqspinlock.h"

namespace lockgauge {
namespace {

using checker::explore;
using checker::require;
using P = Checker;

constexpr std::uint64_t kMs = 1'000'000;

struct EveryPoll : KernelTimeouts {
  static constexpr std::uint32_t kPollsPerCheck = 1;
};
// Looks for cycles and never gives up.
struct Patient : EveryPoll {
  static constexpr std::uint64_t kPending_ns = 1'000'000'000 * kMs;
  static constexpr std::uint64_t kHead_ns = 2 * kPending_ns;
};

// The clock of a model: goes on while any of its `running` threads does.
void tick_while(const P::Atomic<unsigned>& running, std::uint64_t step_ns) {
  while (running.load(std::memory_order_relaxed) > 0) {
    P::advance_clock(step_ns);
    P::relax();
  }
}

// A lock and what it guards.
template <class Timeouts>
class Guarded {
 public:
  using Lock = Rqspinlock<P, Waiting::kQueued, Timeouts>;

  Result enter() {
    const Result result = lock_.lock();
    if (result == Result::kOk) {
      count_.set(count_.get() + 1);
      ++sections_;
    }
    return result;
  }
  void leave() { lock_.unlock(); }

  // Nobody holds or waits, nothing of an attempt is left.
  void finish() {
    require(count_.get() == sections_, "every section was counted");
    require(lock_.snapshot() == 0, "the lock word is clear in the end");
    for (std::uint32_t slot = 0; slot < P::slot_limit(); ++slot) {
      require(P::slot_at<HeldLocks<P>>(slot).size() == 0,
              "no lock is entered as held");
      require(P::slot_at<McsNodes<P, Lock>>(slot).depth() == 0,
              "no queue node is in use");
    }
  }

 private:
  Lock lock_;
  checker::Plain<unsigned> count_{0};
  unsigned sections_ = 0;  // the oracle
};

// Time passes, here and there, while four compete: some give up at any place.
class Timeouts : public checker::Model {
 public:
  static constexpr unsigned kThreads = 5;

  void thread(unsigned index) override {
    if (index == 4) {
      for (int i = 0; i < 3; ++i) {
        P::advance_clock(300 * kMs);
        P::relax();
      }
      return;
    }
    section();
    if (index == 0) section();
  }

  void finish() override { guarded_.finish(); }

 private:
  void section() {
    const Result result = guarded_.enter();
    if (result == Result::kOk) {
      guarded_.leave();
    } else {
      require(result == Result::kTimeout, "there is no deadlock");
    }
  }

  Guarded<EveryPoll> guarded_;
};

// The owner does not release while anybody waits. It is the clock as well.
class LostOwner : public checker::Model {
 public:
  static constexpr unsigned kThreads = 4;

  void thread(unsigned index) override {
    if (index == 0) {
      require(guarded_.enter() == Result::kOk, "the lock is free");
      lost_.store(1, std::memory_order_relaxed);
      tick_while(waiters_, 300 * kMs);
      guarded_.leave();
      return;
    }
    P::wait_until(lost_, std::memory_order_relaxed,
                  [](unsigned lost) { return lost == 1; });
    // Twice: a queue node in use again.
    for (int i = 0; i < 2; ++i) {
      require(guarded_.enter() == Result::kTimeout, "waiters give up");
    }
    waiters_.fetch_sub(1, std::memory_order_relaxed);
  }

  void finish() override { guarded_.finish(); }

 private:
  Guarded<EveryPoll> guarded_;
  P::Atomic<unsigned> lost_{0};
  P::Atomic<unsigned> waiters_{3};
};

// Two locks taken in opposite order, while others queue for one of them: of the
// two in the cycle at least one fails, whoever stands behind it goes on.
class Abba : public checker::Model {
 public:
  static constexpr unsigned kThreads = 5;

  void thread(unsigned index) override {
    if (index == 4) return tick_while(running_, 2 * kMs);
    if (index == 0) {
      nested(a_, b_);
    } else if (index == 1) {
      nested(b_, a_);
    } else {
      require(a_.enter() == Result::kOk, "who holds nothing gets the lock");
      a_.leave();
    }
    running_.fetch_sub(1, std::memory_order_relaxed);
  }

  void finish() override {
    a_.finish();
    b_.finish();
  }

 private:
  using Lock = Guarded<Patient>;

  static void nested(Lock& outer, Lock& inner) {
    require(outer.enter() == Result::kOk, "who holds nothing gets the lock");
    const Result result = inner.enter();
    if (result == Result::kOk) {
      inner.leave();
    } else {
      require(result == Result::kDeadlock, "nobody's time is over");
    }
    outer.leave();
  }

  Lock a_;
  Lock b_;
  P::Atomic<unsigned> running_{4};
};

// Always the lower lock first: there never is a cycle. The second thread leaves
// entries of its first pair where those of its second will be.
class Ordered : public checker::Model {
 public:
  static constexpr unsigned kThreads = 3;

  void thread(unsigned index) override {
    if (index == 2) return tick_while(running_, 2 * kMs);
    if (index == 0) {
      nested(locks_[1], locks_[2]);
    } else {
      nested(locks_[0], locks_[1]);
      nested(locks_[2], locks_[3]);
    }
    running_.fetch_sub(1, std::memory_order_relaxed);
  }

  void finish() override {
    for (Lock& lock : locks_) lock.finish();
  }

 private:
  using Lock = Guarded<Patient>;

  static void nested(Lock& outer, Lock& inner) {
    require(outer.enter() == Result::kOk, "there is no cycle");
    require(inner.enter() == Result::kOk, "there is no cycle");
    inner.leave();
    outer.leave();
  }

  Lock locks_[4];
  P::Atomic<unsigned> running_{2};
};

TEST(Rqspinlock, TimeoutsLeaveNothingBehind) {
  EXPECT_EQ(explore<Timeouts>(50'000), "");
}
TEST(Rqspinlock, LostOwnerStrandsNobody) {
  EXPECT_EQ(explore<LostOwner>(50'000), "");
}
TEST(Rqspinlock, WithoutCycleNoDeadlock) {
  EXPECT_EQ(explore<Ordered>(100'000), "");
}
TEST(Rqspinlock, DeadlockStrandsNobody) {
  EXPECT_EQ(explore<Abba>(50'000), "");
}

}  // namespace
}  // namespace lockgauge
