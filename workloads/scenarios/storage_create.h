#ifndef LOCKGAUGE_WORKLOADS_SCENARIOS_STORAGE_CREATE_H_
#define LOCKGAUGE_WORKLOADS_SCENARIOS_STORAGE_CREATE_H_

#include <optional>
#include <string>
#include <type_traits>

#include "locks/platform/allocator.h"
#include "storage/storage.h"
#include "workloads/harness/scenario.h"
#include "workloads/measure/attempt.h"
#include "workloads/measure/stamps.h"

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
                        // The last batch is destroyed after the window.
                        .max = 1000}},
        .defers = true,
    };
  }

  template <Backend B>
  class Run : public harness::Workload<typename B::Platform> {
    using C = storage::Config<B>;
    using P = typename B::Platform;
    using Owners = Vector<P, std::optional<storage::Owner<C>>>;

   public:
    explicit Run(const harness::Setup& setup)
        : batch_(setup.parameters.number("batch")), owners_(setup.threads()) {}

    void prepare(int thread) override {
      owners_[thread].value = Owners(batch_);
    }

    void run(int thread, const harness::Stop<P>& stop,
             measure::Tally& tally) override {
      operate(thread, stop, tally, measure::NoStamps());
    }

    std::string check() override {
      return smap_.empty() ? "" : "a value outlived its owner";
    }

   protected:
    template <class Stamps>
    void operate(int thread, const harness::Stop<P>& stop,
                 measure::Tally& tally, Stamps stamps) {
      Owners& owners = owners_[thread].value;
      std::uint64_t created = 0;
      std::uint64_t failed = 0;
      bool over = false;
      while (!over) {
        std::size_t alive = 0;
        {
          const SectionIf<!Stamps::kStamped> batch;
          while (alive < owners.size() && !over) {
            storage::Owner<C>& owner = owners[alive++].emplace(type_);
            stamps.begin(stop);
            const SectionIf<Stamps::kStamped> create;
            const bool ok = measure::attempt<C>(tally, [&] {
              return storage::program::get_or_create(owner, smap_, nullptr)
                  .result;
            });
            stamps.end();
            over = stop.requested();
            if (!over) stamps.operation(ok);
            failed += !ok;
            created += ok && !over;
          }
        }
        for (std::size_t i = 0; i < alive; ++i) storage::destroy(*owners[i]);
        over = over || stop.requested();
      }
      tally.ops = created;
      tally.attempts = created + failed;
    }

   private:
    static constexpr std::size_t kValueBytes = 64;

    struct NoSection {
      NoSection() {}
    };
    // One for the batch; stamped, one for each create, since no thread may wait
    // in it until the next is due.
    template <bool kSection>
    using SectionIf =
        std::conditional_t<kSection, storage::RcuReadSection<P>, NoSection>;

    const std::size_t batch_;
    storage::StorageType<C> type_;
    storage::Smap<C> smap_{type_, kValueBytes};
    Vector<P, Padded<Owners>> owners_;
  };
};

}  // namespace lockgauge::scenario

#endif  // LOCKGAUGE_WORKLOADS_SCENARIOS_STORAGE_CREATE_H_
