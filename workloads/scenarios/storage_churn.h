#ifndef LOCKGAUGE_WORKLOADS_SCENARIOS_STORAGE_CHURN_H_
#define LOCKGAUGE_WORKLOADS_SCENARIOS_STORAGE_CHURN_H_

#include <array>
#include <string>
#include <vector>

#include "locks/cache_line.h"
#include "locks/platform/allocator.h"
#include "storage/storage.h"
#include "workloads/harness/scenario.h"
#include "workloads/measure/attempt.h"
#include "workloads/measure/random.h"
#include "workloads/measure/stamps.h"

namespace lockgauge::scenario {

// Every thread calls get-or-create, put and delete in equal parts and random
// order; a part of the calls finds nothing to do, as it would elsewhere. What
// the threads get in each other's way over is chosen.
struct storage_churn {
  static harness::ScenarioInfo info() {
    return {
        .name = "storage_churn",
        .summary = "create, replace and delete values on shared ground",
        .parameters =
            {{.name = "share",
              .defaults = {"owner", "bucket"},
              .help = "what the threads share: one owner (in four maps), the "
                      "two buckets of one map (with an owner each), or nothing",
              .choices = {"owner", "bucket", "none"}}},
        .defers = true,
    };
  }

  template <Backend B>
  class Run : public harness::Workload<typename B::Platform> {
    using C = storage::Config<B>;
    using P = typename B::Platform;

   public:
    explicit Run(const harness::Setup& setup) : seed_(setup.seed) {
      const std::string& share = setup.parameters.text("share");
      const int threads = setup.threads();
      const int owners = share == "owner" ? 1 : threads;
      const int maps = share == "owner"    ? kMapsOfAThread
                       : share == "bucket" ? 1
                                           : threads;
      const std::uint32_t buckets =
          share == "bucket" ? 2 : storage::Smap<C>::default_buckets();
      for (int i = 0; i < owners; ++i) {
        owners_.emplace_back(std::in_place, type_);
      }
      for (int i = 0; i < maps; ++i) {
        maps_.emplace_back(std::in_place, type_, kValueBytes, buckets);
      }
      for (int thread = 0; thread < threads; ++thread) {
        Ground& ground = ground_.emplace_back();
        ground.owner = &owners_[thread % owners].value;
        for (int i = 0; i < kMapsOfAThread; ++i) {
          // One owner in four maps; or else each thread in one map, its own
          // where nothing is shared.
          const int map = share == "owner" ? i : thread % maps;
          ground.maps[i] = &maps_[map].value;
        }
      }
    }

    void run(int thread, const harness::Stop<P>& stop,
             measure::Tally& tally) override {
      operate(thread, stop, tally, measure::NoStamps());
    }

    std::string check() override {
      for (auto& smap : maps_) storage::map_free(smap.value);
      for (auto& owner : owners_) {
        storage::destroy(owner.value);
      }
      for (const auto& smap : maps_) {
        if (!smap.value.empty()) return "a value outlived its map";
      }
      return {};
    }

   protected:
    template <class Stamps>
    void operate(int thread, const harness::Stop<P>& stop,
                 measure::Tally& tally, Stamps stamps) {
      const Ground ground = ground_[thread];
      measure::Random random(seed_, thread);
      std::uint64_t done = 0;
      std::uint64_t failed = 0;
      for (;;) {
        const std::uint64_t number = random.next();
        storage::Smap<C>& smap = *ground.maps[number % kMapsOfAThread];
        stamps.begin(stop);
        const bool ok = measure::attempt<C>(
            tally, [&] { return call(number >> 32, *ground.owner, smap); });
        stamps.end();
        failed += !ok;
        if (stop.requested()) break;
        stamps.operation(ok);
        done += ok;
      }
      tally.ops = done;
      tally.attempts = done + failed;
    }

   private:
    static constexpr std::size_t kValueBytes = 64;

    // Where a thread works.
    static constexpr int kMapsOfAThread = 4;
    struct Ground {
      storage::Owner<C>* owner;
      std::array<storage::Smap<C>*, kMapsOfAThread> maps;
    };

    static Result call(std::uint64_t number, storage::Owner<C>& owner,
                       storage::Smap<C>& smap) {
      const storage::RcuReadSection<P> section;
      switch (number % 3) {
        case 0:
          return storage::program::get_or_create(owner, smap, nullptr).result;
        case 1:
          return storage::program::put(owner, smap, nullptr).result;
        default:
          return storage::program::remove(owner, smap);
      }
    }

    const std::uint64_t seed_;
    storage::StorageType<C> type_;
    Deque<P, Padded<storage::Owner<C>>> owners_;
    Deque<P, Padded<storage::Smap<C>>> maps_;
    std::vector<Ground> ground_;
  };
};

}  // namespace lockgauge::scenario

#endif  // LOCKGAUGE_WORKLOADS_SCENARIOS_STORAGE_CHURN_H_
