// NMI-like interrupts: where they come, what they find, and what the thread
// that they interrupted does not notice.

#include "locks/platform/sim/interrupt.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "locks/backend.h"
#include "locks/cache_line.h"
#include "locks/percpu_busy.h"
#include "locks/platform/sim/machine.h"
#include "locks/platform/sim/sim.h"
#include "locks/platform/sim/test_machines.h"
#include "locks/rqspinlock.h"

namespace lockgauge::sim {
namespace {

constexpr auto kRelaxed = std::memory_order_relaxed;
using Word = Sim::Atomic<std::uint64_t>;
using Lock = Rqspinlock<Sim>;

class Interrupts : public testing::Test {
 protected:
  std::uint64_t now_ns() const { return machine_.task().time / kPsPerNs; }

  void spawn(std::uint32_t cpu, std::function<void()> body) {
    machine_.spawn(cpu, [body = std::move(body)] {
      const Sim::Thread self;
      body();
    });
  }

  // Says when handlers ran.
  std::function<void()> note(std::uint64_t work_ns) {
    return [this, work_ns] {
      handled_ns_.push_back(now_ns());
      machine_.work_ns(work_ns);
    };
  }

  Machine machine_{one_llc(5), 1};
  std::vector<std::uint64_t> handled_ns_;
};

TEST_F(Interrupts, CutWorkAndAreItsThreads) {
  std::uint32_t slot = ~0u;
  spawn(0, [] {});  // takes the first slot
  spawn(1, [&] {
    slot = Sim::slot();
    EXPECT_FALSE(Sim::in_nmi());
    machine_.work_ns(1'000);
    EXPECT_EQ(now_ns(), 1'300u);
    EXPECT_FALSE(Sim::in_nmi());
    EXPECT_EQ(machine_.cpu_time_ns(), 1'300u);
  });
  machine_.interrupt(1, 400, [&] {
    EXPECT_EQ(now_ns(), 400u);
    EXPECT_EQ(Sim::slot(), slot);
    EXPECT_EQ(Sim::cpu(), 1u);
    EXPECT_TRUE(Sim::in_nmi());
    machine_.work_ns(300);
  });
  machine_.run();
  EXPECT_EQ(machine_.interrupts(1), (InterruptCounts{.handled = 1}));
}

TEST_F(Interrupts, ComeBetweenAccessesNotInOne) {
  auto& word = machine_.make<Word>();
  spawn(0, [&] {
    word.fetch_add(1, kRelaxed);  // memory: to 85 ns
    machine_.work_ns(1'000);
  });
  machine_.interrupt(0, 50, note(0));
  machine_.run();
  // The line is there at 80, the rest is cut like work.
  EXPECT_EQ(handled_ns_, (std::vector<std::uint64_t>{80}));
}

TEST_F(Interrupts, AWaitGoesOnAfterwards) {
  auto& word = machine_.make<Word>();
  spawn(0, [&] {
    Sim::wait_until(word, kRelaxed, [](std::uint64_t v) { return v == 1; });
    // Polls at 90 + k x 10 ns, 303 later from the interrupt on; the store is
    // done at 1040, the next poll due at 1043.
    EXPECT_EQ(now_ns(), 1'043u + 40 + 1);
  });
  spawn(1, [&] {
    machine_.work_ns(1'000);
    word.store(1, kRelaxed);
  });
  machine_.interrupt(0, 555, note(303));
  machine_.run();
  EXPECT_EQ(machine_.statistics().accesses, 3u) << "polls are free as before";
  EXPECT_EQ(handled_ns_, (std::vector<std::uint64_t>{555}));
}

TEST_F(Interrupts, AWaitEndsWithWhatItsHandlerStores) {
  auto& word = machine_.make<Word>();
  spawn(0, [&] {
    Sim::wait_until(word, kRelaxed, [](std::uint64_t v) { return v == 1; });
  });
  machine_.interrupt(0, 5'000, [&] { word.store(1, kRelaxed); });
  EXPECT_NO_THROW(machine_.run());
}

TEST_F(Interrupts, Nest) {
  spawn(0, [&] {
    machine_.work_ns(10'000);
    EXPECT_EQ(now_ns(), 10'000u + 5'000 + 300);
  });
  machine_.interrupt(0, 1'000, [&] {
    machine_.work_ns(5'000);
    EXPECT_EQ(now_ns(), 1'000u + 5'000 + 300);
    EXPECT_TRUE(Sim::in_nmi());
  });
  machine_.interrupt(0, 2'000, note(300));
  machine_.run();
  EXPECT_EQ(handled_ns_, (std::vector<std::uint64_t>{2'000}));
}

TEST_F(Interrupts, DoNotInterruptTheirOwnHandler) {
  int depth = 0;
  spawn(0, [&] { machine_.work_ns(1'000'000); });
  machine_.interrupt_randomly(0, 1'000, [&] {
    EXPECT_EQ(++depth, 1);
    machine_.work_ns(3'000);
    --depth;
  });
  machine_.run(100'000);
  const InterruptCounts counts = machine_.interrupts(0);
  // Always one pending when a handler is done, others lost.
  EXPECT_NEAR(static_cast<double>(counts.handled), 33, 2);
  EXPECT_GT(counts.dropped, 30u);
}

TEST_F(Interrupts, AreDroppedWhereNoThreadRuns) {
  spawn(0, [&] { machine_.work_ns(1'000); });
  spawn(1, [&] { machine_.work_ns(9'000); });
  machine_.interrupt(0, 2'000, note(0));
  machine_.run();
  EXPECT_EQ(machine_.interrupts(0), (InterruptCounts{.dropped = 1}));
  EXPECT_TRUE(handled_ns_.empty());
}

TEST_F(Interrupts, AreDroppedWhereTheThreadHasNoSlot) {
  machine_.spawn(0, [&] {
    machine_.work_ns(1'000);
    { const Sim::Thread self; }
    machine_.work_ns(1'000);
  });
  machine_.interrupt(0, 0, note(0));
  machine_.interrupt(0, 500, note(0));
  machine_.interrupt(0, 1'500, note(0));
  machine_.run();
  EXPECT_EQ(machine_.interrupts(0), (InterruptCounts{.dropped = 3}));
  EXPECT_TRUE(handled_ns_.empty());
}

TEST_F(Interrupts, AreNotPreempted) {
  for (int i = 0; i < 2; ++i) {
    spawn(0, [&] { machine_.work_ns(15'000); });
  }
  machine_.interrupt(0, 9'000, [&] {
    machine_.work_ns(5'000);
    EXPECT_EQ(now_ns(), 14'000u);
  });
  machine_.run();
  EXPECT_EQ(machine_.statistics(ThreadId{0}).cpu_time_ns, 20'000u);
  EXPECT_EQ(machine_.statistics().now_ns,
            14'000u + 1 + 35'000 - 14'000 - 1 + 3 * 1'000);
}

TEST_F(Interrupts, MayNotWaitForReaders) {
  spawn(0, [&] { machine_.work_ns(1'000); });
  machine_.interrupt(0, 500, [] { Sim::synchronize_rcu(); });
  EXPECT_THROW(machine_.run(), std::logic_error);
}

TEST_F(Interrupts, AThreadThatWaitsForEverIsStuckInSpiteOfThem) {
  auto& word = machine_.make<Word>();
  spawn(0, [&] {
    Sim::wait_until(word, kRelaxed, [](std::uint64_t v) { return v == 1; });
  });
  machine_.interrupt_randomly(0, 1'000, [] {});
  EXPECT_THROW(machine_.run(), Deadlock);
}

// Preemption is off in handlers: a lock that one waits for must not be held,
// or owed, by a thread that may have been preempted on that CPU.
TEST_F(Interrupts, AHandlerThatWaitsForAPreemptedThreadIsStuck) {
  auto& word = machine_.make<Word>();
  spawn(0, [&] {
    machine_.work_ns(15'000);
    word.store(1, kRelaxed);
  });
  spawn(0, [&] { machine_.work_ns(15'000); });
  machine_.interrupt(0, 18'000, [&] {
    Sim::wait_until(word, kRelaxed, [](std::uint64_t v) { return v == 1; });
  });
  machine_.interrupt_randomly(0, 1'000, [] {});
  try {
    machine_.run();
    FAIL() << "it went on";
  } catch (const Deadlock& deadlock) {
    const std::string what = deadlock.what();
    EXPECT_NE(what.find("CPU 0 waits for its turn; CPU 0 waits since"),
              std::string::npos)
        << what;
  }
}

TEST_F(Interrupts, RetakingAResilientLockIsADeadlock) {
  auto& lock = machine_.make<Padded<Lock>>().value;
  Result result = Result::kOk;
  spawn(0, [&] {
    ASSERT_EQ(lock.lock(), Result::kOk);
    machine_.work_ns(1'000);
    lock.unlock();
    EXPECT_EQ(Sim::this_slot<HeldLocks<Sim>>().size(), 0u);
  });
  machine_.interrupt(0, 500, [&] { result = lock.lock(); });
  machine_.run();
  EXPECT_EQ(result, Result::kDeadlock);
  EXPECT_EQ(lock.snapshot(), 0u);
}

TEST_F(Interrupts, ReenteringTheBusyGateIsRefused) {
  using B = backend::percpu_busy<Sim>;
  auto& gate = machine_.make<B::Gate>();
  bool entered = true;
  spawn(0, [&] {
    B::Gate::Pass pass;
    ASSERT_TRUE(gate.try_enter(pass));
    machine_.work_ns(1'000);
    gate.leave(pass);
    EXPECT_TRUE(gate.try_enter(pass));
    gate.leave(pass);
  });
  machine_.interrupt(0, 500, [&] {
    B::Gate::Pass pass;
    entered = gate.try_enter(pass);
  });
  machine_.run();
  EXPECT_FALSE(entered);
}

// A waiter in the queue of one lock is interrupted and queues for another, on
// the slot's next node.
TEST_F(Interrupts, HandlersQueueOnTheNextNode) {
  using Plain = Qspinlock<Sim>;
  auto& outer = machine_.make<Padded<Plain>>().value;
  auto& inner = machine_.make<Padded<Plain>>().value;
  const auto hold = [&](Plain& lock, std::uint64_t until_ns) {
    (void)lock.lock();
    if (now_ns() < until_ns) machine_.work_ns(until_ns - now_ns());
    lock.unlock();
  };
  spawn(0, [&] { hold(outer, 20'000); });
  spawn(1, [&] { hold(inner, 10'000); });
  // The pending waiters: those after them queue.
  spawn(2, [&] {
    machine_.work_ns(1'000);
    hold(outer, 0);
  });
  spawn(3, [&] {
    machine_.work_ns(1'000);
    hold(inner, 0);
  });
  std::vector<std::uint32_t> nodes_in_use;
  const auto look = [&] {
    nodes_in_use.push_back(Sim::this_slot<McsNodes<Sim, Plain>>().depth());
  };
  spawn(4, [&] {
    machine_.work_ns(2'000);
    hold(outer, 0);
    look();
  });
  machine_.interrupt(4, 4'000, [&] {
    look();
    hold(inner, 0);
    look();
  });
  machine_.interrupt(4, 5'000, look);
  machine_.run();
  EXPECT_EQ(nodes_in_use, (std::vector<std::uint32_t>{1, 2, 1, 0}));
  EXPECT_EQ(outer.snapshot() | inner.snapshot(), 0u);
}

}  // namespace
}  // namespace lockgauge::sim
