#ifndef LOCKGAUGE_WORKLOADS_SCENARIOS_TEARDOWN_ROUND_H_
#define LOCKGAUGE_WORKLOADS_SCENARIOS_TEARDOWN_ROUND_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>

#include "locks/cache_line.h"
#include "locks/platform/allocator.h"
#include "storage/storage.h"

namespace lockgauge::scenario {

// The maps and owners that one round of `teardown` is about, and what stays of
// them. The first half of each goes while the rest is used; an owner has a
// value in each map. Owners keep their memory until all maps are freed: forms
// of teardown that lose what a failed lock kept them from taking need that.
template <class C>
class TeardownRound {
  using P = typename C::P;
  using Map = storage::Smap<C>;
  using Owner = storage::Owner<C>;

 public:
  // Elements that were still their owner's, charged, when their map was gone.
  struct Lingering {
    std::uint64_t elements = 0;
    std::uint64_t bytes = 0;
    std::uint64_t sum_ns = 0;  // from map_free's end to the owner's
  };

  TeardownRound(int owners, int maps)
      : owners_(owners), maps_(maps), freed_at_ns_(maps) {}

  int dying_owners() const { return owners() / 2; }
  int dying_maps() const { return maps() / 2; }
  Owner& owner(int i) { return *owners_[i].value; }
  Map& map(int i) { return *maps_[i].value; }
  Owner& first_living_owner() { return owner(dying_owners()); }
  // Any of those that stay, but for the first so many.
  Owner& living_owner(std::uint32_t random, int but) {
    const int first = dying_owners() + but;
    return owner(first + random % (owners() - first));
  }
  Map& staying_map(std::uint32_t random) {
    return map(dying_maps() + random % (maps() - dying_maps()));
  }
  storage::StorageType<C>& type() { return type_; }

  // By one thread: all is new.
  void make() {
    for (auto& map : maps_) map.value.emplace(type_, attr());
    for (auto& owner : owners_) owner.value.emplace(type_);
  }

  // By all threads of a team: each fills its share of the owners.
  void fill(int thread, int threads) {
    Value value{};
    for (int i = thread; i < owners(); i += threads) {
      for (value.map = 0; value.map < maps_.size(); ++value.map) {
        const storage::RcuReadSection<P> section;
        (void)storage::program::get_or_create(owner(i), *maps_[value.map].value,
                                              &value);
      }
    }
  }

  void freed(int map, std::uint64_t now_ns) { freed_at_ns_[map] = now_ns; }

  // By one thread, alone: tears down what stayed; owners first, so that what
  // their locks kept them from is for map_free.
  void end() {
    const std::uint64_t now_ns = P::now_ns();
    for (int i = dying_owners(); i < owners(); ++i) {
      look_for_lingering(owner(i), now_ns);
      storage::destroy(owner(i));
    }
    for (int i = dying_maps(); i < maps(); ++i) storage::map_free(map(i));
    for (auto& owner : owners_) {
      charge_left_bytes_ +=
          owner.value->omem_bytes.load(std::memory_order_relaxed);
    }
  }

  // Of all rounds that have ended.
  const Lingering& lingering() const { return lingering_; }
  std::uint64_t charge_left_bytes() const { return charge_left_bytes_; }

 private:
  struct Value {
    std::uint64_t map;  // number in maps_
    std::byte rest[48];
    std::uint64_t special;
  };

  static storage::MapAttr attr() {
    return {.value_bytes = sizeof(Value),
            .fields = {.offset = offsetof(Value, special),
                       .bytes = sizeof(Value::special),
                       .free = [](std::byte*, void*) {}}};
  }

  int owners() const { return static_cast<int>(owners_.size()); }
  int maps() const { return static_cast<int>(maps_.size()); }

  void look_for_lingering(const Owner& owner, std::uint64_t now_ns) {
    const auto* const storage = owner.storage.load(std::memory_order_acquire);
    if (storage == nullptr) return;
    for (auto* node = storage->list.front(); node != nullptr;
         node = node->following()) {
      auto& sdata = storage::Selem<C>::of_snode(node)->sdata;
      if (sdata.smap.load(std::memory_order_relaxed) != nullptr) continue;
      Value value;
      std::memcpy(&value, sdata.value(), sizeof(value));
      ++lingering_.elements;
      lingering_.bytes += maps_.front().value->elem_bytes();
      lingering_.sum_ns += now_ns - freed_at_ns_[value.map];
    }
  }

  storage::StorageType<C> type_;
  Vector<P, Padded<std::optional<Owner>>> owners_;
  Vector<P, Padded<std::optional<Map>>> maps_;
  Vector<P, std::uint64_t> freed_at_ns_;  // by map
  Lingering lingering_;
  std::uint64_t charge_left_bytes_ = 0;
};

}  // namespace lockgauge::scenario

#endif  // LOCKGAUGE_WORKLOADS_SCENARIOS_TEARDOWN_ROUND_H_
