#ifndef LOCKGAUGE_WORKLOADS_SCENARIOS_CORE_TO_CORE_H_
#define LOCKGAUGE_WORKLOADS_SCENARIOS_CORE_TO_CORE_H_

#include <atomic>
#include <cstdint>
#include <utility>
#include <vector>

#include "locks/backend.h"
#include "locks/cache_line.h"
#include "locks/platform/allocator.h"
#include "workloads/harness/scenario.h"
#include "workloads/measure/core_to_core.h"
#include "workloads/measure/random.h"

namespace lockgauge::scenario {

// What a cache line takes from one CPU to another, for every two of the team:
// one pair at a time, the others idle, a fresh line each. Pairs come in random
// order, so that where the window has no time for all it has a fair sample. An
// operation is a pair.
struct core_to_core {
  static harness::ScenarioInfo info() {
    return {
        .name = "core_to_core",
        .summary = "a cache line's way between every two CPUs, one pair at a "
                   "time until the window ends",
        .threads = {"all"},
        .probes = true,
        .jobs =
            [](const harness::Parameters&) {
              return harness::Jobs{.differ = true, .least_threads = 2};
            },
    };
  }

  template <Backend B>
  class Run : public harness::Workload<typename B::Platform> {
    using P = typename B::Platform;
    using Probe = measure::PingPong<P, measure::Pass::kSwapped>;

   public:
    explicit Run(const harness::Setup& setup) {
      for (int pong = 1; pong < setup.threads(); ++pong) {
        for (int ping = 0; ping < pong; ++ping) {
          pairs_.push_back({ping, pong, 0});
          probes_.emplace_back();
        }
      }
      measure::Random random(setup.seed, 0);
      for (std::size_t left = pairs_.size(); left > 1; --left) {
        std::swap(pairs_[left - 1], pairs_[random.next() % left]);
      }
    }

    void run(int thread, const harness::Stop<P>& stop,
             measure::Tally& tally) override {
      for (std::uint32_t i = 0; i < pairs_.size(); ++i) {
        if (pairs_[i].from_thread == thread) {
          if (!comes(begins(i))) return;
          if (stop.requested()) return pass(kOver);
          pass(runs(i));
          const double one_way_ns = probes_[i].run_ns(Probe::Side::kPing);
          if (stop.requested()) return pass(kOver);
          pairs_[i].one_way_ns = one_way_ns;
          ++tally.ops;
          ++tally.attempts;
          pass(begins(i + 1));
        } else if (pairs_[i].to_thread == thread) {
          if (!comes(runs(i))) return;
          probes_[i].run_ns(Probe::Side::kPong);
        }
      }
    }

    void report(harness::Findings& findings) override {
      for (const harness::OneWay& pair : pairs_) {
        if (pair.one_way_ns > 0) findings.one_ways.push_back(pair);
      }
    }

   private:
    // What turn_ says: pair i may begin, which its pinging thread decides; it
    // has begun; the window is over.
    static constexpr std::uint32_t begins(std::uint32_t i) { return 2 * i; }
    static constexpr std::uint32_t runs(std::uint32_t i) { return 2 * i + 1; }
    static constexpr std::uint32_t kOver = ~std::uint32_t{0};

    // Waits for this turn; false if it does not come any more. Acquire, as
    // pass() is release: what a pair left is there for the next one.
    bool comes(std::uint32_t turn) {
      std::uint32_t now;
      while ((now = turn_.value.load(std::memory_order_acquire)) < turn) {
        P::relax();
      }
      return now != kOver;
    }
    void pass(std::uint32_t turn) {
      turn_.value.store(turn, std::memory_order_release);
    }

    std::vector<harness::OneWay> pairs_;
    Deque<P, Probe> probes_;  // by pair
    Padded<typename P::template Atomic<std::uint32_t>> turn_;
  };
};

}  // namespace lockgauge::scenario

#endif  // LOCKGAUGE_WORKLOADS_SCENARIOS_CORE_TO_CORE_H_
