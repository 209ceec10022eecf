#ifndef LOCKGAUGE_WORKLOADS_SCENARIOS_HANDOFF_TURNS_H_
#define LOCKGAUGE_WORKLOADS_SCENARIOS_HANDOFF_TURNS_H_

#include <array>
#include <bit>
#include <cstdint>

#include "locks/platform/allocator.h"
#include "workloads/harness/layout.h"
#include "workloads/measure/short_windows.h"
#include "workloads/measure/tally.h"

// What a thread of handoff counts of its sections:
//   visited(before)  of each
//   counted(before)  besides, if it ended in the window
namespace lockgauge::scenario::turns {

// What a section found: how many there had been, and whose the last one was
// (1 + thread; 0: nobody's).
struct Visit {
  std::uint64_t visits;
  std::uint32_t last;
};

// By Visit::last, how far the section has come to `thread`: 0 from nobody or
// itself, else 1 + sim::Distance.
template <class P>
Vector<P, std::uint8_t> ranks_of(int thread, const harness::Layout& layout) {
  Vector<P, std::uint8_t> ranks(1 + layout.threads(), 0);
  for (int other = 0; other < layout.threads(); ++other) {
    if (other == thread) continue;
    ranks[1 + other] =
        1 + static_cast<std::uint8_t>(layout.distance(thread, other));
  }
  return ranks;
}

// A thread alone: nobody hands over to it.
class Alone {
 public:
  void visited(const Visit&) { ++visits_; }
  void counted(const Visit&) { ++counted_; }
  void report(measure::Tally& tally) const {
    tally.ops = counted_;
    tally.windows.turns = visits_;
  }

 private:
  std::uint64_t visits_ = 0;
  std::uint64_t counted_ = 0;
};

// A thread among others: from how far it took over, and how evenly they took
// turns.
class Among {
 public:
  // `ranks`, as by ranks_of(), must outlive it.
  Among(const std::uint8_t* ranks, int threads)
      : ranks_(ranks), windows_(threads) {}
  void visited(const Visit& before) { windows_.add(before.visits); }
  void counted(const Visit& before) { ++sections_[ranks_[before.last]]; }
  void report(measure::Tally& tally) const {
    const auto sections = std::bit_cast<ByRank>(sections_);
    tally.handovers_at = sections.from_others;
    tally.ops = tally.handovers() + sections.from_self;
    tally.windows = windows_.share();
  }

 private:
  // What sections_ is, rank after rank.
  struct ByRank {
    std::uint64_t from_self;
    std::array<std::uint64_t, sim::kDistances> from_others;
  };

  const std::uint8_t* ranks_;
  measure::ShortWindows windows_;
  std::array<std::uint64_t, 1 + sim::kDistances> sections_{};
};

}  // namespace lockgauge::scenario::turns

#endif  // LOCKGAUGE_WORKLOADS_SCENARIOS_HANDOFF_TURNS_H_
