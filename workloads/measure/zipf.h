#ifndef LOCKGAUGE_WORKLOADS_MEASURE_ZIPF_H_
#define LOCKGAUGE_WORKLOADS_MEASURE_ZIPF_H_

#include <cmath>
#include <random>
#include <vector>

namespace lockgauge::measure {

// Choices among `items`, the first of them the most popular: the k-th is chosen
// 1/k^exponent times as often as the first (Zipf's law; 0: all alike). To be
// drawn from beforehand: a draw searches a table.
inline std::discrete_distribution<int> zipf(int items, double exponent) {
  std::vector<double> weights;
  for (int k = 1; k <= items; ++k) weights.push_back(std::pow(k, -exponent));
  return {weights.begin(), weights.end()};
}

}  // namespace lockgauge::measure

#endif  // LOCKGAUGE_WORKLOADS_MEASURE_ZIPF_H_
