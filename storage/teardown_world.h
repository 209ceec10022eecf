#ifndef LOCKGAUGE_STORAGE_TEARDOWN_WORLD_H_
#define LOCKGAUGE_STORAGE_TEARDOWN_WORLD_H_

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <deque>
#include <ostream>

#include "storage/failing_lock.h"
#include "storage/storage.h"
#include "storage/test_types.h"

// What tests of teardown tear down, on locks that fail as told. For tests.
namespace lockgauge::storage {

template <class E>
using ConfigIn = Config<FailingBackend, E, owner_type::sk, CountingAudit>;

// What is not freed.
struct Left {
  int elements;
  int storages;
  int fields;
  bool charged;

  bool operator==(const Left&) const = default;
};
inline std::ostream& operator<<(std::ostream& out, const Left& left) {
  return out << left.elements << " elements, " << left.storages << " storages, "
             << left.fields << " fields, "
             << (left.charged ? "charged" : "not charged");
}
inline constexpr Left kNothing{0, 0, 0, false};
inline constexpr Left kAll{1, 1, 1, true};

// Maps and owners of one storage type, every value with special fields.
template <class C>
class World {
  using P = typename C::P;

 public:
  World() {
    attr_.value_bytes = 16;
    attr_.fields = {.offset = 8, .bytes = 8, .free = [](std::byte*, void*) {}};
  }

  void add_map() { maps_.emplace_back(type_, attr_, 2); }
  void add_owner() { owners_.emplace_back(type_); }
  void create(int owner, int map) {
    const RcuReadSection<P> section;
    const auto made =
        update(owners_[owner], maps_[map], nullptr, Flag::kNoExist);
    ASSERT_EQ(made.result, Result::kOk);
    last_made_ = Selem<C>::of_sdata(made.sdata);
  }
  // One element: of owner 0 in map 0.
  void add_one() {
    add_map();
    add_owner();
    create(0, 0);
  }
  // map_free is made to pause, and so to begin its bucket again, so often.
  void pause(int times) {
    static int left;
    left = times;
    type_.need_resched = [] { return left-- > 0; };
  }
  Selem<C>& last_made() { return *last_made_; }
  Owner<C>& owner(int which) { return owners_[which]; }
  Smap<C>& map(int which) { return maps_[which]; }
  StorageType<C>& type() { return type_; }

  // `fail`: as FailingLock::fail, from here on.
  Left map_free(std::uint64_t fail, int which = 0) {
    FailingLock::expect_failures(fail);
    storage::map_free(maps_[which]);
    return left();
  }
  Left destroy(std::uint64_t fail, int which = 0) {
    FailingLock::expect_failures(fail);
    storage::destroy(owners_[which]);
    return left();
  }
  Left left() {
    FailingLock::expect_failures(0);
    reclaim_barrier<P>();
    const auto& audit = type_.audit;
    EXPECT_EQ(audit.elements().doubled(), 0u);
    EXPECT_EQ(audit.storages().doubled(), 0u);
    EXPECT_EQ(audit.fields().doubled(), 0u);
    const auto live = [](const auto& count) {
      return static_cast<int>(count.live());
    };
    return {live(audit.elements()), live(audit.storages()),
            live(audit.fields()),
            std::any_of(owners_.begin(), owners_.end(), [](const auto& owner) {
              return owner.omem_bytes.load(std::memory_order_relaxed) != 0;
            })};
  }
  // All torn down: once more.
  void renew() {
    maps_.clear();
    owners_.clear();
  }

 private:
  const typename P::Thread self_;
  StorageType<C> type_;
  MapAttr attr_;
  std::deque<Smap<C>> maps_;
  std::deque<Owner<C>> owners_;
  Selem<C>* last_made_ = nullptr;
};

}  // namespace lockgauge::storage

#endif  // LOCKGAUGE_STORAGE_TEARDOWN_WORLD_H_
