#ifndef LOCKGAUGE_WORKLOADS_MEASURE_HISTOGRAM_H_
#define LOCKGAUGE_WORKLOADS_MEASURE_HISTOGRAM_H_

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <numeric>

namespace lockgauge::measure {

// How often which value was seen, every value of 64 bits. Log-linear, after
// Tene's HdrHistogram: values below 256 have a bucket each, and every octave
// above is cut into 128 buckets, so that a bucket is at most 1/128 of its
// lowest value wide. Of fixed size (58 KiB, of which is touched what is
// recorded); recording is a shift and two additions.
//
// Thread-safety: none. Each thread has its own; merged after.
class Histogram {
 public:
  // Values from `low` to `high`, both included.
  struct Bucket {
    std::uint64_t low;
    std::uint64_t high;
    std::uint64_t count;
  };

  void record(std::uint64_t value) {
    ++counts_[index(value)];
    max_ = std::max(max_, value);
  }

  // As if this one had recorded what the other did.
  void merge(const Histogram& other) {
    std::transform(counts_.begin(), counts_.end(), other.counts_.begin(),
                   counts_.begin(), std::plus<>());
    max_ = std::max(max_, other.max_);
  }

  std::uint64_t count() const {
    return std::accumulate(counts_.begin(), counts_.end(), std::uint64_t{0});
  }

  // The largest recorded value, exactly; 0 if there is none.
  std::uint64_t max() const { return max_; }

  // The smallest value that `part` in `whole` of the recorded ones do not
  // exceed: value_at(99, 100) is the 99th percentile. Never under the exact one
  // and at most 1/128 of it above; exact below 256 and from the largest value's
  // share on. 0 if nothing was recorded. REQUIRES: part <= whole, and
  // count() * part is in 64 bits.
  std::uint64_t value_at(std::uint64_t part, std::uint64_t whole) const {
    const std::uint64_t rank = (count() * part + whole - 1) / whole;
    std::uint64_t seen = 0;
    for (std::size_t i = 0; i < kBuckets; ++i) {
      seen += counts_[i];
      if (seen > 0 && seen >= rank) return std::min(highest(i), max_);
    }
    return 0;
  }

  // visit(bucket) for each that is not empty, lowest first.
  template <class Visit>
  void for_each(Visit visit) const {
    for (std::size_t i = 0; i < kBuckets; ++i) {
      if (counts_[i] > 0) visit(Bucket{lowest(i), highest(i), counts_[i]});
    }
  }

 private:
  // 2^7 buckets an octave, from 2^8 on; 56 octaves are left of 64 bits.
  static constexpr int kBits = 7;
  static constexpr std::uint64_t kLinear = std::uint64_t{2} << kBits;
  static constexpr std::size_t kBuckets = kLinear + (std::size_t{56} << kBits);

  // Bits that a bucket's values differ in: none below kLinear, then one more in
  // each octave.
  static constexpr int shift(std::uint64_t value) {
    return std::bit_width(value | (kLinear - 1)) - (kBits + 1);
  }
  static constexpr std::size_t index(std::uint64_t value) {
    const int bits = shift(value);
    return (static_cast<std::size_t>(bits) << kBits) + (value >> bits);
  }
  static constexpr std::uint64_t lowest(std::size_t index) {
    const std::size_t octave = index >> kBits;
    if (octave < 2) return index;
    const std::size_t bits = octave - 1;
    return (index - (bits << kBits)) << bits;
  }
  static constexpr std::uint64_t highest(std::size_t index) {
    return index + 1 == kBuckets ? ~std::uint64_t{0} : lowest(index + 1) - 1;
  }

  std::array<std::uint64_t, kBuckets> counts_{};
  std::uint64_t max_ = 0;
};

}  // namespace lockgauge::measure

#endif  // LOCKGAUGE_WORKLOADS_MEASURE_HISTOGRAM_H_
