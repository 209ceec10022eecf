#ifndef LOCKGAUGE_LOCKS_PLATFORM_SIM_RANDOM_GAPS_H_
#define LOCKGAUGE_LOCKS_PLATFORM_SIM_RANDOM_GAPS_H_

#include <cstdint>
#include <random>

#include "locks/platform/sim/event_queue.h"

namespace lockgauge::sim {

// Gaps between events that come at any time alike: exponentially distributed.
// Each stream of a seed is a sequence of its own.
class RandomGaps {
 public:
  enum class Stream : std::uint32_t { kSteal, kInterrupt };

  RandomGaps(Time mean, std::uint64_t seed, Stream stream, std::uint32_t index)
      : mean_(static_cast<double>(mean)) {
    std::seed_seq sequence{static_cast<std::uint32_t>(seed),
                           static_cast<std::uint32_t>(seed >> 32),
                           static_cast<std::uint32_t>(stream), index};
    random_.seed(sequence);
  }

  // After J. von Neumann, "Various techniques used in connection with random
  // digits", 1951: numbers are compared and no logarithm is taken, so that each
  // host gets the same. A first number x starts a falling run of odd length
  // with probability exp(-x); each run that is even adds one whole mean.
  Time next() {
    for (double means = 0;; ++means) {
      const std::uint64_t first = random_();
      bool odd = true;
      for (std::uint64_t last = first, next; (next = random_()) < last;
           last = next) {
        odd = !odd;
      }
      if (odd) {
        constexpr double kUnit = 1.0 / (std::uint64_t{1} << 53);
        return static_cast<Time>(
            mean_ * (means + static_cast<double>(first >> 11) * kUnit));
      }
    }
  }

 private:
  const double mean_;
  std::mt19937_64 random_;
};

}  // namespace lockgauge::sim

#endif  // LOCKGAUGE_LOCKS_PLATFORM_SIM_RANDOM_GAPS_H_
