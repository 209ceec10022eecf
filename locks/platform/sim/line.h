#ifndef LOCKGAUGE_LOCKS_PLATFORM_SIM_LINE_H_
#define LOCKGAUGE_LOCKS_PLATFORM_SIM_LINE_H_

#include <array>
#include <bitset>
#include <cstdint>
#include <deque>
#include <unordered_map>

#include "locks/platform/sim/description.h"
#include "locks/platform/sim/event_queue.h"

namespace lockgauge::sim {

class Task;

using CpuSet = std::bitset<kMaxCpus>;

// What happened to a line, or to many. Exact.
struct LineCounts {
  // Times the line went from one CPU to another: loads that missed, and stores
  // and read-modify-writes that had to have it alone.
  std::array<std::uint64_t, kDistances> transfers{};
  std::uint64_t from_memory = 0;    // the same, from no CPU
  std::uint64_t invalidations = 0;  // copies that others lost to a writer
  std::uint64_t contended_ps = 0;   // that requests waited for other requests

  std::uint64_t all_transfers() const;
  LineCounts& operator+=(const LineCounts& other);
  bool operator==(const LineCounts&) const = default;
};

// A cache line: the unit of coherence. What shares a line shares its fate.
struct Line {
  // In bytes, on every machine we know.
  static constexpr std::uintptr_t kBytes = 64;

  explicit Line(std::uintptr_t line_number) : number(line_number) {}

  const std::uintptr_t number;  // its address, in lines

  // CPUs with a copy. One that may also write is the only one.
  CpuSet copies;
  bool exclusive = false;
  // When the last transfer asked for so far will be done.
  Time free_at = 0;
  // Changes with each write: who read the line at a version has seen all.
  std::uint64_t version = 0;
  // Parked until the line is written; see Task.
  Task* waiters = nullptr;
  LineCounts counts;

  bool readable_by(std::uint32_t cpu) const { return copies[cpu]; }
  bool writable_by(std::uint32_t cpu) const { return exclusive && copies[cpu]; }
};

// The lines touched so far, by address.
class LineTable {
 public:
  Line& at(const void* address) {
    const auto number =
        reinterpret_cast<std::uintptr_t>(address) / Line::kBytes;
    Recent& recent = recent_[number % kRecent];
    if (recent.number != number) recent = {number, &find(number)};
    return *recent.line;
  }

  // nullptr: never touched.
  const Line* find_touched(std::uintptr_t number) const;
  const std::deque<Line>& all() const { return lines_; }

 private:
  // A cache in front of the index: a run spends its time on few lines.
  static constexpr std::size_t kRecent = 1024;
  struct Recent {
    std::uintptr_t number = 0;
    Line* line = nullptr;
  };

  Line& find(std::uintptr_t number);

  std::array<Recent, kRecent> recent_{};
  std::unordered_map<std::uintptr_t, Line*> index_;
  std::deque<Line> lines_;
};

}  // namespace lockgauge::sim

#endif  // LOCKGAUGE_LOCKS_PLATFORM_SIM_LINE_H_
