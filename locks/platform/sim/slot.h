#ifndef LOCKGAUGE_LOCKS_PLATFORM_SIM_SLOT_H_
#define LOCKGAUGE_LOCKS_PLATFORM_SIM_SLOT_H_

#include <bitset>
#include <cstdint>
#include <memory>
#include <new>
#include <type_traits>
#include <typeinfo>
#include <vector>

#include "locks/lock_word.h"
#include "locks/platform/sim/arena.h"
#include "locks/platform/sim/explore/execution.h"

namespace lockgauge::sim {

class Task;

inline constexpr std::uint32_t kMaxSlots = 1024;
static_assert(kMaxSlots <= lock_bits::kMaxSlots);

// The execution slots of a machine, and what belongs to each.
class Slots {
 public:
  // `count`: how many there are, at most kMaxSlots.
  Slots(Arena& arena, std::uint32_t count) : arena_(arena), count_(count) {}

  std::uint32_t count() const { return count_; }

  // The lowest free one; throws std::runtime_error if there is none.
  std::uint32_t take();
  void give_back(std::uint32_t slot) { taken_.reset(slot); }
  // One above the largest taken so far.
  std::uint32_t limit() const { return limit_; }

  // None is taken, and all are as in the beginning.
  void restart();

  // The T of a slot; T{} to begin with.
  template <class T>
  T& at(std::uint32_t slot) {
    static const std::size_t type = types_++;
    if (type >= storage_.size()) storage_.resize(type + 1);
    if (storage_[type] == nullptr) storage_[type] = make<T>();
    return static_cast<T*>(storage_[type])[slot];
  }

 private:
  template <class T>
  T* make() {
    static_assert(std::is_trivially_destructible_v<T>);
    // Here before any thread, though made when the first one asks.
    const Unwatched unwatched;
    void* const memory = arena_.allocate(sizeof(T) * count_, alignof(T));
    if (memory == nullptr) throw std::bad_alloc();
    auto* const slots = static_cast<T*>(memory);
    std::uninitialized_value_construct_n(slots, count_);
    if (Execution* const execution = Execution::recording()) {
      execution->trace()->names().add_array(slots, sizeof(T), count_,
                                            short_name(typeid(T).name()));
    }
    return slots;
  }

  static inline std::size_t types_ = 0;

  Arena& arena_;
  const std::uint32_t count_;
  std::bitset<kMaxSlots> taken_;
  std::uint32_t limit_ = 0;
  std::vector<void*> storage_;  // by type
};

// Gives the calling simulated thread a slot for as long as it lives. One per
// thread; throws std::logic_error anywhere else.
class Thread {
 public:
  Thread();
  ~Thread();
  Thread(const Thread&) = delete;
  Thread& operator=(const Thread&) = delete;

 private:
  Task& task_;
};

// Marks the context inside as NMI-like.
class NmiScope {
 public:
  NmiScope();
  ~NmiScope();
  NmiScope(const NmiScope&) = delete;
  NmiScope& operator=(const NmiScope&) = delete;

 private:
  std::uint32_t& depth_;
};

}  // namespace lockgauge::sim

#endif  // LOCKGAUGE_LOCKS_PLATFORM_SIM_SLOT_H_
