#ifndef LOCKGAUGE_WORKLOADS_SCENARIOS_STORAGE_COSTS_H_
#define LOCKGAUGE_WORKLOADS_SCENARIOS_STORAGE_COSTS_H_

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "locks/platform/allocator.h"
#include "storage/storage.h"
#include "workloads/harness/scenario.h"
#include "workloads/measure/attempt.h"

namespace lockgauge::scenario {

// What each operation costs alone. A thread goes round: it creates the values
// of a batch of owners of its own, gets them, gets what is not there, replaces
// them, deletes them, and makes them again for the owners' end. Each of these
// is timed as a whole, so that the clock is read twice for a hundred operations
// and more. Nothing is shared but the maps.
struct storage_costs {
  static harness::ScenarioInfo info() {
    return {
        .name = "storage_costs",
        .summary = "time each operation of the storage engine apart",
        .parameters = {{.name = "elements",
                        .defaults = {"1", "8"},
                        .help = "values of an owner, each in a map",
                        .min = 1,
                        .max = 15}},  // with the missing one, all are cached
        .threads = {"1"},
        .defers = true,
    };
  }

  // In the order of a round.
  enum Operation { kCreate, kGetHit, kGetMiss, kReplace, kDelete, kDestroy };
  static constexpr std::array<std::string_view, 6> kColumns = {
      "create_ns",  "get_hit_ns", "get_miss_ns",
      "replace_ns", "delete_ns",  "destroy_ns"};

  template <Backend B>
  class Run : public harness::Workload<typename B::Platform> {
    using C = storage::Config<B>;
    using P = typename B::Platform;
    using Owner = storage::Owner<C>;
    using Smap = storage::Smap<C>;

    struct Spent {
      std::uint64_t ns = 0;
      std::uint64_t count = 0;
    };
    struct Ground {
      Vector<P, std::optional<Owner>> owners =
          Vector<P, std::optional<Owner>>(kOwners);
      std::array<Spent, kColumns.size()> spent{};
    };

   public:
    explicit Run(const harness::Setup& setup) : ground_(setup.threads()) {
      for (long i = 0; i < setup.parameters.number("elements"); ++i) {
        maps_.emplace_back(type_, kValueBytes);
      }
    }

    void prepare(int thread) override { ground_[thread].value.emplace(); }

    void run(int thread, const harness::Stop<P>& stop,
             measure::Tally& tally) override {
      const Window window{*ground_[thread].value, stop, tally};
      do {
        round(window);
      } while (!stop.requested());
    }

    void warm_up(int thread, const harness::Stop<P>& stop) override {
      measure::Tally ignored;
      run(thread, stop, ignored);
      ground_[thread].value->spent = {};
    }

    void report(harness::Findings& findings) override {
      for (std::size_t i = 0; i < kColumns.size(); ++i) {
        Spent sum;
        for (auto& ground : ground_) {
          sum.ns += ground.value->spent[i].ns;
          sum.count += ground.value->spent[i].count;
        }
        findings.set(kColumns[i], static_cast<double>(sum.ns) /
                                      static_cast<double>(sum.count));
      }
    }

    std::string check() override {
      for (const Smap& smap : maps_) {
        if (!smap.empty()) return "a value outlived its owner";
      }
      return {};
    }

   private:
    static constexpr std::size_t kOwners = 32;
    static constexpr int kGets = 16;  // of each value: they are short
    static constexpr std::size_t kValueBytes = 64;

    struct Window {
      Ground& ground;
      const harness::Stop<P>& stop;
      measure::Tally& tally;
    };

    void round(const Window& window) {
      Ground& ground = window.ground;
      namespace program = storage::program;
      for (auto& owner : ground.owners) owner.emplace(type_);
      const auto create = [](Owner& owner, Smap& smap) {
        return program::get_or_create(owner, smap, nullptr).result;
      };
      const auto look = [](Owner& owner, Smap& smap) {
        const auto outcome = program::get(owner, smap);
        asm volatile("" : : "r"(outcome.sdata));
        return outcome.result;
      };
      timed(ground.spent[kCreate], [&] { return each(window, create); });
      each(window, look);  // the first get remembers
      timed(ground.spent[kGetHit], [&] {
        std::uint64_t count = 0;
        for (int i = 0; i < kGets; ++i) count += each(window, look);
        return count;
      });
      timed(ground.spent[kGetMiss], [&] {
        std::uint64_t count = 0;
        for (int i = 0; i < kGets; ++i) {
          count += each_owner(window, [&](Owner& owner) {
            return look(owner, absent_);
          });
        }
        return count;
      });
      timed(ground.spent[kReplace], [&] {
        return each(window, [](Owner& owner, Smap& smap) {
          return program::put(owner, smap, nullptr).result;
        });
      });
      timed(ground.spent[kDelete], [&] {
        return each(window, [](Owner& owner, Smap& smap) {
          return program::remove(owner, smap);
        });
      });
      each(window, create);
      timed(ground.spent[kDestroy], [&] {
        for (auto& owner : ground.owners) storage::destroy(*owner);
        return kOwners;
      });
    }

    // `operations` answers how many it did.
    template <class Operations>
    static void timed(Spent& spent, Operations operations) {
      const std::uint64_t begin_ns = P::now_ns();
      spent.count += operations();
      spent.ns += P::now_ns() - begin_ns;
    }

    // operate(owner, smap) for each value; operate(owner).
    template <class Operate>
    std::uint64_t each(const Window& window, Operate operate) {
      std::uint64_t count = 0;
      for (Smap& smap : maps_) {
        count += each_owner(window, [&](Owner& owner) {
          return operate(owner, smap);
        });
      }
      return count;
    }
    template <class Operate>
    static std::uint64_t each_owner(const Window& window, Operate operate) {
      const storage::RcuReadSection<P> section;
      std::uint64_t done = 0;
      for (auto& owner : window.ground.owners) {
        done += measure::attempt<C>(window.tally,
                                    [&] { return operate(*owner); });
      }
      window.tally.attempts += kOwners - done;
      if (!window.stop.requested()) {
        window.tally.ops += done;
        window.tally.attempts += done;
      }
      return kOwners;
    }

    storage::StorageType<C> type_;
    Deque<P, Smap> maps_;
    Smap absent_{type_, kValueBytes};
    Vector<P, Padded<std::optional<Ground>>> ground_;
  };
};

}  // namespace lockgauge::scenario

#endif  // LOCKGAUGE_WORKLOADS_SCENARIOS_STORAGE_COSTS_H_
