#ifndef LOCKGAUGE_WORKLOADS_MEASURE_SHORT_WINDOWS_H_
#define LOCKGAUGE_WORKLOADS_MEASURE_SHORT_WINDOWS_H_

#include <bit>
#include <cstdint>
#include <optional>

namespace lockgauge::measure {

// What one thread adds to fairness over short windows: see jain_short_ratio().
struct WindowShare {
  std::uint64_t turns = 0;
  std::uint64_t squares = 0;  // of its turns in each window, summed up
};

// Counts one thread's turns by windows of all turns. Windows are stretches of
// the order of turns, not of time, so that nobody reads a clock.
class ShortWindows {
 public:
  explicit ShortWindows(int threads) : shift_(length_bits(threads)) {}

  // A turn of this thread, the `number`th of all threads', from 0.
  void add(std::uint64_t number) {
    const std::uint64_t window = number >> shift_;
    if (window != window_) [[unlikely]] {
      squares_ += square();
      turns_before_ = turns_;
      window_ = window;
    }
    ++turns_;
  }

  WindowShare share() const { return {turns_, squares_ + square()}; }

  // A window is 8 to 15 turns long for each thread; alone, it is all of them.
  static int length_bits(int threads) {
    if (threads == 1) return 63;
    return std::bit_width(8 * static_cast<unsigned>(threads) - 1);
  }

 private:
  // Of this window so far.
  std::uint64_t square() const {
    const std::uint64_t own = turns_ - turns_before_;
    return own * own;
  }

  const int shift_;
  std::uint64_t window_ = 0;
  std::uint64_t turns_ = 0;
  std::uint64_t turns_before_ = 0;  // this window
  std::uint64_t squares_ = 0;
};

// Jain's index of short windows: 1 if every window was shared alike, 1/threads
// if each belonged to one; some 0.9 if lots are drawn for each turn. The
// harmonic mean over the windows, which needs of each thread a sum alone: the
// index of a window of w turns is w^2 over the squares times the threads.
// `sum`: of all threads. No value for one thread, nor before a window is full.
inline std::optional<double> jain_short_ratio(const WindowShare& sum,
                                              int threads) {
  const int bits = ShortWindows::length_bits(threads);
  const auto windows = static_cast<double>(sum.turns >> bits);
  if (threads == 1 || windows == 0) return std::nullopt;
  const auto length = static_cast<double>(std::uint64_t{1} << bits);
  const double last = static_cast<double>(sum.turns) - windows * length;
  return (windows * length * length + last * last) /
         (threads * static_cast<double>(sum.squares));
}

}  // namespace lockgauge::measure

#endif  // LOCKGAUGE_WORKLOADS_MEASURE_SHORT_WINDOWS_H_
