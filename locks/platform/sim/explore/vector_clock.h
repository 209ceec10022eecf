#ifndef LOCKGAUGE_LOCKS_PLATFORM_SIM_EXPLORE_VECTOR_CLOCK_H_
#define LOCKGAUGE_LOCKS_PLATFORM_SIM_EXPLORE_VECTOR_CLOCK_H_

#include <algorithm>
#include <array>
#include <cstdint>

namespace lockgauge::sim {

// Threads of one execution, over all calls of run(); the one that runs RCU
// callbacks counts.
inline constexpr std::uint32_t kMaxExplored = 32;

// What of each thread happened before something: Lamport's relation as in
// Mattern, "Virtual time and global states of distributed systems", 1989.
class VectorClock {
 public:
  std::uint32_t operator[](std::uint32_t thread) const { return at_[thread]; }
  void tick(std::uint32_t thread) { ++at_[thread]; }
  void join(const VectorClock& other) {
    for (std::uint32_t i = 0; i < kMaxExplored; ++i) {
      at_[i] = std::max(at_[i], other.at_[i]);
    }
  }

 private:
  std::array<std::uint32_t, kMaxExplored> at_{};
};

}  // namespace lockgauge::sim

#endif  // LOCKGAUGE_LOCKS_PLATFORM_SIM_EXPLORE_VECTOR_CLOCK_H_
