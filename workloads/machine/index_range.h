#ifndef LOCKGAUGE_WORKLOADS_MACHINE_INDEX_RANGE_H_
#define LOCKGAUGE_WORKLOADS_MACHINE_INDEX_RANGE_H_

#include <optional>
#include <string_view>
#include <vector>

namespace lockgauge::machine {

// Indices as hwloc(7) writes them: N, N-M, N-, N:count, all, odd, even.
struct IndexRange {
  static constexpr int kToTheEnd = -1;

  int first;
  int count;  // at least 1, or kToTheEnd
  int step = 1;
  bool wraps = false;  // N:count goes on at 0
};

// nullopt if `text` is no range.
std::optional<IndexRange> parse_index_range(std::string_view text);

// The indices of [0, size) in `range`; none if it reaches outside.
std::vector<int> indices(const IndexRange& range, int size);

}  // namespace lockgauge::machine

#endif  // LOCKGAUGE_WORKLOADS_MACHINE_INDEX_RANGE_H_
