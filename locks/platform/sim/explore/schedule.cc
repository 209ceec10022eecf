#include "locks/platform/sim/explore/schedule.h"

#include <charconv>
#include <sstream>
#include <stdexcept>
#include <string_view>

namespace lockgauge::sim {
namespace {

// A run is a step at least, and no longer than an execution may be by far.
constexpr std::uint32_t kMaxRun = 1'000'000;

[[noreturn]] void refuse(const std::string& word) {
  throw std::invalid_argument("schedule: \"" + word +
                              "\" is neither THREAD, THREADxSTEPS nor "
                              "?OUTCOME");
}

std::uint32_t number(std::string_view digits, const std::string& word) {
  std::uint32_t value = 0;
  const char* const end = digits.data() + digits.size();
  const auto [stop, error] = std::from_chars(digits.data(), end, value);
  if (error != std::errc() || stop != end) refuse(word);
  return value;
}

}  // namespace

Schedule Schedule::parse(const std::string& text) {
  Schedule schedule;
  std::istringstream words(text);
  for (std::string word; words >> word;) {
    const std::string_view view = word;
    if (view[0] == '?') {
      schedule.add({true, number(view.substr(1), word)});
      continue;
    }
    const std::size_t x = view.find('x');
    std::uint32_t run = 1;
    if (x != view.npos) run = number(view.substr(x + 1), word);
    if (run == 0 || run > kMaxRun) refuse(word);
    const Entry step{false, number(view.substr(0, x), word)};
    for (; run > 0; --run) schedule.add(step);
  }
  return schedule;
}

std::string Schedule::text() const {
  std::string text;
  for (std::size_t i = 0; i < size();) {
    const Entry& entry = entries_[i];
    std::size_t run = 1;
    if (!entry.is_outcome) {
      while (i + run < size() && entries_[i + run] == entry) ++run;
    }
    if (!text.empty()) text += ' ';
    if (entry.is_outcome) text += '?';
    text += std::to_string(entry.number);
    if (run > 1) text += 'x' + std::to_string(run);
    i += run;
  }
  return text;
}

std::size_t Schedule::switches() const {
  std::size_t count = 0;
  const Entry* last = nullptr;
  for (const Entry& entry : entries_) {
    if (entry.is_outcome) continue;
    if (last != nullptr && !(entry == *last)) ++count;
    last = &entry;
  }
  return count;
}

}  // namespace lockgauge::sim
