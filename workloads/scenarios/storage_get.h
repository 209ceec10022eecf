#ifndef LOCKGAUGE_WORKLOADS_SCENARIOS_STORAGE_GET_H_
#define LOCKGAUGE_WORKLOADS_SCENARIOS_STORAGE_GET_H_

#include <atomic>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "locks/platform/allocator.h"
#include "storage/storage.h"
#include "workloads/harness/scenario.h"
#include "workloads/measure/stamps.h"

namespace lockgauge::scenario {

// Each thread looks up its own owner's values, map after map: the kernel's
// benchmark of the lookup cache (local-storage-cache-seq-get and -int-get),
// whose numbers of maps stand around the 16 entries of that cache.
struct storage_get {
  static harness::ScenarioInfo info() {
    return {
        .name = "storage_get",
        .summary = "look up own values in 1 to 1000 maps",
        .parameters =
            {{.name = "maps",
              .defaults = {"1", "10", "16", "17", "24", "32", "100", "1000"},
              .help = "maps, looked up in turn",
              .min = 1,
              .max = 1000},
             {.name = "order",
              .defaults = {"sequential", "interleaved"},
              .help = "interleaved: after every third map, map 0 once more",
              .choices = {"sequential", "interleaved"}},
             {.name = "access",
              .defaults = {"get"},
              .help = "load_pair: the two dependent loads that a cached get "
                      "cannot do without, as the floor",
              .choices = {"get", "load_pair"}}},
        .threads = {"1"},
    };
  }

  template <Backend B>
  class Run : public harness::Workload<typename B::Platform> {
    using C = storage::Config<B>;
    using P = typename B::Platform;

   public:
    explicit Run(const harness::Setup& setup)
        : load_pair_(setup.parameters.text("access") == "load_pair"),
          owners_(setup.threads()) {
      const bool interleaved =
          setup.parameters.text("order") == "interleaved";
      for (long i = 0; i < setup.parameters.number("maps"); ++i) {
        turns_.push_back(&maps_.emplace_back(type_, kValueBytes));
        if (interleaved && i % 3 == 0) turns_.push_back(&maps_.front());
      }
    }

    void prepare(int thread) override {
      auto& owner = owners_[thread].value.emplace(type_);
      const storage::RcuReadSection<P> section;
      for (storage::Smap<C>& smap : maps_) {
        const Result made =
            storage::syscall::update(owner, smap, nullptr, storage::Flag::kAny);
        if (made != Result::kOk) {
          throw std::runtime_error("storage_get: cannot make its values");
        }
      }
    }

    void run(int thread, const harness::Stop<P>& stop,
             measure::Tally& tally) override {
      operate(thread, stop, tally, measure::NoStamps());
    }

    void finish(int thread) override {
      storage::destroy(*owners_[thread].value);
    }

    std::string check() override {
      for (const storage::Smap<C>& smap : maps_) {
        if (!smap.empty()) return "a value outlived its owner";
      }
      return {};
    }

   protected:
    template <class Stamps>
    void operate(int thread, const harness::Stop<P>& stop,
                 measure::Tally& tally, Stamps stamps) {
      storage::Owner<C>& owner = *owners_[thread].value;
      const auto get = [&owner](storage::Smap<C>& smap) {
        const auto outcome = storage::program::get(owner, smap);
        asm volatile("" : : "r"(outcome.sdata));
      };
      const auto load_pair = [&owner](storage::Smap<C>& smap) {
        const auto* const storage =
            owner.storage.load(std::memory_order_acquire);
        const auto* const sdata =
            storage->cache[smap.cache_index()].load(std::memory_order_acquire);
        asm volatile("" : : "r"(sdata));
      };
      tally.ops = load_pair_ ? visit_maps(stop, load_pair, stamps)
                             : visit_maps(stop, get, stamps);
      tally.attempts = tally.ops;
    }

   private:
    static constexpr std::size_t kValueBytes = 4;
    // Gets in one run of a program, i.e. in one read section. Divisible by
    // nothing in particular: the next run goes on where this one stopped.
    static constexpr int kGetsPerRun = 1000;

    // Answers the accesses in runs that ended before `stop`.
    template <class Access, class Stamps>
    std::uint64_t visit_maps(const harness::Stop<P>& stop, Access access,
                             Stamps stamps) {
      constexpr int kGets = Stamps::kStamped ? 1 : kGetsPerRun;
      std::uint64_t done = 0;
      std::size_t index = 0;
      storage::Smap<C>* const* const turns = turns_.data();
      const std::size_t count = turns_.size();
      for (;;) {
        stamps.begin(stop);
        {
          const storage::RcuReadSection<P> section;
          for (int get = 0; get < kGets; ++get) {
            access(*turns[index]);
            if (++index == count) index = 0;
          }
        }
        stamps.end();
        if (stop.requested()) return done;
        stamps.operation(true);
        done += kGets;
      }
    }

    const bool load_pair_;
    storage::StorageType<C> type_;
    Deque<P, storage::Smap<C>> maps_;
    // The maps in their order: finding the next one must not be part of the
    // figure.
    std::vector<storage::Smap<C>*> turns_;
    Vector<P, Padded<std::optional<storage::Owner<C>>>> owners_;
  };
};

}  // namespace lockgauge::scenario

#endif  // LOCKGAUGE_WORKLOADS_SCENARIOS_STORAGE_GET_H_
