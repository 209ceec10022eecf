#ifndef LOCKGAUGE_WORKLOADS_MEASURE_FAIRNESS_H_
#define LOCKGAUGE_WORKLOADS_MEASURE_FAIRNESS_H_

#include <algorithm>
#include <optional>
#include <vector>

namespace lockgauge::measure {

// How evenly n threads were served, from what each got. No value for nothing
// done at all.

// Jain's index: 1 if all got the same, 1/n if one got everything. Jain, Chiu
// and Hawe, DEC-TR-301, 1984.
inline std::optional<double> jain_ratio(const std::vector<double>& shares) {
  double sum = 0;
  double squares = 0;
  for (const double share : shares) {
    sum += share;
    squares += share * share;
  }
  if (squares == 0) return std::nullopt;
  return sum * sum / (static_cast<double>(shares.size()) * squares);
}

// The least served over the best served.
inline std::optional<double> min_max_ratio(const std::vector<double>& shares) {
  if (shares.empty()) return std::nullopt;
  const auto [min, max] = std::minmax_element(shares.begin(), shares.end());
  if (*max == 0) return std::nullopt;
  return *min / *max;
}

}  // namespace lockgauge::measure

#endif  // LOCKGAUGE_WORKLOADS_MEASURE_FAIRNESS_H_
