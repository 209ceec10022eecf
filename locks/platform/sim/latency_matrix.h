#ifndef LOCKGAUGE_LOCKS_PLATFORM_SIM_LATENCY_MATRIX_H_
#define LOCKGAUGE_LOCKS_PLATFORM_SIM_LATENCY_MATRIX_H_

#include <string>
#include <vector>

#include "locks/platform/sim/description.h"

namespace lockgauge::sim {

// One-way core-to-core latencies of a machine, symmetric.
class LatencyMatrix {
 public:
  // The common lower-triangular CSV: row i, column j < i is the latency between
  // CPU i and CPU j in nanoseconds; diagonal and upper triangle are empty.
  // Throws DescriptionError naming `origin` (or the path), row and column.
  static LatencyMatrix parse(const std::string& csv, const std::string& origin);
  static LatencyMatrix read(const std::string& path);

  std::size_t size() const { return size_; }
  // 0 on the diagonal.
  double between_ns(std::size_t a, std::size_t b) const {
    return values_ns_[a * size_ + b];
  }

 private:
  explicit LatencyMatrix(std::size_t size)
      : size_(size), values_ns_(size * size, 0.0) {}

  std::size_t size_;
  std::vector<double> values_ns_;
};

// The machine that such latencies come from, as far as they tell. CPUs are
// clustered by average linkage; a cut of the tree counts as a level where
// latencies jump and all clusters are of one size. Small close clusters are
// cores, the next level is the last-level cache, the largest the package; a
// level that latencies do not show is taken for the one below. Costs as
// set_transfer_costs() sets them, the others at their defaults.
Description from_latencies(const LatencyMatrix& matrix);

// Each distance of a machine costs the median of its pairs; one that does not
// occur, what the next smaller costs. For a machine whose shape is known.
// Throws DescriptionError if the matrix is of another number of CPUs.
void set_transfer_costs(Description& description, const LatencyMatrix& matrix);

}  // namespace lockgauge::sim

#endif  // LOCKGAUGE_LOCKS_PLATFORM_SIM_LATENCY_MATRIX_H_
