#ifndef LOCKGAUGE_WORKLOADS_SCENARIOS_STORAGE_MIX_H_
#define LOCKGAUGE_WORKLOADS_SCENARIOS_STORAGE_MIX_H_

#include <algorithm>
#include <array>
#include <cstdint>
#include <random>
#include <stdexcept>
#include <string>
#include <vector>

#include "locks/cache_line.h"
#include "locks/platform/allocator.h"
#include "storage/storage.h"
#include "workloads/harness/scenario.h"
#include "workloads/measure/attempt.h"
#include "workloads/measure/stamps.h"
#include "workloads/measure/zipf.h"

namespace lockgauge::scenario {

// Mostly lookups and some writes among many owners and maps, few of which are
// popular: what a system does all day, between storage_get, where nobody meets
// anybody, and storage_churn, where all do.
struct storage_mix {
  static harness::ScenarioInfo info() {
    return {
        .name = "storage_mix",
        .summary = "look up and write values of owners and maps by popularity",
        .parameters =
            {{.name = "owners",
              .defaults = {"100"},
              .help = "owners that all threads share",
              .min = 1,
              .max = 1000},
             {.name = "maps",
              .defaults = {"16"},
              .help = "maps, in each of which each owner begins with a value",
              .min = 1,
              .max = 100},
             {.name = "skew_percent",
              .defaults = {"0", "99"},
              .help = "hundredths of the exponent of Zipf's law, by which "
                      "owners and maps are chosen; 0: all alike",
              .max = 300},
             {.name = "writes_percent",
              .defaults = {"10"},
              .help = "operations that create, replace or delete, in equal "
                      "parts; a part of them finds nothing to do",
              .max = 100}},
        .defers = true,
    };
  }

  template <Backend B>
  class Run : public harness::Workload<typename B::Platform> {
    using C = storage::Config<B>;
    using P = typename B::Platform;

   public:
    explicit Run(const harness::Setup& setup)
        : skew_(static_cast<double>(setup.parameters.number("skew_percent")) /
                100),
          writes_(static_cast<double>(
                      setup.parameters.number("writes_percent")) /
                  100),
          seed_(setup.seed),
          plans_(setup.threads()) {
      for (long i = 0; i < setup.parameters.number("owners"); ++i) {
        owners_.emplace_back(std::in_place, type_);
      }
      for (long i = 0; i < setup.parameters.number("maps"); ++i) {
        maps_.emplace_back(std::in_place, type_, kValueBytes);
      }
      const storage::RcuReadSection<P> section;
      for (auto& owner : owners_) {
        for (auto& smap : maps_) {
          if (storage::syscall::update(owner.value, smap.value, nullptr,
                                       storage::Flag::kAny) != Result::kOk) {
            throw std::runtime_error("storage_mix: cannot make its values");
          }
        }
      }
    }

    void prepare(int thread) override { plans_[thread] = draw(thread); }

    void run(int thread, const harness::Stop<P>& stop,
             measure::Tally& tally) override {
      operate(thread, stop, tally, measure::NoStamps());
    }

    std::string check() override {
      for (auto& owner : owners_) storage::destroy(owner.value);
      for (const auto& smap : maps_) {
        if (!smap.value.empty()) return "a value outlived its owner";
      }
      return {};
    }

   protected:
    template <class Stamps>
    void operate(int thread, const harness::Stop<P>& stop,
                 measure::Tally& tally, Stamps stamps) {
      const Pick* const picks = plans_[thread].picks.data();
      const Call* const calls = plans_[thread].calls.data();
      std::uint64_t done = 0;
      std::uint64_t failed = 0;
      for (std::size_t turn = 0;; ++turn) {
        const Pick& pick = picks[turn % kPicks];
        const Call call = calls[turn % kCalls];
        stamps.begin(stop);
        const bool ok = measure::attempt<C>(
            tally, [&] { return carry_out(call, *pick.owner, *pick.smap); });
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

    enum class Call : std::uint8_t { kGet, kCreate, kPut, kRemove };
    struct Pick {
      storage::Owner<C>* owner;
      storage::Smap<C>* smap;
    };
    // What one thread does, to what: circles without a common divisor, so that
    // each pair meets each call. Small enough to stay in the nearest cache.
    static constexpr std::size_t kPicks = 512;
    static constexpr std::size_t kCalls = 499;
    struct Plan {
      std::vector<Pick> picks;
      std::vector<Call> calls;
    };

    Plan draw(int thread) {
      std::mt19937_64 random(seed_ * plans_.size() + thread);
      Plan plan;
      auto owner = measure::zipf(static_cast<int>(owners_.size()), skew_);
      auto smap = measure::zipf(static_cast<int>(maps_.size()), skew_);
      for (std::size_t i = 0; i < kPicks; ++i) {
        plan.picks.push_back({&owners_[owner(random)].value,
                              &maps_[smap(random)].value});
      }
      // Exact shares in random order.
      constexpr std::array kWrites = {Call::kCreate, Call::kPut, Call::kRemove};
      const auto writes = static_cast<std::size_t>(kCalls * writes_ + 0.5);
      for (std::size_t i = 0; i < kCalls; ++i) {
        plan.calls.push_back(i < writes ? kWrites[i % kWrites.size()]
                                        : Call::kGet);
      }
      std::shuffle(plan.calls.begin(), plan.calls.end(), random);
      return plan;
    }

    static Result carry_out(Call call, storage::Owner<C>& owner,
                            storage::Smap<C>& smap) {
      const storage::RcuReadSection<P> section;
      switch (call) {
        case Call::kGet:
          return storage::program::get(owner, smap).result;
        case Call::kCreate:
          return storage::program::get_or_create(owner, smap, nullptr).result;
        case Call::kPut:
          return storage::program::put(owner, smap, nullptr).result;
        case Call::kRemove:
          return storage::program::remove(owner, smap);
      }
      __builtin_unreachable();
    }

    const double skew_;
    const double writes_;
    const std::uint64_t seed_;
    storage::StorageType<C> type_;
    Deque<P, Padded<storage::Owner<C>>> owners_;
    Deque<P, Padded<storage::Smap<C>>> maps_;
    std::vector<Plan> plans_;
  };
};

}  // namespace lockgauge::scenario

#endif  // LOCKGAUGE_WORKLOADS_SCENARIOS_STORAGE_MIX_H_
