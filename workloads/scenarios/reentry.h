#ifndef LOCKGAUGE_WORKLOADS_SCENARIOS_REENTRY_H_
#define LOCKGAUGE_WORKLOADS_SCENARIOS_REENTRY_H_

#include <cstdint>
#include <optional>
#include <string>

#include "locks/platform/allocator.h"
#include "storage/storage.h"
#include "workloads/harness/scenario.h"
#include "workloads/measure/attempt.h"
#include "workloads/measure/interrupts.h"
#include "workloads/measure/world.h"

namespace lockgauge::scenario {

// Each thread creates and deletes a value; at random moments an interrupt
// creates another one: the user-space image of a tracing program that runs in
// the middle of the engine. What it is told is counted. A lock that neither
// fails nor is behind a gate waits for the interrupted thread for ever: the
// trial is then given up and its row says `hung`.
//
// An interrupt that is refused although its owner and map have nothing to do
// with what it interrupted was refused spuriously; one that wants the same
// owner's lock, for real.
struct reentry {
  static harness::ScenarioInfo info() {
    return {
        .name = "reentry",
        .summary = "interrupts enter the engine in the middle of an operation",
        .parameters =
            {{.name = "share",
              .defaults = {"none", "owner"},
              .help = "what an interrupt wants: a value of another owner in "
                      "another map, or of the same owner",
              .choices = {"none", "owner"}},
             {.name = "every_ns",
              .defaults = {"200000"},
              .help = "mean time between two interrupts",
              .min = 20000}},
        .threads = {"1"},
        .interrupts = true,
    };
  }

  template <Backend B>
  class Run : public harness::Workload<typename B::Platform> {
    using C = storage::Config<B>;
    using P = typename B::Platform;
    using Owner = storage::Owner<C>;
    using Smap = storage::Smap<C>;

    // A thread's own, its interrupts included. They touch what is volatile.
    struct Ground {
      Ground(storage::StorageType<C>& type, bool same)
          : owner(type), other(type), map(type, kValueBytes),
            other_map(type, kValueBytes),
            interrupts_owner(same ? owner : other) {}

      Owner owner;
      Owner other;
      Smap map;
      Smap other_map;
      Owner& interrupts_owner;
      volatile bool created = false;  // by one, and not yet deleted
      std::uint64_t interrupts_count = 0;
      std::uint64_t inside_count = 0;  // of those: inside an operation
      measure::Tally refused;
      std::optional<measure::Interrupts<P>> interrupts;
      bool hung = false;
    };

   public:
    explicit Run(const harness::Setup& setup)
        : same_(setup.parameters.text("share") == "owner"),
          every_ns_(setup.parameters.number("every_ns")),
          seed_(setup.seed),
          ground_(setup.threads()) {}

    void prepare(int thread) override {
      Ground& ground = ground_[thread].value.emplace(type_, same_);
      ground.interrupts.emplace(every_ns_, seed_, thread,
                                [this, &ground] { interrupt(ground); });
    }

    void run(int thread, const harness::Stop<P>& stop,
             measure::Tally& tally) override {
      Ground& ground = *ground_[thread].value;
      bool there = false;
      std::uint64_t done = 0;
      std::uint64_t failed = 0;
      ground.interrupts->begin();
      while (!stop.requested() && !ground.interrupts->hung()) {
        const storage::RcuReadSection<P> section;
        const bool ok = measure::attempt<C>(tally, [&] {
          return there ? storage::program::remove(ground.owner, ground.map)
                       : storage::program::get_or_create(
                             ground.owner, ground.map, nullptr)
                             .result;
        });
        there ^= ok;
        if (stop.requested()) break;
        done += ok;
        failed += !ok;
        if (ground.created) clear(ground);
      }
      ground.interrupts->end();
      P::compiler_barrier();
      tally.ops = done;
      tally.attempts = done + failed + ground.interrupts_count;
      tally.add(ground.refused);
    }

    void finish(int thread) override {
      Ground& ground = *ground_[thread].value;
      ground.hung = ground.interrupts->hung();
      ground.interrupts.reset();
    }

    void report(harness::Findings& findings) override {
      double interrupts = 0;
      double inside = 0;
      for (auto& ground : ground_) {
        interrupts += static_cast<double>(ground.value->interrupts_count);
        inside += static_cast<double>(ground.value->inside_count);
        if (ground.value->hung) {
          findings.hung = "an interrupt waits for what it interrupted";
        }
      }
      findings.set("interrupts_count", interrupts);
      findings.set("interrupts_inside_count", inside);
    }

    std::string check() override {
      // What is left of a hung trial is only waited for, not used.
      P::rcu_barrier();
      for (auto& one : ground_) {
        Ground& ground = *one.value;
        if (ground.hung) return {};
        for (Smap* smap : {&ground.map, &ground.other_map}) {
          storage::map_free(*smap);
          if (!smap->empty()) return "a value outlived its map";
        }
        storage::destroy(ground.owner);
        storage::destroy(ground.other);
      }
      return {};
    }

   private:
    static constexpr std::size_t kValueBytes = 64;

    void interrupt(Ground& ground) const {
      if (ground.created) return;
      ++ground.interrupts_count;
      ground.inside_count += measure::World<P>::operations() > 0;
      const Result result =
          storage::program::get_or_create(ground.interrupts_owner,
                                          ground.other_map, nullptr)
              .result;
      ground.created = result == Result::kOk;
      if (measure::failed(result)) ground.refused.count_failure(result, same_);
    }

    // Interrupts leave deleting to the thread: the engine refuses it to them.
    [[gnu::cold, gnu::noinline]] static void clear(Ground& ground) {
      ground.created = storage::program::remove(ground.interrupts_owner,
                                                ground.other_map) !=
                       Result::kOk;
    }

    const bool same_;
    const std::uint64_t every_ns_;
    const std::uint64_t seed_;
    storage::StorageType<C> type_;
    Vector<P, Padded<std::optional<Ground>>> ground_;
  };
};

}  // namespace lockgauge::scenario

#endif  // LOCKGAUGE_WORKLOADS_SCENARIOS_REENTRY_H_
