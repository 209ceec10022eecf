#include "workloads/machine/index_range.h"

#include <algorithm>
#include <charconv>
#include <limits>

namespace lockgauge::machine {
namespace {

constexpr int kToTheEnd = IndexRange::kToTheEnd;

// Takes the number off the front of `text`; none: nullopt. The largest int is
// left out, so that the length of every range is an int too.
std::optional<int> take_number(std::string_view& text) {
  int number = 0;
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), number);
  constexpr int kTooLarge = std::numeric_limits<int>::max();
  if (error != std::errc() || number < 0 || number == kTooLarge) {
    return std::nullopt;
  }
  text.remove_prefix(end - text.data());
  return number;
}

}  // namespace

std::optional<IndexRange> parse_index_range(std::string_view text) {
  if (text == "all") return IndexRange{0, kToTheEnd};
  if (text == "even") return IndexRange{0, kToTheEnd, 2};
  if (text == "odd") return IndexRange{1, kToTheEnd, 2};
  const auto first = take_number(text);
  if (!first) return std::nullopt;
  if (text.empty()) return IndexRange{*first, 1};
  const char separator = text.front();
  text.remove_prefix(1);
  if (separator == '-' && text.empty()) return IndexRange{*first, kToTheEnd};
  const auto second = take_number(text);
  if (!second || !text.empty()) return std::nullopt;
  if (separator == '-' && *second >= *first) {
    return IndexRange{*first, *second - *first + 1};
  }
  if (separator == ':' && *second > 0)
    return IndexRange{*first, *second, 1, true};
  return std::nullopt;
}

std::vector<int> indices(const IndexRange& range, int size) {
  if (range.first >= size) return {};
  if (range.count == kToTheEnd) {
    std::vector<int> all;
    for (int i = range.first; i < size; i += range.step) all.push_back(i);
    return all;
  }
  if (!range.wraps && range.count > size - range.first) return {};
  std::vector<int> some;
  for (int i = 0; i < std::min(range.count, size); ++i) {
    some.push_back((range.first + i) % size);
  }
  return some;
}

}  // namespace lockgauge::machine
