// rqspinlock's answers to what must not happen: recursion, cycles, owners that
// never release. Time is each thread's own and injected, so that timeouts are
// exact and cost nothing; who waits where is read from the lock word.

#include "locks/rqspinlock.h"

#include <gtest/gtest.h>
#include <pthread.h>
#include <signal.h>

#include <atomic>
#include <functional>
#include <memory>
#include <thread>
#include <vector>

#include "locks/platform/host/host.h"

namespace lockgauge {
namespace {

constexpr std::uint64_t kMs = 1'000'000;

// A host whose clock advances each time a thread reads it: by the thread's own
// step, or by one that another thread sets. At 0 (the default) it stands still
// and never gets to a timeout or to a look for ABBA.
struct SteppedHost : TokenHost {
  static inline thread_local std::uint64_t step_ns = 0;
  static inline thread_local const std::atomic<std::uint64_t>* step_from =
      nullptr;
  static inline thread_local std::uint64_t clock_ns = 1;
  static std::uint64_t now_ns() {
    if (step_from != nullptr) {
      step_ns = step_from->load(std::memory_order_relaxed);
    }
    return clock_ns += step_ns;
  }
};
using P = SteppedHost;

struct EveryPoll : KernelTimeouts {
  static constexpr std::uint32_t kPollsPerCheck = 1;
};
// For cycles: a waiter looks for them, however long the other takes to come,
// and never gives up.
struct Patient : EveryPoll {
  static constexpr std::uint64_t kPending_ns = 1'000'000'000 * kMs;
  static constexpr std::uint64_t kHead_ns = 2 * kPending_ns;
};
using Lock = Rqspinlock<P, Waiting::kQueued, EveryPoll>;
using PatientLock = Rqspinlock<P, Waiting::kQueued, Patient>;
using TestAndSetLock = Rqspinlock<P, Waiting::kTestAndSet, EveryPoll>;
using Held = HeldLocks<P>;

// A thread with a slot, started at once, joined at the end of its scope.
class Actor {
 public:
  explicit Actor(std::function<void()> act)
      : thread_([this, act = std::move(act)] {
          const P::Thread self;
          slot_.store(P::slot(), std::memory_order_release);
          act();
          EXPECT_EQ(P::this_slot<Held>().size(), 0u) << "entries left behind";
        }) {}
  ~Actor() { thread_.join(); }
  std::uint32_t slot() const {
    std::uint32_t slot;
    while ((slot = slot_.load(std::memory_order_acquire)) == kNone) yield();
    return slot;
  }
  pthread_t handle() { return thread_.native_handle(); }
  static void yield() { std::this_thread::yield(); }

 private:
  static constexpr std::uint32_t kNone = ~0u;
  std::atomic<std::uint32_t> slot_{kNone};
  std::thread thread_;
};

// An event that one thread signals and others wait for.
class Event {
 public:
  void set() { set_.store(true, std::memory_order_release); }
  void wait() const {
    while (!set_.load(std::memory_order_acquire)) Actor::yield();
  }

