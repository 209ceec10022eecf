#ifndef LOCKGAUGE_STORAGE_STATE_WORLD_H_
#define LOCKGAUGE_STORAGE_STATE_WORLD_H_

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "locks/platform/sim/explore/explore.h"
#include "storage/state/stepped.h"
#include "storage/state/witness.h"
#include "storage/storage.h"

namespace lockgauge::storage::state {

template <class E>
using ConfigIn = Config<SteppedBackend, E, owner_type::sk, WitnessedAudit>;

// One map whose values have special fields, and owners whose values share a
// bucket of it, in one explored execution.
template <class C>
class World {
 public:
  explicit World(sim::Machine& machine)
      : machine_(machine),
        type_(machine.make<StorageType<C>>()),
        smap_(machine.make<Smap<C>>(type_, attr(), 2)) {
    Witness::current().forget();
    SteppedLock::gives_up = nullptr;
    SteppedLock::holders_pause = false;
    SteppedSim::pauses = false;
    machine.name(smap_, "map");
    std::size_t number = 0;
    for (Bucket<C>& bucket : smap_) {
      const std::string name = "bucket" + std::to_string(number++);
      machine.name(bucket, name);
      machine.name(bucket.lock, name + ".lock");
    }
  }

  // An owner with a value in the map, in the same bucket as all before.
  Owner<C>& add_owner(const std::string& name) {
    for (;;) {
      auto& owner = machine_.make<Owner<C>>(type_);
      spawn(Side::kCallbacks, "setup", [&] {
        const RcuReadSection<SteppedSim> section;
        sim::require(
            update(owner, smap_, nullptr, Flag::kNoExist).result == Result::kOk,
            "nobody else is here");
      });
      machine_.run();
      Selem<C>& selem = element_of(owner);
      Bucket<C>& bucket = smap_.bucket_of(selem, &storage_of(owner));
      if (bucket_ == nullptr) bucket_ = &bucket;
      if (bucket_ == &bucket) {
        owners_.push_back(&owner);
        give_names(owner, name);
        return owner;
      }
      spawn(Side::kCallbacks, "setup", [&] {
        destroy(owner);
        SteppedSim::rcu_barrier();
      });
      machine_.run();
      Witness::current().forget();
    }
  }

  // `what` the thread does, for the interleaving.
  void spawn(Side side, const char* what, std::function<void()> body) {
    machine_.spawn(static_cast<std::uint32_t>(side),
                   [this, what, body = std::move(body)] {
                     const SteppedSim::Thread self;
                     machine_.note(what);
                     body();
                   });
  }

  bool is_bucket(const SteppedLock& lock) const {
    return std::any_of(smap_.begin(), smap_.end(), [&](const auto& bucket) {
      return &bucket.lock == &lock;
    });
  }

  StorageType<C>& type() { return type_; }
  Smap<C>& smap() { return smap_; }
  static LocalStorage<C>& storage_of(Owner<C>& owner) {
    return *owner.storage.peek();
  }
  static Selem<C>& element_of(Owner<C>& owner) {
    return *Selem<C>::of_snode(storage_of(owner).list.first.peek());
  }

  // What must hold in the end, whatever was lost.
  void check() const {
    const auto& audit = type_.audit;
    sim::require(audit.elements().doubled() == 0, "elements are freed once");
    sim::require(audit.storages().doubled() == 0, "storages are freed once");
    sim::require(audit.fields().doubled() == 0, "fields are freed once");
    for (const Owner<C>* const owner : owners_) {
      sim::require(owner->omem_bytes.peek() == 0, "the charge is 0 in the end");
    }
  }
  // And, in the default form, that nothing was.
  void check_as_promised() const {
    check();
    if constexpr (std::same_as<typename C::Era, era::after>) {
      const auto& audit = type_.audit;
      sim::require(audit.elements().live() == 0, "no element is lost");
      sim::require(audit.storages().live() == 0, "no storage is lost");
      sim::require(audit.fields().live() == 0, "no special fields are lost");
    }
  }

 private:
  static MapAttr attr() {
    MapAttr attr;
    attr.value_bytes = 16;
    attr.fields = {.offset = 8, .bytes = 8, .free = [](std::byte*, void*) {}};
    return attr;
  }

  void give_names(Owner<C>& owner, const std::string& name) {
    LocalStorage<C>& storage = storage_of(owner);
    Selem<C>& selem = element_of(owner);
    machine_.name(owner.storage, name + ".storage");
    machine_.name(owner.omem_bytes, name + ".omem");
    machine_.name(storage, name + "'s storage");
    machine_.name(storage.list, name + "'s storage.list");
    machine_.name(storage.lock, name + "'s storage.lock");
    machine_.name(storage.owner_refcnt, name + "'s storage.owner_refcnt");
    machine_.name(storage.mem_charge_bytes, name + "'s storage.mem_charge");
    machine_.name(selem, name + "'s element");
    machine_.name(selem.state, name + "'s element.state");
    machine_.name(selem.sdata.smap, name + "'s element.smap");
    machine_.name(selem.local_storage, name + "'s element.local_storage");
  }

  sim::Machine& machine_;
  StorageType<C>& type_;
  Smap<C>& smap_;
  Bucket<C>* bucket_ = nullptr;
  std::vector<Owner<C>*> owners_;
};

}  // namespace lockgauge::storage::state

#endif  // LOCKGAUGE_STORAGE_STATE_WORLD_H_
