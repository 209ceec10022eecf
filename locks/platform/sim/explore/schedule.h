#ifndef LOCKGAUGE_LOCKS_PLATFORM_SIM_EXPLORE_SCHEDULE_H_
#define LOCKGAUGE_LOCKS_PLATFORM_SIM_EXPLORE_SCHEDULE_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace lockgauge::sim {

// All choices of one execution, in order. As text, one line: threads by number
// with how many steps they take in a row, outcomes after a question mark:
//
//     0x12 1x3 ?1 0 1x4
class Schedule {
 public:
  struct Entry {
    bool is_outcome;
    std::uint32_t number;

    bool operator==(const Entry&) const = default;
  };

  // Throws std::invalid_argument: one line that names the word.
  static Schedule parse(const std::string& text);
  std::string text() const;

  void add(Entry entry) { entries_.push_back(entry); }
  void clear() { entries_.clear(); }
  std::size_t size() const { return entries_.size(); }
  const Entry& operator[](std::size_t index) const { return entries_[index]; }
  // Times that another thread goes on than before.
  std::size_t switches() const;

 private:
  std::vector<Entry> entries_;
};

}  // namespace lockgauge::sim

#endif  // LOCKGAUGE_LOCKS_PLATFORM_SIM_EXPLORE_SCHEDULE_H_
