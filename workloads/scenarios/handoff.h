#ifndef LOCKGAUGE_WORKLOADS_SCENARIOS_HANDOFF_H_
#define LOCKGAUGE_WORKLOADS_SCENARIOS_HANDOFF_H_

#include <fmt/format.h>

#include <array>
#include <atomic>
#include <cstdint>
#include <string>

#include "locks/backend.h"
#include "locks/cache_line.h"
#include "locks/platform/allocator.h"
#include "workloads/harness/scenario.h"
#include "workloads/measure/overtaking.h"
#include "workloads/measure/stamps.h"
#include "workloads/measure/world.h"

namespace lockgauge::scenario {

// One lock, every thread wants it: hold it for a while, let go, do something
// else for a while.
//
// With no think time an unfair lock is mostly re-taken by the thread that just
// let it go (its line never leaves the core), so operations per second alone
// would reward not handing over; hand-overs stand beside them.
struct handoff {
  static harness::ScenarioInfo info() {
    return {
        .name = "handoff",
        .summary = "one lock, taken by every thread in turn",
        .parameters =
            {{"hold_ns", {"0"}, "time inside the section, besides its data"},
             {"think_ns", {"0"}, "time outside, between two sections"},
             {"stall_ns", {"0"}, "time thread 0 stays in its first section"}},
        .hands_over = true,
    };
  }

  template <Backend B>
  class Run : public harness::Workload<typename B::Platform> {
    using P = typename B::Platform;
    using Work = typename measure::World<P>::Work;

   public:
    explicit Run(const harness::Setup& setup)
        : hold_(setup.parameters.number("hold_ns")),
          think_(setup.parameters.number("think_ns")),
          stall_(setup.parameters.number("stall_ns")),
          ranks_(setup.threads()) {
      for (int thread = 0; thread < setup.threads(); ++thread) {
        ranks_[thread].value = ranks_of(thread, setup.layout);
      }
    }

    void run(int thread, const harness::Stop<P>& stop,
             measure::Tally& tally) override {
      operate(thread, stop, tally, measure::NoStamps());
    }

    std::string check() override {
      const auto expected = visits_expected_.load(std::memory_order_relaxed);
      const auto visits = data_.visits.load(std::memory_order_relaxed);
      if (visits == expected) return {};
      return fmt::format("{} of {} sections were lost: the lock let two in",
                         expected - visits, expected);
    }

   protected:
    template <class Stamps>
    void operate(int thread, const harness::Stop<P>& stop,
                 measure::Tally& tally, Stamps stamps) {
      const Work hold = hold_;
      const Work think = think_;
      const std::uint8_t* const ranks = ranks_[thread].value.data();
      measure::Overtaking<P> overtaking;
      std::array<std::uint64_t, kRanks> sections{};
      std::uint64_t failures = 0;
      std::uint64_t visits = 0;
      if (thread == 0)
        visits += enter([&] {
                    visit(0);
                    stall_();
                  }) == Result::kOk;
      for (;;) {
        std::uint8_t rank = 0;
        stamps.begin(stop);
        overtaking.begin(data_.visits);
        const Result result = enter([&] {
          stamps.acquired();
          const Visit before = visit(thread);
          overtaking.granted(before.visits);
          rank = ranks[before.last];
          hold();
        });
        stamps.end();
        const bool ok = result == Result::kOk;
        visits += ok;
        if (stop.requested()) break;
        stamps.section(ok);
        if (ok) [[likely]] {
          ++sections[rank];
        } else {
          ++failures;
          // Spurious whatever it was: nothing re-enters this loop.
          tally.count_failure(result, /*was_real=*/false);
        }
        think();
      }
      std::copy(sections.begin() + 1, sections.end(),
                tally.handovers_at.begin());
      tally.ops = tally.handovers() + sections[0];
      tally.attempts = tally.ops + failures;
      tally.overtaken_max = overtaking.max();
      visits_expected_.fetch_add(visits, std::memory_order_relaxed);
    }

   private:
    template <class T>
    using Atomic = typename P::template Atomic<T>;

    // Who was here before: nobody or the same thread, then others by distance.
    static constexpr int kRanks = 1 + sim::kDistances;
    // By Visit::last.
    using Ranks = Vector<P, std::uint8_t>;

    static Ranks ranks_of(int thread, const harness::Layout& layout) {
      Ranks ranks(1 + layout.threads(), 0);
      for (int other = 0; other < layout.threads(); ++other) {
        if (other == thread) continue;
        ranks[1 + other] =
            1 + static_cast<std::uint8_t>(layout.distance(thread, other));
      }
      return ranks;
    }

    // One section, through the gate if the backend has one.
    template <class Section>
    Result enter(Section section) {
      typename B::Gate::Pass pass;
      if (!gate_.try_enter(pass)) return Result::kBusy;
      const Result result = acquire<B>(lock_);
      if (result == Result::kOk) [[likely]] {
        section();
        release<B>(lock_);
      }
      gate_.leave(pass);
      return result;
    }

    // What the lock guards; loaded and stored apart, so that two inside at once
    // lose visits.
    struct alignas(kCacheLineBytes) Data {
      Atomic<std::uint64_t> visits{0};
      Atomic<std::uint32_t> last{0};  // 1 + thread
    };
    struct Visit {
      std::uint64_t visits;
      std::uint32_t last;
    };

    // Answers what was there before.
    Visit visit(int thread) {
      const Visit before{data_.visits.load(std::memory_order_relaxed),
                         data_.last.load(std::memory_order_relaxed)};
      data_.visits.store(before.visits + 1, std::memory_order_relaxed);
      data_.last.store(1 + thread, std::memory_order_relaxed);
      return before;
    }

    typename B::Gate gate_;
    alignas(kCacheLineBytes) typename B::Lock lock_;
    Data data_;
    alignas(kCacheLineBytes) const Work hold_;
    const Work think_;
    const Work stall_;
    Vector<P, Padded<Ranks>> ranks_;
    std::atomic<std::uint64_t> visits_expected_{0};
  };
};

}  // namespace lockgauge::scenario

#endif  // LOCKGAUGE_WORKLOADS_SCENARIOS_HANDOFF_H_