 private:
  std::atomic<bool> set_{false};
};

template <class L>
void wait_for_pending(const L& lock) {
  while (!(lock.snapshot() & lock_bits::kPendingMask)) Actor::yield();
}

template <class L>
void wait_for_tail(const L& lock, const Actor& actor) {
  const std::uint32_t tail = lock_bits::encode_tail(actor.slot(), 0);
  while ((lock.snapshot() & lock_bits::kTailMask) != tail) Actor::yield();
}

TEST(Rqspinlock, RecursionIsADeadlockAtOnce) {
  const P::Thread self;
  Lock lock;
  ASSERT_EQ(lock.lock(), Result::kOk);
  EXPECT_EQ(lock.lock(), Result::kDeadlock);
  EXPECT_EQ(lock.snapshot(), lock_bits::kLocked);
  lock.unlock();
  EXPECT_EQ(lock.snapshot(), 0u);
  EXPECT_EQ(P::this_slot<Held>().size(), 0u);
}

TEST(Rqspinlock, RecursionBehindAQueueIsADeadlockAtOnce) {
  const P::Thread self;
  Lock lock;
  ASSERT_EQ(lock.lock(), Result::kOk);
  Actor pending([&] {
    ASSERT_EQ(lock.lock(), Result::kOk);
    lock.unlock();
  });
  wait_for_pending(lock);
  EXPECT_EQ(lock.lock(), Result::kDeadlock);
  lock.unlock();
}

// What a lone waiter that can never be served answers, and after how much of
// its own time.
template <class L>
std::uint64_t time_to_give_up_ns(L& lock) {
  P::clock_ns = 1;
  P::step_ns = kMs / 2;
  EXPECT_EQ(lock.lock(), Result::kTimeout);
  P::step_ns = 0;
  return P::clock_ns - 1;
}

TEST(Rqspinlock, PendingWaiterGivesUpAfter250ms) {
  const P::Thread self;
  Lock lock;
  ASSERT_EQ(lock.lock(), Result::kOk);
  std::uint64_t waited_ns = 0;
  {
    Actor waiter([&] { waited_ns = time_to_give_up_ns(lock); });
  }
  EXPECT_GT(waited_ns, 250 * kMs);
  EXPECT_LE(waited_ns, 251 * kMs);
  EXPECT_EQ(lock.snapshot(), lock_bits::kLocked) << "pending was left set";
  lock.unlock();
}

TEST(Rqspinlock, QueueHeadGivesUpAfter500msAndTheLastOneClearsTheTail) {
  const P::Thread self;
  Lock lock;
  ASSERT_EQ(lock.lock(), Result::kOk);
  Actor pending([&] {
    ASSERT_EQ(lock.lock(), Result::kOk);
    lock.unlock();
  });
  wait_for_pending(lock);
  std::uint64_t waited_ns = 0;
  {
    Actor head([&] { waited_ns = time_to_give_up_ns(lock); });
  }
  EXPECT_GT(waited_ns, 500 * kMs);
  EXPECT_LE(waited_ns, 501 * kMs);
  EXPECT_EQ(lock.snapshot() & lock_bits::kTailMask, 0u);
  lock.unlock();
}

TEST(Rqspinlock, TestAndSetGivesUpAfter1s) {
  const P::Thread self;
  TestAndSetLock lock;
  ASSERT_EQ(lock.lock(), Result::kOk);
  std::uint64_t waited_ns = 0;
  {
    Actor waiter([&] { waited_ns = time_to_give_up_ns(lock); });
  }
  EXPECT_GT(waited_ns, 1000 * kMs);
  EXPECT_LE(waited_ns, 1001 * kMs);
  lock.unlock();
}

TEST(Rqspinlock, TimeoutOfTheHeadDrainsTheQueue) {
  const P::Thread self;
  Lock lock;
  ASSERT_EQ(lock.lock(), Result::kOk);
  // Only the head has a clock, and it runs once the queue stands: the two
  // behind it are innocent.
  std::atomic<std::uint64_t> heads_step_ns{0};
  {
    Actor pending([&] {
      ASSERT_EQ(lock.lock(), Result::kOk);
      lock.unlock();
    });
    wait_for_pending(lock);
    std::vector<std::unique_ptr<Actor>> queue;
    for (int i = 0; i < 3; ++i) {
      queue.push_back(std::make_unique<Actor>([&, i] {
        if (i == 0) P::step_from = &heads_step_ns;
        EXPECT_EQ(lock.lock(), Result::kTimeout);
      }));
      wait_for_tail(lock, *queue.back());
    }
    heads_step_ns.store(kMs, std::memory_order_relaxed);
    while (lock.snapshot() & lock_bits::kTailMask) Actor::yield();
    queue.clear();
    lock.unlock();
  }
  EXPECT_EQ(lock.snapshot(), 0u);
  ASSERT_EQ(lock.lock(), Result::kOk);
  lock.unlock();
}

// Two locks, taken in opposite order by `owner` (has a, wants b) and `head`
// (has b, is the head of a's queue). Only the head's clock runs, so the head it
// is that finds the cycle.
class HeadDeadlock : public testing::Test {
 protected:
  void run(bool with_successor) {
    Actor owner([&] {
      ASSERT_EQ(a_.lock(), Result::kOk);
      a_taken_.set();
      queue_stands_.wait();
      ASSERT_EQ(b_.lock(), Result::kOk);
      b_.unlock();
      a_.unlock();
    });
    a_taken_.wait();
    Actor pending([&] { take_a(); });
    wait_for_pending(a_);
    Actor head([&] {
      ASSERT_EQ(b_.lock(), Result::kOk);
      P::step_ns = kMs / 100;
      EXPECT_EQ(a_.lock(), Result::kDeadlock);
      P::step_ns = 0;
      b_.unlock();
    });
    wait_for_tail(a_, head);
    std::unique_ptr<Actor> successor;
    if (with_successor) {
      successor = std::make_unique<Actor>([&] { take_a(); });
      wait_for_tail(a_, *successor);
    }
    queue_stands_.set();
  }

  void take_a() {
    ASSERT_EQ(a_.lock(), Result::kOk);
    a_.unlock();
  }

