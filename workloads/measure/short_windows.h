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
    own_ = window == window_ ? own_ : 0;
    window_ = window;
    // (n + 1)^2 is n^2 and this.
    share_.squares += 2 * own_ + 1;
    ++own_;
    ++share_.turns;
  }

  const WindowShare& share() const { return share_; }

  // A window is 8 to 15 turns long for each thread.
  static int length_bits(int threads) {
    return std::bit_width(8 * static_cast<unsigned>(threads) - 1);
  }

 private:
  const int shift_;
  std::uint64_t window_ = 0;
  std::uint64_t own_ = 0;
  WindowShare share_;
};

// Jain's index of short windows: 1 if every window was shared alike, 1/threads
// if each belonged to one. The harmonic mean over the windows, which needs of
// each thread a sum alone: the index of a window of w turns is w^2 over the
// squares times the threads. `sum`: of all threads. No value if there were no
// turns.
inline std::optional<double> jain_short_ratio(const WindowShare& sum,
                                              int threads) {
  if (sum.squares == 0) return std::nullopt;
  const auto length = static_cast<double>(std::uint64_t{1}
                                          << ShortWindows::length_bits(threads));
  const auto windows = static_cast<double>(
      sum.turns >> ShortWindows::length_bits(threads));
  const double last = static_cast<double>(sum.turns) - windows * length;
  return (windows * length * length + last * last) /
         (threads * static_cast<double>(sum.squares));
}

}  // namespace lockgauge::measure

#endif  // LOCKGAUGE_WORKLOADS_MEASURE_SHORT_WINDOWS_H_
