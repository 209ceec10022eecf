#include "workloads/measure/unit_costs.h"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <limits>
#include <new>
#include <utility>

#include "locks/cache_line.h"
#include "locks/platform/host/host.h"
#include "locks/rmw_floor.h"

namespace lockgauge::measure {
namespace {

// Of one of the steps that each turn does. What one turn hands to the next is
// an argument and not a captured reference: those the compiler keeps in memory,
// and a chain through memory would be what is measured.
template <class State, class Turn>
double best_ns(int steps_per_turn, State state, Turn turn) {
  constexpr int kRuns = 200;
  constexpr int kTurns = 1000;
  double best_ns = std::numeric_limits<double>::infinity();
  for (int run = 0; run < kRuns; ++run) {
    const std::uint64_t begin_ns = host::Clock::now_ns();
    for (int i = 0; i < kTurns; ++i) state = turn(state);
    const std::uint64_t end_ns = host::Clock::now_ns();
    best_ns = std::min(best_ns, static_cast<double>(end_ns - begin_ns));
  }
  asm volatile("" : : "r"(state));
  return best_ns / (kTurns * steps_per_turn);
}

// Of turns that have nothing to hand on.
template <class Turn>
double best_ns(int steps_per_turn, Turn turn) {
  return best_ns(steps_per_turn, 0, [&](int state) {
    turn();
    return state;
  });
}

// So many times the same, without a loop's own instructions in between.
constexpr int kUnroll = 16;
template <class Step>
[[gnu::always_inline]] inline void unrolled(Step step) {
  [&]<int... i>(std::integer_sequence<int, i...>) {
    ((static_cast<void>(i), step()), ...);
  }
  (std::make_integer_sequence<int, kUnroll>());
}

double hit_ns() {
  alignas(kCacheLineBytes) volatile std::uint32_t word = 0;
  return best_ns(kUnroll, [&] {
    unrolled([&] { [[maybe_unused]] const std::uint32_t value = word; });
  });
}

double store_ns() {
  alignas(kCacheLineBytes) volatile std::uint32_t word = 0;
  return best_ns(kUnroll, [&] { unrolled([&] { word = 1; }); });
}

double rmw_and_store_ns() {
  alignas(kCacheLineBytes) RmwFloor<NativeHost> word;
  return best_ns(1, [&] {
    (void)word.lock();
    word.unlock();
  });
}

double pause_ns() {
  return best_ns(1, [] { host::relax(); });
}

double clock_ns() {
  volatile std::uint64_t now = 0;
  return best_ns(1, [&] { now = host::Clock::now_ns(); });
}

// Not additions: some processors do several dependent ones in a cycle when they
// know the operand.
double frequency_mhz() {
  std::uint64_t operand = 3;
  asm volatile("" : "+r"(operand));
  const auto turn = [operand](std::uint64_t chain) {
    unrolled([&chain, operand] {
      chain ^= operand;
      asm volatile("" : "+r"(chain));
    });
    return chain;
  };
  return 1e3 / best_ns(kUnroll, std::uint64_t{1}, turn);
}

// A step of the chase: where the next one is. Apart by more than what a miss
// fetches besides its own line.
struct alignas(4 * kCacheLineBytes) Link {
  const Link* next;
};

// Every link once, in an order that no prefetcher knows: a full period of a
// linear congruential generator (Knuth, TAOCP 2, 3.2.1.2: a modulus that is a
// power of two, an odd increment, a multiplier of 1 modulo 4).
const Link* tie(std::byte* memory, std::size_t count) {
  const auto link = [&](std::size_t i) {
    return reinterpret_cast<Link*>(memory) + i;
  };
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t next = (i * 1664525 + 1013904223) & (count - 1);
    new (link(i)) Link{link(next)};
  }
  return link(0);
}

}  // namespace

UnitCosts measure_unit_costs() {
  host::Clock::calibrate();
  UnitCosts costs{};
  costs.hit_ns = hit_ns();
  costs.store_ns = store_ns();
  costs.rmw_ns = rmw_and_store_ns() - costs.store_ns;
  costs.pause_ns = pause_ns();
  costs.clock_ns = clock_ns();
  costs.frequency_mhz = frequency_mhz();
  return costs;
}

double measure_memory_ns(std::byte* memory, std::size_t memory_bytes,
                         std::byte* flush, std::size_t flush_bytes) {
  constexpr int kRuns = 32;
  host::Clock::calibrate();
  const std::size_t count = std::bit_floor(memory_bytes / sizeof(Link));
  const Link* at = tie(memory, count);
  for (std::size_t i = 0; i < flush_bytes; i += kCacheLineBytes) {
    *reinterpret_cast<volatile std::byte*>(flush + i) = std::byte{1};
  }
  // Each link is met once: what has been met is in a cache.
  double best_ns = std::numeric_limits<double>::infinity();
  const std::size_t steps = count / kRuns;
  for (int run = 0; run < kRuns; ++run) {
    const std::uint64_t begin_ns = host::Clock::now_ns();
    for (std::size_t step = 0; step < steps; ++step) {
      at = *const_cast<const Link* const volatile*>(&at->next);
    }
    const std::uint64_t end_ns = host::Clock::now_ns();
    best_ns = std::min(best_ns, static_cast<double>(end_ns - begin_ns));
  }
  return best_ns / static_cast<double>(steps);
}

}  // namespace lockgauge::measure