  PatientLock a_;
  PatientLock b_;
  Event a_taken_;
  Event queue_stands_;
};

TEST_F(HeadDeadlock, LeavesTheQueueToItsSuccessor) {
  run(true);
  EXPECT_EQ(a_.snapshot(), 0u);
}

// The case that mainline forgot from 6.19 to 7.1 (fixed by 7a3c0289c3c8): with
// nobody behind, the head must reset the tail instead of waiting for a next.
TEST_F(HeadDeadlock, ClearsTheTailWithoutOne) {
  run(false);
  EXPECT_EQ(a_.snapshot(), 0u);
}

TEST(Rqspinlock, AbbaFailsAtLeastOneSideAndTheOtherGoesOn) {
  PatientLock a;
  PatientLock b;
  std::atomic<int> inside{0};
  std::atomic<int> failed{0};
  const auto act = [&](PatientLock& first, PatientLock& second) {
    P::step_ns = kMs / 100;
    ASSERT_EQ(first.lock(), Result::kOk);
    inside.fetch_add(1, std::memory_order_relaxed);
    while (inside.load(std::memory_order_relaxed) < 2) Actor::yield();
    const Result result = second.lock();
    if (result == Result::kOk) {
      second.unlock();
    } else {
      EXPECT_EQ(result, Result::kDeadlock);
      failed.fetch_add(1, std::memory_order_relaxed);
    }
    first.unlock();
  };
  {
    Actor one([&] { act(a, b); });
    Actor two([&] { act(b, a); });
  }
  EXPECT_GE(failed.load(std::memory_order_relaxed), 1);
  EXPECT_EQ(a.snapshot() | b.snapshot(), 0u);
}

TEST(Rqspinlock, CycleOfThreeIsLeftToTheTimeout) {
  Lock locks[3];
  std::atomic<int> inside{0};
  std::atomic<int> timeouts{0};
  {
    std::vector<std::unique_ptr<Actor>> actors;
    for (int i = 0; i < 3; ++i) {
      actors.push_back(std::make_unique<Actor>([&, i] {
        ASSERT_EQ(locks[i].lock(), Result::kOk);
        inside.fetch_add(1, std::memory_order_relaxed);
        while (inside.load(std::memory_order_relaxed) < 3) Actor::yield();
        Lock& next = locks[(i + 1) % 3];
        P::step_ns = i == 0 ? kMs / 100 : 0;
        const Result result = next.lock();
        EXPECT_EQ(result, i == 0 ? Result::kTimeout : Result::kOk);
        if (result == Result::kOk) next.unlock();
        timeouts.fetch_add(result == Result::kTimeout,
                           std::memory_order_relaxed);
        locks[i].unlock();
      }));
    }
  }
  EXPECT_EQ(timeouts.load(std::memory_order_relaxed), 1);
}

TEST(Rqspinlock, RecursionBeyondTheTableIsLeftToTheTimeout) {
  const P::Thread self;
  std::vector<Lock> locks(Held::kMaxEntries + 1);
  for (Lock& lock : locks) ASSERT_EQ(lock.lock(), Result::kOk);
  EXPECT_EQ(locks.front().lock(), Result::kDeadlock) << "is in the table";
  P::step_ns = kMs;
  EXPECT_EQ(locks.back().lock(), Result::kTimeout) << "is not";
  P::step_ns = 0;
  for (std::size_t i = locks.size(); i-- > 0;) locks[i].unlock();
  EXPECT_EQ(P::this_slot<Held>().size(), 0u);
}

Lock* nmi_lock;
std::atomic<int> nmi_result;

void handle_nmi(int) {
  const P::NmiScope nmi;
  nmi_result.store(static_cast<int>(nmi_lock->lock()),
                   std::memory_order_release);
}

// An NMI that interrupted a queued waiter must not queue: whoever it would
// wait for may be waiting for the waiter that it interrupted.
TEST(Rqspinlock, NmiInsideAWaiterTriesOnlyOnce) {
  const P::Thread self;
  Lock outer;
  Lock inner;
  nmi_lock = &inner;
  nmi_result = -1;
  struct sigaction action = {};
  action.sa_handler = handle_nmi;
  ASSERT_EQ(sigaction(SIGUSR1, &action, nullptr), 0);
  ASSERT_EQ(outer.lock(), Result::kOk);
  ASSERT_EQ(inner.lock(), Result::kOk);
  const auto pass_through = [](Lock& lock) {
    ASSERT_EQ(lock.lock(), Result::kOk);
    lock.unlock();
  };
  Actor outer_pending([&] { pass_through(outer); });
  Actor inner_pending([&] { pass_through(inner); });
  wait_for_pending(outer);
  wait_for_pending(inner);
  Actor queued([&] { pass_through(outer); });
  wait_for_tail(outer, queued);
  pthread_kill(queued.handle(), SIGUSR1);
  while (nmi_result.load(std::memory_order_acquire) == -1) Actor::yield();
  EXPECT_EQ(nmi_result, static_cast<int>(Result::kDeadlock));
  inner.unlock();
  outer.unlock();
}

}  // namespace
}  // namespace lockgauge
