#ifndef LOCKGAUGE_WORKLOADS_MEASURE_RANDOM_H_
#define LOCKGAUGE_WORKLOADS_MEASURE_RANDOM_H_

#include <cstdint>

namespace lockgauge::measure {

// Choices inside measured regions: xorshift64* in three registers, where the
// standard library's engines keep tables. Marsaglia, "Xorshift RNGs", 2003;
// Vigna, "An experimental exploration of Marsaglia's xorshift generators",
// 2016. The same stream for the same seed and thread number, every time.
class Random {
 public:
  Random(std::uint64_t seed, int thread)
      : state_(0x9e3779b97f4a7c15 *
               (seed * kMaxThreads + static_cast<std::uint64_t>(thread) + 1)) {}

  std::uint64_t next() {
    state_ ^= state_ >> 12;
    state_ ^= state_ << 25;
    state_ ^= state_ >> 27;
    return state_ * 0x2545f4914f6cdd1d;
  }

 private:
  static constexpr std::uint64_t kMaxThreads = 1024;

  std::uint64_t state_;
};

}  // namespace lockgauge::measure

#endif  // LOCKGAUGE_WORKLOADS_MEASURE_RANDOM_H_
