#ifndef LOCKGAUGE_WORKLOADS_SCENARIOS_SAME_CPU_H_
#define LOCKGAUGE_WORKLOADS_SCENARIOS_SAME_CPU_H_

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "locks/platform/allocator.h"
#include "storage/storage.h"
#include "workloads/harness/scenario.h"
#include "workloads/measure/attempt.h"
#include "workloads/measure/histogram.h"
#include "workloads/measure/streak.h"
#include "workloads/measure/world.h"

namespace lockgauge::scenario {

// Several threads on one CPU, each creating and deleting a value of its own
// owner: nothing is shared, so nothing should fail. With the per-CPU gate an
// operation fails because another thread was preempted inside its own: the
// spurious failure that the change in the kernel was about. Nothing is staged:
// the scheduler's tick does the preempting.
//
// How many attempts fail depends mostly on what the caller does next, so shares
// of attempts are reported beside shares of time and incidents per second.
struct same_cpu {
  static harness::ScenarioInfo info() {
    return {
        .name = "same_cpu",
        .summary = "threads on one CPU, each on its own owner: what fails?",
        .parameters =
            {{.name = "caller",
              .defaults = {"drop"},
              .help = "after a failure: try again at once (retry), go on to "
                      "the next operation (drop), or yield and try again",
              .choices = {"retry", "drop", "yield"}},
             {.name = "think_ns",
              .defaults = {"1000"},
              .help = "time between two operations"}},
        .threads = {"2", "4"},
        .placement = machine::Placement::kSameCpu,
        .follows_failures = true,
    };
  }

  template <Backend B>
  class Run : public harness::Workload<typename B::Platform> {
    using C = storage::Config<B>;
    using P = typename B::Platform;
    using World = measure::World<P>;

   public:
    explicit Run(const harness::Setup& setup)
        : retry_(setup.parameters.text("caller") == "retry"),
          yield_(setup.parameters.text("caller") == "yield"),
          think_(setup.parameters.number("think_ns")),
          owners_(setup.threads()),
          retried_(setup.threads()) {}

    void prepare(int thread) override {
      owners_[thread].value.emplace(type_);
      retried_[thread] = std::make_unique<measure::Histogram>();
    }

    void run(int thread, const harness::Stop<P>& stop,
             measure::Tally& tally) override {
      if (retry_) {
        churn(thread, stop, tally, [] { return true; });
      } else if (yield_) {
        churn(thread, stop, tally, [] {
          World::yield();
          return true;
        });
      } else {
        churn(thread, stop, tally, [] { return false; });
      }
    }

    void finish(int thread) override {
      storage::destroy(*owners_[thread].value);
    }

    void report(harness::Findings& findings) override {
      measure::Histogram all;
      for (const auto& one : retried_) all.merge(*one);
      const auto set = [&](const char* column, std::uint64_t count) {
        findings.set(column, static_cast<double>(count));
      };
      set("retried_count", all.count());
      if (all.count() == 0) return;
      set("retries_p50_count", all.value_at(50, 100));
      set("retries_p99_count", all.value_at(99, 100));
    }

    std::string check() override {
      storage::map_free(smap_);
      return smap_.empty() ? "" : "a value outlived its owner";
    }

   private:
    static constexpr std::size_t kValueBytes = 64;

    // `again` is what the caller does after a failure; true: tries once more.
    template <class Again>
    void churn(int thread, const harness::Stop<P>& stop, measure::Tally& tally,
               Again again) {
      storage::Owner<C>& owner = *owners_[thread].value;
      measure::Histogram& retried = *retried_[thread];
      const typename World::Work think = think_;
      measure::Streak<P> streak(tally);
      // Every attempt is at something that needs the locks: a value that is
      // there is deleted, one that is not is created.
      bool there = false;
      const auto operate = [&] {
        const storage::RcuReadSection<P> section;
        return there ? storage::program::remove(owner, smap_)
                     : storage::program::get_or_create(owner, smap_, nullptr)
                           .result;
      };
      while (!stop.requested()) {
        std::uint64_t retries = 0;
        bool done;
        while (!(done = attempt(tally, streak, operate)) && !stop.requested() &&
               again()) {
          ++retries;
        }
        if (done) there = !there;
        tally.retries += retries;
        tally.retries_max = std::max(tally.retries_max, retries);
        if (retries > 0) [[unlikely]] {
          retried.record(retries);
        }
        think();
      }
      streak.over();
    }

    template <class Operation>
    static bool attempt(measure::Tally& tally, measure::Streak<P>& streak,
                        Operation operation) {
      const std::uint64_t spurious_before = tally.spurious;
      const bool done = measure::attempt<C>(tally, operation);
      ++tally.attempts;
      tally.ops += done;
      if (done) streak.over();
      if (tally.spurious > spurious_before) [[unlikely]] {
        streak.failed();
      }
      return done;
    }

    const bool retry_;
    const bool yield_;
    const typename World::Work think_;
    storage::StorageType<C> type_;
    storage::Smap<C> smap_{type_, kValueBytes};
    Vector<P, Padded<std::optional<storage::Owner<C>>>> owners_;
    // By thread, of operations that needed any: how many. Measuring equipment.
    std::vector<std::unique_ptr<measure::Histogram>> retried_;
  };
};

}  // namespace lockgauge::scenario

#endif  // LOCKGAUGE_WORKLOADS_SCENARIOS_SAME_CPU_H_
