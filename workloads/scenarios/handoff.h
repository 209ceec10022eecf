#ifndef LOCKGAUGE_WORKLOADS_SCENARIOS_HANDOFF_H_
#define LOCKGAUGE_WORKLOADS_SCENARIOS_HANDOFF_H_

#include <fmt/format.h>

#include <atomic>
#include <cstdint>
#include <string>

#include "locks/backend.h"
#include "locks/cache_line.h"
#include "locks/platform/allocator.h"
#include "workloads/harness/scenario.h"
#include "workloads/measure/overtaking.h"
#include "workloads/measure/stamps.h"
#include "workloads/measure/thinking.h"
#include "workloads/measure/works.h"
#include "workloads/measure/world.h"
#include "workloads/scenarios/handoff_turns.h"

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
            {{.name = "hold_ns",
              .defaults = {"0"},
              .help = "time inside the section, besides its data; or drawn "
                      "with that mean: exponential-N, bimodal-N (one in 64 "
                      "takes half of all the time)",
              .forms = {{"exponential", 1}, {"bimodal", 1}}},
             {.name = "think_ns",
              .defaults = {"0"},
              .help = "time outside, between two sections, likewise; phase-N: "
                      "until the next multiple of N, for all threads at once",
              .forms = {{"exponential", 1}, {"bimodal", 1}, {"phase", 1}}},
             {"stall_ns", {"0"}, "time thread 0 stays in its first section"}},
        .hands_over = true,
    };
  }

  template <Backend B>
  class Run : public harness::Workload<typename B::Platform> {
    using P = typename B::Platform;

   public:
    explicit Run(const harness::Setup& setup)
        : Run(setup, setup.parameters.number("stall_ns"), Beside::kNo) {}

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
    // Whether the guarded data shares the lock's line.
    enum class Beside { kNo, kYes };

    Run(const harness::Setup& setup, long stall_ns, Beside beside)
        : data_(beside == Beside::kYes ? ground_.beside : apart_),
          stall_(static_cast<double>(stall_ns)) {
      const harness::Parameters& set = setup.parameters;
      const int threads = setup.threads();
      for (int thread = 0; thread < threads; ++thread) {
        threads_.emplace_back(
            std::in_place,
            Thread{turns::ranks_of<P>(thread, setup.layout),
                   {measure::parse_shape(set.form("hold_ns")),
                    static_cast<double>(set.number("hold_ns")),
                    measure::Random(setup.seed, thread)},
                   {set.form("think_ns"), set.number("think_ns"),
                    measure::Random(setup.seed, threads + thread)}});
      }
    }

    template <class Stamps>
    void operate(int thread, const harness::Stop<P>& stop,
                 measure::Tally& tally, Stamps stamps) {
      operate(thread, stop, tally, stamps, [] {});
    }
    // Besides, touch() is done in every section. Without a lock a turn takes
    // 2 ns: what only some loads need is not compiled into the others' loop.
    template <class Stamps, class Touch>
    void operate(int thread, const harness::Stop<P>& stop,
                 measure::Tally& tally, Stamps stamps, Touch touch) {
      const Thread& own = threads_[thread].value;
      const turns::Among among(own.ranks.data(),
                               static_cast<int>(threads_.size()));
      const auto take = [&](auto sections, auto hold, auto think) {
        take_turns(thread, stop, tally, stamps, touch, sections, hold, think);
      };
      if (!own.hold.none() || !own.think.none()) {
        own.think.in(stop, [&](auto think) {
          take(among, own.hold.turns(), think);
        });
      } else if (threads_.size() > 1) {
        take(among, measure::NoWork(), measure::NoWork());
      } else {
        take(turns::Alone(), measure::NoWork(), measure::NoWork());
      }
    }

   private:
    template <class T>
    using Atomic = typename P::template Atomic<T>;

    struct Thread {
      Vector<P, std::uint8_t> ranks;
      measure::Works<P> hold;
      measure::Thinking<P> think;
    };

    // What the lock guards; loaded and stored apart, so that two inside at once
    // lose visits.
    struct Data {
      Atomic<std::uint64_t> visits{0};
      Atomic<std::uint32_t> last{0};  // 1 + thread
    };

    template <class Stamps, class Touch, class Sections, class Hold,
              class Think>
    void take_turns(int thread, const harness::Stop<P>& stop,
                    measure::Tally& tally, Stamps stamps, Touch touch,
                    Sections sections, Hold hold, Think think) {
      Data& data = data_;
      measure::Overtaking<P> overtaking;
      std::uint64_t failures = 0;
      turns::Visit before{};
      if (thread == 0) {
        const Result result = enter([&] {
          before = visit(data, thread);
          stall_();
        });
        if (result == Result::kOk) sections.visited(before);
      }
      for (;;) {
        const auto work = hold.next();
        stamps.begin(stop);
        overtaking.begin(data.visits);
        const Result result = enter([&] {
          stamps.acquired();
          before = visit(data, thread);
          overtaking.granted(before.visits);
          touch();
          work();
          stamps.releasing();
        });
        stamps.end();
        const bool ok = result == Result::kOk;
        if (ok) [[likely]] {
          sections.visited(before);
        }
        if (stop.requested()) break;
        stamps.section(ok);
        if (ok) [[likely]] {
          sections.counted(before);
        } else {
          ++failures;
          // Spurious whatever it was: nothing re-enters this loop.
          tally.count_failure(result, /*was_real=*/false);
        }
        think();
      }
      sections.report(tally);
      tally.attempts = tally.ops + failures;
      tally.overtaken_max = overtaking.max();
      visits_expected_.fetch_add(tally.windows.turns,
                                 std::memory_order_relaxed);
    }

    // One section, through the gate if the backend has one.
    template <class Section>
    Result enter(Section section) {
      typename B::Gate::Pass pass;
      if (!gate_.try_enter(pass)) return Result::kBusy;
      const Result result = acquire<B>(ground_.lock);
      if (result == Result::kOk) [[likely]] {
        section();
        release<B>(ground_.lock);
      }
      gate_.leave(pass);
      return result;
    }

    // Answers what was there before.
    static turns::Visit visit(Data& data, int thread) {
      const turns::Visit before{data.visits.load(std::memory_order_relaxed),
                                data.last.load(std::memory_order_relaxed)};
      data.visits.store(before.visits + 1, std::memory_order_relaxed);
      data.last.store(1 + thread, std::memory_order_relaxed);
      return before;
    }

    struct alignas(kCacheLineBytes) Ground {
      typename B::Lock lock;
      Data beside;
    };
    static_assert(sizeof(typename B::Lock) + sizeof(Data) <= 64,
                  "they share a line of 64 bytes");

    typename B::Gate gate_;
    Ground ground_;
    alignas(kCacheLineBytes) Data apart_;
    alignas(kCacheLineBytes) Data& data_;  // one of the two
    const typename measure::World<P>::Work stall_;
    Deque<P, Padded<Thread>> threads_;
    std::atomic<std::uint64_t> visits_expected_{0};
  };
};

}  // namespace lockgauge::scenario

#endif  // LOCKGAUGE_WORKLOADS_SCENARIOS_HANDOFF_H_
