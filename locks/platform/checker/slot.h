#ifndef LOCKGAUGE_LOCKS_PLATFORM_CHECKER_SLOT_H_
#define LOCKGAUGE_LOCKS_PLATFORM_CHECKER_SLOT_H_

#include <cstdint>
#include <memory>

#include "locks/platform/checker/relacy.h"

namespace lockgauge::checker {

inline constexpr std::uint32_t kMaxThreads = 5;

inline std::uint32_t thread_count() {
  return static_cast<std::uint32_t>(rl::ctx().get_thread_count());
}

// What the host keeps at rest between threads must be made anew for each
// execution: Relacy's variables belong to the one that constructed them. Every
// type that slot_storage is used with is on the list, from program start.
class SlotStorageBase {
 public:
  static void construct_all() {
    for (auto* storage = first_; storage; storage = storage->next_) {
      storage->construct();
    }
  }
  static void destroy_all() {
    for (auto* storage = first_; storage; storage = storage->next_) {
      storage->destroy();
    }
  }

 protected:
  SlotStorageBase() : next_(first_) { first_ = this; }
  ~SlotStorageBase() = default;

 private:
  virtual void construct() = 0;
  virtual void destroy() = 0;

  static inline constinit SlotStorageBase* first_ = nullptr;
  SlotStorageBase* const next_;
};

// The T of each slot. An execution that failed never destroyed them; the next
// one constructs over what is left, which Relacy's variables allow.
template <class T>
class SlotStorage final : SlotStorageBase {
 public:
  SlotStorage() {}
  ~SlotStorage() {}
  T& operator[](std::uint32_t slot) { return slots_[slot]; }

 private:
  void construct() override {
    for (std::uint32_t i = 0; i < thread_count(); ++i) {
      std::construct_at(&slots_[i]);
    }
  }
  void destroy() override { std::destroy_n(slots_, thread_count()); }

  union {
    T slots_[kMaxThreads];
  };
};

template <class T>
inline SlotStorage<T> slot_storage;

}  // namespace lockgauge::checker

#endif  // LOCKGAUGE_LOCKS_PLATFORM_CHECKER_SLOT_H_
