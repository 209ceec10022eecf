#ifndef LOCKGAUGE_WORKLOADS_SCENARIOS_HANDOFF_H_
#define LOCKGAUGE_WORKLOADS_SCENARIOS_HANDOFF_H_

#include <fmt/format.h>

#include <atomic>
#include <cstdint>
#include <string>

#include "locks/backend.h"
#include "locks/cache_line.h"
#include "workloads/harness/scenario.h"
#include "workloads/measure/busy_loop.h"

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
             {"think_ns", {"0"}, "time outside, between two sections"}},
        .hands_over = true,
    };
  }

  template <Backend B>
  class Run : public harness::Workload {
   public:
    Run(const harness::Parameters& parameters, int)
        : hold_turns_(measure::busy_loop_turns(parameters.number("hold_ns"))),
          think_turns_(
              measure::busy_loop_turns(parameters.number("think_ns"))) {}

    void run(int thread, const harness::Stop& stop,
             measure::Tally& tally) override {
      const std::uint64_t hold_turns = hold_turns_;
      const std::uint64_t think_turns = think_turns_;
      std::uint64_t sections = 0;
      std::uint64_t handovers = 0;
      std::uint64_t failures = 0;
      std::uint64_t visits = 0;
      for (;;) {
        bool from_another = false;
        const Result result = enter([&] {
          from_another = visit(thread);
          measure::busy_loop(hold_turns);
        });
        const bool ok = result == Result::kOk;
        visits += ok;
        if (stop.requested()) break;
        if (ok) [[likely]] {
          ++sections;
          handovers += from_another;
        } else {
          ++failures;
          // Spurious whatever it was: nothing re-enters this loop.
          tally.count_failure(result, /*was_real=*/false);
        }
        measure::busy_loop(think_turns);
      }
      tally.ops = sections;
      tally.attempts = sections + failures;
      tally.handovers = handovers;
      visits_expected_.fetch_add(visits, std::memory_order_relaxed);
    }

    std::string check() override {
      const auto expected = visits_expected_.load(std::memory_order_relaxed);
      if (data_.visits == expected) return {};
      return fmt::format("{} of {} sections were lost: the lock let two in",
                         expected - data_.visits, expected);
    }

   private:
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

    // What the lock guards; plain, so that two inside at once lose visits.
    // Answers whether another thread was here last.
    bool visit(int thread) {
      ++data_.visits;
      const bool from_another = (data_.last >= 0) & (data_.last != thread);
      data_.last = thread;
      return from_another;
    }

    struct alignas(kCacheLineBytes) Data {
      std::uint64_t visits = 0;
      int last = -1;
    };

    typename B::Gate gate_;
    alignas(kCacheLineBytes) typename B::Lock lock_;
    Data data_;
    alignas(kCacheLineBytes) const std::uint64_t hold_turns_;
    const std::uint64_t think_turns_;
    std::atomic<std::uint64_t> visits_expected_{0};
  };
};

}  // namespace lockgauge::scenario

#endif  // LOCKGAUGE_WORKLOADS_SCENARIOS_HANDOFF_H_
