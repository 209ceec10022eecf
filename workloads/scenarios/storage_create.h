#ifndef LOCKGAUGE_WORKLOADS_SCENARIOS_STORAGE_CREATE_H_
#define LOCKGAUGE_WORKLOADS_SCENARIOS_STORAGE_CREATE_H_

#include <optional>
#include <string>
#include <vector>

#include "storage/storage.h"
#include "workloads/harness/scenario.h"
#include "workloads/measure/attempt.h"

namespace lockgauge::scenario {

// Each thread makes a batch of owners, gives each a value in the one map, and
// destroys them: the kernel's local-storage-create. An operation is a create;
// the destroys are inside its time.
struct storage_create {
  static harness::ScenarioInfo info() {
    return {
        .name = "storage_create",
        .summary = "create a value for each of a batch of owners, destroy all",
        .parameters = {{.name = "batch",
                        .defaults = {"32"},
                        .help = "owners alive at a time, for each thread",
                        .min = 1,
                        .max = 1'000'000}},
    };
  }

  template <Backend B>
  class Run : public harness::Workload {
    using C = storage::Config<B>;
    using P = typename B::Platform;
    using Owners = std::vector<std::optional<storage::Owner<C>>>;

   public:
    Run(const harness::Parameters& parameters, int threads)
        : batch_(parameters.number("batch")), owners_(threads) {}

    void prepare(int thread) override {
      owners_[thread].value = Owners(batch_);
    }

    void run(int thread, const harness::Stop& stop,
             measure::Tally& tally) override {
      Owners& owners = owners_[thread].value;
      std::uint64_t created = 0;
      std::uint64_t failed = 0;
      for (;;) {
        std::uint64_t in_batch = 0;
        {
          const storage::RcuReadSection<P> section;
          for (auto& owner : owners) {
            owner.emplace(type_);
            const bool done = measure::attempt(tally, [&] {
              return storage::program::get_or_create(*owner, smap_, nullptr)
                  .result;
            });
            ++(done ? in_batch : failed);
          }
        }
        for (auto& owner : owners) storage::destroy(*owner);
        if (stop.requested()) break;
        created += in_batch;
      }
      tally.ops = created;
      tally.attempts = created + failed;
    }

    std::string check() override {
      for (storage::Bucket<C>& bucket : smap_) {
        if (!bucket.list.empty()) return "a value outlived its owner";
      }
      P::rcu_barrier();
      return {};
    }

   private:
    static constexpr std::size_t kValueBytes = 64;

    const std::size_t batch_;
    storage::StorageType<C> type_;
    storage::Smap<C> smap_{type_, kValueBytes};
    std::vector<Padded<Owners>> owners_;
  };
};

}  // namespace lockgauge::scenario

#endif  // LOCKGAUGE_WORKLOADS_SCENARIOS_STORAGE_CREATE_H_
