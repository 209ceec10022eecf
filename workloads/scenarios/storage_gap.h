#ifndef LOCKGAUGE_WORKLOADS_SCENARIOS_STORAGE_GAP_H_
#define LOCKGAUGE_WORKLOADS_SCENARIOS_STORAGE_GAP_H_

#include <cstddef>
#include <cstdint>
#include <string>

#include "locks/cache_line.h"
#include "locks/platform/allocator.h"
#include "storage/storage.h"
#include "workloads/harness/scenario.h"
#include "workloads/measure/attempt.h"

namespace lockgauge::scenario {

// What the kernel's local-storage benchmarks leave out (reference 5.2): one
// kind of write again and again, by threads that meet in one place or nowhere.
struct storage_gap {
  static harness::ScenarioInfo info() {
    return {
        .name = "storage_gap",
        .summary = "one kind of write to values, by threads that meet or not",
        .parameters =
            {{.name = "op",
              .defaults = {"replace", "recreate", "in_place"},
              .help = "replace a value, delete and create it (two operations), "
                      "or change it under its own lock",
              .choices = {"replace", "recreate", "in_place"}},
             {.name = "share",
              .defaults = {"none", "value", "owner", "bucket"},
              .help = "one value; one owner's values; the 2 buckets of a map; "
                      "4 buckets in one cache line, or padded to a line each",
              .choices = {"none", "value", "owner", "bucket", "line",
                          "padded"}}},
        .defers = true,
    };
  }

  template <Backend B>
  class Run : public harness::Workload<typename B::Platform> {
    using C = storage::Config<B>;
    using P = typename B::Platform;
    using Owner = storage::Owner<C>;
    using Smap = storage::Smap<C>;

   public:
    explicit Run(const harness::Setup& setup)
        : replace_(setup.parameters.text("op") == "replace"),
          in_place_(setup.parameters.text("op") == "in_place") {
      const std::string& share = setup.parameters.text("share");
      const bool one_owner = share == "value" || share == "owner";
      const bool one_map = share != "none" && share != "owner";
      storage::MapAttr attr{.value_bytes = kValueBytes};
      if (in_place_) attr.lock_offset = 0;
      const std::uint32_t buckets = share == "bucket" ? 2
                                    : share == "line" || share == "padded"
                                        ? 4
                                        : Smap::default_buckets();
      const auto spacing = share == "padded" ? storage::BucketSpacing::kLines
                                             : storage::BucketSpacing::kDense;
      for (int i = 0; i < setup.threads(); ++i) {
        if (i == 0 || !one_owner) owners_.emplace_back(std::in_place, type_);
        if (i == 0 || !one_map) {
          maps_.emplace_back(std::in_place, type_, attr, buckets, spacing);
        }
      }
    }

    void prepare(int thread) override {
      Result made;
      do {  // where one owner is shared, one thread makes its storage
        const storage::RcuReadSection<P> section;
        made = storage::syscall::update(owner(thread), map(thread), kValue,
                                        storage::Flag::kAny);
      } while (made == Result::kAgain);
    }

    void run(int thread, const harness::Stop<P>& stop,
             measure::Tally& tally) override {
      Owner& owner = this->owner(thread);
      Smap& smap = map(thread);
      if (replace_) {
        repeat(stop, tally, [&] {
          return storage::program::put(owner, smap, kValue).result;
        });
      } else if (in_place_) {
        // Programs have no such call: as bpf(2) makes it.
        repeat(stop, tally, [&] {
          return storage::syscall::update(
              owner, smap, kValue,
              storage::Flag::kExist | storage::Flag::kLock);
        });
      } else {
        bool there = true;
        repeat(stop, tally, [&] {
          const Result result =
              there ? storage::program::remove(owner, smap)
                    : storage::program::get_or_create(owner, smap, kValue)
                          .result;
          there ^= !measure::failed(result);
          return result;
        });
      }
    }

    std::string check() override {
      for (auto& smap : maps_) storage::map_free(smap.value);
      for (auto& owner : owners_) storage::destroy(owner.value);
      for (const auto& smap : maps_) {
        if (!smap.value.empty()) return "a value outlived its map";
      }
      return {};
    }

   private:
    static constexpr std::size_t kValueBytes = 64;
    static constexpr std::byte kValue[kValueBytes] = {};

    Owner& owner(int thread) { return owners_[thread % owners_.size()].value; }
    Smap& map(int thread) { return maps_[thread % maps_.size()].value; }

    template <class Operation>
    static void repeat(const harness::Stop<P>& stop, measure::Tally& tally,
                       Operation operation) {
      std::uint64_t done = 0;
      std::uint64_t failed = 0;
      for (;;) {
        const bool ok = measure::attempt<C>(tally, [&] {
          const storage::RcuReadSection<P> section;
          return operation();
        });
        failed += !ok;
        if (stop.requested()) break;
        done += ok;
      }
      tally.ops = done;
      tally.attempts = done + failed;
    }

    const bool replace_;  // neither: recreate
    const bool in_place_;
    storage::StorageType<C> type_;
    Deque<P, Padded<Owner>> owners_;
    Deque<P, Padded<Smap>> maps_;
  };
};

}  // namespace lockgauge::scenario

#endif  // LOCKGAUGE_WORKLOADS_SCENARIOS_STORAGE_GAP_H_
