#ifndef LOCKGAUGE_WORKLOADS_MEASURE_LENGTHS_H_
#define LOCKGAUGE_WORKLOADS_MEASURE_LENGTHS_H_

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <string_view>
#include <vector>

#include "workloads/measure/random.h"

namespace lockgauge::measure {

// How lengths of time with one mean differ from each other.
enum class Shape {
  kFixed,        // not at all
  kExponential,  // as the gaps of a Poisson process do
  kBimodal,      // one in 64, at a random place, takes half of all the time
};

// As users write it before the mean, "exponential-200". Other words, and none,
// are of lengths that are fixed.
inline Shape parse_shape(std::string_view name) {
  return name == "exponential" ? Shape::kExponential
         : name == "bimodal"   ? Shape::kBimodal
                               : Shape::kFixed;
}

// Lengths of time, drawn beforehand: a logarithm takes as long as a lock. A
// circle of them, scaled so that its mean is the wanted one.
class Lengths {
 public:
  // `size` is a power of two.
  Lengths(Shape shape, double mean_ns, Random random, std::size_t size = 4096)
      : mask_(size - 1) {
    // Ends are rounded, not lengths: their errors would add up.
    std::vector<double> ends(size);
    double end = 0;
    std::size_t long_one = 0;
    for (std::size_t i = 0; i < size; ++i) {
      if (i % kBlock == 0) long_one = i + random.next() % kBlock;
      ends[i] = end += draw(shape, i == long_one, random);
    }
    std::uint64_t last_ns = 0;
    for (const double one : ends) {
      const auto end_ns = static_cast<std::uint64_t>(
          one / end * mean_ns * static_cast<double>(size) + 0.5);
      ns_.push_back(end_ns - last_ns);
      last_ns = end_ns;
    }
  }

  std::uint64_t operator[](std::size_t i) const { return ns_[i & mask_]; }
  // Of one round.
  std::size_t size() const { return ns_.size(); }
  std::uint64_t sum_ns() const {
    return std::accumulate(ns_.begin(), ns_.end(), std::uint64_t{0});
  }

 private:
  // Bimodal: lengths of which one is long, as long as all others together.
  static constexpr std::size_t kBlock = 64;

  static double draw(Shape shape, bool long_one, Random& random) {
    constexpr double kUnit = 0x1p-53;
    switch (shape) {
      case Shape::kFixed:
        return 1;
      case Shape::kExponential:
        return -std::log(static_cast<double>((random.next() >> 11) + 1) *
                         kUnit);
      case Shape::kBimodal:
        return long_one ? kBlock - 1 : 1;
    }
    __builtin_unreachable();
  }

  std::size_t mask_;
  std::vector<std::uint64_t> ns_;
};

}  // namespace lockgauge::measure

#endif  // LOCKGAUGE_WORKLOADS_MEASURE_LENGTHS_H_
