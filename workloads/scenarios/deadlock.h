#ifndef LOCKGAUGE_WORKLOADS_SCENARIOS_DEADLOCK_H_
#define LOCKGAUGE_WORKLOADS_SCENARIOS_DEADLOCK_H_

#include <atomic>
#include <cstdint>

#include "locks/backend.h"
#include "locks/cache_line.h"
#include "locks/platform/allocator.h"
#include "workloads/harness/scenario.h"
#include "workloads/harness/stamped.h"
#include "workloads/measure/arrivals.h"
#include "workloads/measure/attempt.h"
#include "workloads/measure/stamps.h"
#include "workloads/measure/world.h"

namespace lockgauge::scenario {

// Cycles of locks: who is told, and after how long. An operation is a round; it
// is stamped from the request that closes the cycle to its answer, so `failed`
// latencies are those of the detection.
//
// Threads do not wait for each other to begin a round: a cycle comes about when
// all hold their first lock, and a request that finds no cycle gets its lock. A
// failure is real if all threads were between their two locks when it was asked
// for or right after it was told: others may have given way at the same time.
//
// A lost owner is no cycle but as hopeless: thread 0 never lets go.
struct deadlock {
  static harness::ScenarioInfo info() {
    return {
        .name = "deadlock",
        .summary = "a cycle of locks: who is told, and after how long",
        .parameters =
            {{.name = "cycle",
              .defaults = {"aa", "abba"},
              .help = "each thread wants its own lock twice (aa), or its own "
                      "and then its neighbour's, all around the team (abba), or "
                      "one that thread 0 never gives back (lost: two threads "
                      "or more)",
              .choices = {"aa", "abba", "lost"}},
             {.name = "hold_ns",
              .defaults = {"2000"},
              .help = "time between the two requests"}},
        .threads = {"1", "2", "3"},
        .placement = machine::Placement::kOnePerCore,
        .cycles = true,
        .jobs =
            [](const harness::Parameters& parameters) {
              return is_lost(parameters)
                         ? harness::Jobs{.differ = true, .least_threads = 2}
                         : harness::Jobs();
            },
    };
  }

  static bool is_lost(const harness::Parameters& parameters) {
    return parameters.text("cycle") == "lost";
  }

  template <Backend B>
  class Run : public harness::Workload<typename B::Platform> {
    using P = typename B::Platform;
    using Lock = typename B::Lock;
    using Work = typename measure::World<P>::Work;

    struct Own {
      Lock lock;
      // Between the two requests: seen by whoever was refused.
      typename P::template Atomic<bool> inside{false};
    };

   public:
    explicit Run(const harness::Setup& setup)
        : around_(setup.parameters.text("cycle") == "abba"),
          lost_(is_lost(setup.parameters)),
          hold_(setup.parameters.number("hold_ns")),
          own_(setup.threads()),
          recorders_(setup.threads()) {}

    void prepare(int thread) override {
      recorders_.prepare(thread);
    }

    void run(int thread, const harness::Stop<P>& stop,
             measure::Tally& tally) override {
      if (lost_ && thread == 0) return keep(stop);
      measure::ClosedLoop<P> loop;
      measure::Stamps<P, measure::ClosedLoop<P>> stamps(loop,
                                                        recorders_[thread]);
      Own& own = own_[thread].value;
      const std::size_t next = around_ ? (thread + 1) % own_.size()
                               : lost_ ? 0
                                       : thread;
      Lock& second = own_[next].value.lock;
      const Work hold = hold_;
      while (!stop.requested()) {
        if (acquire<B>(own.lock) != Result::kOk) continue;
        own.inside.store(true, std::memory_order_relaxed);
        hold();
        const bool asked_in_cycle = cyclic();
        stamps.begin(stop);
        const Result result = acquire<B>(second);
        stamps.end();
        const bool ok = result == Result::kOk;
        const bool real = asked_in_cycle || cyclic();
        if (ok) release<B>(second);
        own.inside.store(false, std::memory_order_relaxed);
        release<B>(own.lock);
        if (stop.requested()) break;
        ++tally.ops;
        ++tally.attempts;
        stamps.operation(ok);
        if (!ok) tally.count_failure(result, real);
      }
    }

    void report(harness::Findings& findings) override {
      recorders_.report(findings);
    }

   private:
    // Until nobody is left to ask for it.
    void keep(const harness::Stop<P>& stop) {
      Own& own = own_.front().value;
      if (acquire<B>(own.lock) != Result::kOk) return;
      own.inside.store(true, std::memory_order_relaxed);
      while (!stop.requested()) meanwhile_();
      release<B>(own.lock);
    }

    // Nobody who waits can be helped.
    bool cyclic() const {
      if (lost_) {
        return own_.front().value.inside.load(std::memory_order_relaxed);
      }
      if (!around_) return true;
      for (const auto& own : own_) {
        if (!own.value.inside.load(std::memory_order_relaxed)) return false;
      }
      return true;
    }

    const bool around_;
    const bool lost_;
    const Work hold_;
    const Work meanwhile_{10'000};
    Vector<P, Padded<Own>> own_;
    harness::Recorders<P> recorders_;
  };
};

}  // namespace lockgauge::scenario

#endif  // LOCKGAUGE_WORKLOADS_SCENARIOS_DEADLOCK_H_
