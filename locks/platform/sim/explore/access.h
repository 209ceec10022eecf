#ifndef LOCKGAUGE_LOCKS_PLATFORM_SIM_EXPLORE_ACCESS_H_
#define LOCKGAUGE_LOCKS_PLATFORM_SIM_EXPLORE_ACCESS_H_

#include <atomic>

namespace lockgauge::sim {

// Where in the explored code an access stands. As a default argument, here() is
// the place of the call.
struct Where {
  const char* file;
  int line;
};
constexpr Where here(const char* file = __builtin_FILE(),
                     int line = __builtin_LINE()) {
  return {file, line};
}

// An access to an atomic as the code wrote it.
struct Operation {
  const char* name;
  std::memory_order order;
  Where where;
  // What counts instead where the access has a condition that does not hold.
  std::memory_order failure_order = order;
};

// What an access did. An update reads and writes in one step, and so does not
// end a release sequence.
enum class Effect { kRead, kWritten, kUpdated };

constexpr bool acquires(std::memory_order order) {
  return order == std::memory_order_acquire ||
         order == std::memory_order_consume ||
         order == std::memory_order_acq_rel ||
         order == std::memory_order_seq_cst;
}
constexpr bool releases(std::memory_order order) {
  return order == std::memory_order_release ||
         order == std::memory_order_acq_rel ||
         order == std::memory_order_seq_cst;
}

}  // namespace lockgauge::sim

#endif  // LOCKGAUGE_LOCKS_PLATFORM_SIM_EXPLORE_ACCESS_H_
