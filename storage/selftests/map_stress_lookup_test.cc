// Lookups of system calls against maps that are replaced and freed under them:
// what they find is good until their read section ends, no gate is left taken,
// and no element either. On this computer, for the sanitizers to judge.

#include <gtest/gtest.h>

#include <atomic>
#include <cstdint>
#include <deque>
#include <thread>
#include <vector>

#include "storage/storage.h"
#include "storage/test_types.h"

namespace lockgauge::storage {
namespace {

template <class C>
class MapStressLookup : public testing::Test {
 protected:
  using P = typename C::P;

  MapStressLookup() {
    for (int i = 0; i < kTasks; ++i) tasks_.emplace_back(type_);
  }

  void run() {
    std::vector<std::thread> readers;
    for (int i = 0; i < kReaders; ++i) {
      readers.emplace_back([this, i] { look_up(i); });
    }
    for (std::uint64_t number = 1; number <= kMaps; ++number) {
      live_and_die(number);
    }
    done_.store(true, std::memory_order_relaxed);
    for (std::thread& reader : readers) reader.join();
    EXPECT_EQ(wrong_.load(std::memory_order_relaxed), 0);
  }

  // As programs create, on each CPU that was used: refused if a gate is taken.
  void expect_open_gates() {
    Smap<C> map(type_, sizeof(std::uint64_t));
    for (int i = 0; i < kReaders; ++i) {
      std::thread([&, i] {
        pin_to_one_cpu(i);
        const typename P::Thread self;
        const RcuReadSection<P> section;
        EXPECT_EQ(program::get_or_create(tasks_[i], map, nullptr).result,
                  Result::kOk);
      }).join();
    }
    map_free(map);
  }

  void destroy_tasks() {
    for (Owner<C>& task : tasks_) destroy(task);
    expect_nothing_left(type_);
  }

 private:
  static constexpr int kReaders = 3;
  static constexpr int kTasks = 4;
  static constexpr std::uint64_t kMaps = 20;
  static constexpr int kLookups = 300;  // at least, in each map

  // A map, and what all its values are.
  struct Numbered {
    std::uint64_t number;
    Smap<C> map;
  };

  void live_and_die(std::uint64_t number) {
    Numbered one{number, {type_, sizeof(number)}};
    for (Owner<C>& task : tasks_) {
      const RcuReadSection<P> section;
      ASSERT_EQ(syscall::update(task, one.map, &number, Flag::kAny),
                Result::kOk);
    }
    // Release: who finds the map finds it as it is.
    const int before = lookups_.load(std::memory_order_relaxed);
    published_.store(&one, std::memory_order_release);
    while (lookups_.load(std::memory_order_relaxed) < before + kLookups) {
      std::this_thread::yield();
    }
    published_.store(nullptr, std::memory_order_relaxed);
    // The readers' references.
    P::synchronize_rcu();
    map_free(one.map);
  }

  void look_up(int reader) {
    pin_to_one_cpu(reader);
    const typename P::Thread self;
    while (!done_.load(std::memory_order_relaxed)) {
      look_up_some();
      std::this_thread::yield();
    }
  }

  // In one read section, in the map of the moment.
  void look_up_some() {
    const RcuReadSection<P> section;
    Numbered* const one = published_.load(std::memory_order_acquire);
    if (one == nullptr) return;
    for (Owner<C>& task : tasks_) {
      Sdata<C>* const sdata = syscall::lookup(task, one->map);
      if (sdata == nullptr ||
          *reinterpret_cast<std::uint64_t*>(sdata->value()) != one->number) {
        wrong_.fetch_add(1, std::memory_order_relaxed);
      }
      lookups_.fetch_add(1, std::memory_order_relaxed);
    }
  }

  const typename P::Thread self_;
  StorageType<C> type_;
  std::deque<Owner<C>> tasks_;
  std::atomic<Numbered*> published_{nullptr};
  std::atomic<bool> done_{false};
  std::atomic<int> lookups_{0};
  std::atomic<int> wrong_{0};
};
TYPED_TEST_SUITE(MapStressLookup,
                 SeriesConfigs<owner_type::task>::As<testing::Types>,
                 ConfigName);

TYPED_TEST(MapStressLookup, FindsWhatIsThereAndLeavesNothing) {
  this->run();
  this->expect_open_gates();
  this->destroy_tasks();
}

}  // namespace
}  // namespace lockgauge::storage
