#ifndef LOCKGAUGE_LOCKS_PLATFORM_SIM_EXPLORE_RACES_H_
#define LOCKGAUGE_LOCKS_PLATFORM_SIM_EXPLORE_RACES_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "locks/platform/sim/explore/shadow_memory.h"

namespace lockgauge::sim {

class Execution;

// Finds accesses to the machine's memory that nothing orders, and such to
// memory that was given back. By happens-before, not by what came first in this
// execution: a race shows also where the accesses were far apart.
//
// Atomics do not race with each other, but do with plain accesses, their own
// construction being one. What is found ends the execution.
class Races {
 public:
  explicit Races(Execution& execution) : execution_(execution) {}

  // Where plain accesses are told to; nullptr while nobody looks.
  static Races* watching() { return watching_; }
  static void watch(Races* races) { watching_ = races; }

  // An access of the calling thread; `pc` stands behind it.
  void plain(const void* address, std::size_t bytes, bool write,
             const void* pc);
  // An access that execution.record() gave the number `event`.
  void atomic(const void* address, std::size_t bytes, bool write,
              std::uint32_t event);
  // A plain access to a marker that takes no place: Platform's Shadow.
  void mark(const void* marker, bool write);

  // What lies there is dead until revive(). To bury it again is an error.
  void bury(const void* begin, std::size_t bytes, const char* how);
  void revive(const void* begin, std::size_t bytes);

  // Forgets everything, for the next execution.
  void clear();

 private:
  struct Grave {
    std::uintptr_t begin;
    std::uintptr_t end;
    std::uint32_t event;
  };
  struct Access {
    bool write;
    bool atomic;
    std::uint32_t event;
  };

  void look(ShadowMemory& memory, const void* address, std::size_t bytes,
            const Access& access);
  void look_at(ShadowCell& cell, std::uint8_t mask, const Access& access);
  bool is_dead(const void* address, std::size_t bytes) const;
  void report_dead(const void* address, std::uint32_t event, const char* what);
  void report(const char* what, std::uint32_t event, std::uint32_t earlier);

  static inline Races* watching_ = nullptr;

  Execution& execution_;
  ShadowMemory memory_;
  ShadowMemory markers_;
  std::vector<std::uint8_t> dead_;  // by word of the machine's memory
  std::vector<Grave> graves_;
};

// Nobody looks at plain accesses while there is one.
class Unwatched {
 public:
  Unwatched() : watched_(Races::watching()) { Races::watch(nullptr); }
  ~Unwatched() { Races::watch(watched_); }
  Unwatched(const Unwatched&) = delete;
  Unwatched& operator=(const Unwatched&) = delete;

 private:
  Races* const watched_;
};

}  // namespace lockgauge::sim

#endif  // LOCKGAUGE_LOCKS_PLATFORM_SIM_EXPLORE_RACES_H_
