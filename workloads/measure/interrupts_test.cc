#include "workloads/measure/interrupts.h"

#include <gtest/gtest.h>

#include <atomic>

#include "workloads/measure/attempt.h"
#include "workloads/measure/world.h"

namespace lockgauge::measure {
namespace {

using P = NativeHost;

TEST(Interrupts, ComeAsNmiLikeContextsOfTheirThreadWhileOpen) {
  const P::Thread self;
  const std::uint32_t slot = P::slot();
  // Atomic, so that ThreadSanitizer delivers signals where it is looked at.
  std::atomic<int> handled{0};
  std::atomic<bool> strange{false};
  Interrupts<P> interrupts(50'000, 1, 0, [&] {
    if (!P::in_nmi() || P::slot() != slot) {
      strange.store(true, std::memory_order_relaxed);
    }
    handled.fetch_add(1, std::memory_order_relaxed);
  });
  interrupts.begin();
  while (handled.load(std::memory_order_relaxed) < 10) {
  }
  interrupts.end();
  EXPECT_FALSE(strange.load(std::memory_order_relaxed));
  EXPECT_FALSE(P::in_nmi());
  EXPECT_FALSE(interrupts.hung());
  const int before = handled.load(std::memory_order_relaxed);
  const std::uint64_t until_ns = P::now_ns() + 2'000'000;
  while (P::now_ns() < until_ns) {
  }
  EXPECT_EQ(handled.load(std::memory_order_relaxed), before);
}

TEST(Interrupts, OneThatWaitsForItsThreadIsGivenUp) {
#if LOCKGAUGE_TSAN
  GTEST_SKIP() << "ThreadSanitizer delivers no signal to a handler that waits";
#endif
  const P::Thread self;
  volatile int handled = 0;
  Interrupts<P> interrupts(
      50'000, 1, 0,
      [&] {
        handled = handled + 1;
        const InsideOperation<P> inside;
        for (std::atomic<bool> forever{true}; forever;) {
        }
      },
      /*patience_ns=*/5'000'000);
  interrupts.begin();
  while (!interrupts.hung()) {
  }
  EXPECT_EQ(handled, 1);
  EXPECT_FALSE(P::in_nmi());
  EXPECT_EQ(World<P>::operations(), 0);
  P::synchronize_rcu();  // would wait for ever for a reader that was left behind
}

}  // namespace
}  // namespace lockgauge::measure
