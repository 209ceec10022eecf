#include "locks/platform/sim/latency_matrix.h"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <limits>
#include <numeric>
#include <sstream>

namespace lockgauge::sim {
namespace {

// A level: the cluster of each CPU, numbered in the order of their first CPUs.
using Clusters = std::vector<std::uint32_t>;

struct Merge {
  double height_ns;  // mean latency between the two clusters
  Clusters before;   // the clusters it joined two of
};

std::size_t count(const Clusters& clusters) {
  return *std::max_element(clusters.begin(), clusters.end()) + 1u;
}

bool equal_sizes(const Clusters& clusters) {
  std::vector<std::size_t> sizes(count(clusters));
  for (const std::uint32_t cluster : clusters) ++sizes[cluster];
  return std::adjacent_find(sizes.begin(), sizes.end(),
                            std::not_equal_to<>()) == sizes.end();
}

Clusters renumbered(const Clusters& representatives) {
  constexpr std::uint32_t kNew = std::numeric_limits<std::uint32_t>::max();
  Clusters numbers(representatives.size(), kNew);
  Clusters result;
  std::uint32_t next = 0;
  for (const std::uint32_t representative : representatives) {
    std::uint32_t& number = numbers[representative];
    if (number == kNew) number = next++;
    result.push_back(number);
  }
  return result;
}

// Average linkage: joins the two closest clusters until one is left.
std::vector<Merge> merge_all(const LatencyMatrix& matrix) {
  const std::size_t n = matrix.size();
  std::vector<double> mean_ns(n * n);
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j < n; ++j) {
      mean_ns[i * n + j] = matrix.between_ns(i, j);
    }
  }
  std::vector<std::size_t> alive(n);
  std::iota(alive.begin(), alive.end(), 0);
  std::vector<double> size(n, 1);
  Clusters representative(n);
  std::iota(representative.begin(), representative.end(), 0);
  std::vector<Merge> merges;
  while (alive.size() > 1) {
    std::size_t to = 0, from = 0;
    double lowest_ns = std::numeric_limits<double>::infinity();
    for (std::size_t a = 0; a < alive.size(); ++a) {
      for (std::size_t b = 0; b < a; ++b) {
        const double height_ns = mean_ns[alive[a] * n + alive[b]];
        if (height_ns < lowest_ns) {
          lowest_ns = height_ns;
          to = alive[b];
          from = alive[a];
        }
      }
    }
    merges.push_back({lowest_ns, renumbered(representative)});
    for (const std::size_t other : alive) {
      const double joined_ns = (mean_ns[to * n + other] * size[to] +
                                mean_ns[from * n + other] * size[from]) /
                               (size[to] + size[from]);
      mean_ns[to * n + other] = mean_ns[other * n + to] = joined_ns;
    }
    size[to] += size[from];
    std::erase(alive, from);
    std::replace(representative.begin(), representative.end(),
                 static_cast<std::uint32_t>(from),
                 static_cast<std::uint32_t>(to));
  }
  return merges;
}

// The levels, smallest clusters first; neither single CPUs nor the whole
// machine is one.
std::vector<Clusters> find_levels(const LatencyMatrix& matrix) {
  // Real machines vary by some 20 % within a level, the next costs more than
  // half as much again.
  constexpr double kJump = 1.4;
  const std::vector<Merge> merges = merge_all(matrix);
  std::vector<Clusters> levels;
  for (std::size_t i = 1; i < merges.size(); ++i) {
    if (merges[i].height_ns > kJump * merges[i - 1].height_ns &&
        equal_sizes(merges[i].before)) {
      levels.push_back(merges[i].before);
    }
  }
  return levels;
}

double median(std::vector<double> values) {
  const auto middle = values.begin() + values.size() / 2;
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

// CPUs of one core share its first-level cache: that is an order of magnitude
// below what the last-level cache takes.
bool are_cores(const Clusters& clusters, const LatencyMatrix& matrix) {
  constexpr std::size_t kMostCpusPerCore = 8;
  constexpr double kMostBetweenSiblings_ns = 20;
  if (clusters.size() > kMostCpusPerCore * count(clusters)) return false;
  for (std::size_t other = 1; other < clusters.size(); ++other) {
    if (clusters[other] == clusters[0]) {
      return matrix.between_ns(0, other) < kMostBetweenSiblings_ns;
    }
  }
  return false;
}

Clusters each_for_itself(std::size_t cpus) {
  Clusters clusters(cpus);
  std::iota(clusters.begin(), clusters.end(), 0);
  return clusters;
}

}  // namespace

LatencyMatrix LatencyMatrix::parse(const std::string& csv,
                                   const std::string& origin) {
  std::vector<std::string> rows;
  std::istringstream lines(csv);
  for (std::string line; std::getline(lines, line);) rows.push_back(line);
  if (rows.size() < 2 || rows.size() > kMaxCpus) {
    throw DescriptionError(origin + ": " + std::to_string(rows.size()) +
                           " rows; a core-to-core matrix has 2 to " +
                           std::to_string(kMaxCpus));
  }
  LatencyMatrix matrix(rows.size());
  for (std::size_t i = 1; i < rows.size(); ++i) {
    const char* cell = rows[i].data();
    const char* const end = cell + rows[i].size();
    for (std::size_t j = 0; j < i; ++j) {
      double value_ns = 0;
      const auto [stop, error] = std::from_chars(cell, end, value_ns);
      const bool ends = stop == end || *stop == ',' || *stop == '\r';
      if (error != std::errc{} || !ends || !(value_ns > 0)) {
        throw DescriptionError(origin + ": row " + std::to_string(i) +
                               ", column " + std::to_string(j) +
                               ": needs a latency in ns above 0");
      }
      matrix.values_ns_[i * matrix.size_ + j] = value_ns;
      matrix.values_ns_[j * matrix.size_ + i] = value_ns;
      cell = stop == end ? end : stop + 1;
    }
  }
  return matrix;
}

LatencyMatrix LatencyMatrix::read(const std::string& path) {
  std::ifstream file(path);
  std::ostringstream csv;
  csv << file.rdbuf();
  if (!file) throw DescriptionError(path + ": cannot be read");
  return parse(csv.str(), path);
}

void set_transfer_costs(Description& description, const LatencyMatrix& matrix) {
  if (matrix.size() != description.cpu_count()) {
    throw DescriptionError("latencies of " + std::to_string(matrix.size()) +
                           " CPUs for a machine of " +
                           std::to_string(description.cpu_count()));
  }
  std::array<std::vector<double>, kDistances> by_distance;
  for (std::uint32_t a = 0; a < matrix.size(); ++a) {
    for (std::uint32_t b = 0; b < a; ++b) {
      const auto distance = static_cast<int>(description.distance(a, b));
      by_distance[distance].push_back(matrix.between_ns(a, b));
    }
  }
  double last_ns = description.costs.transfer_ns[0];
  for (int distance = 0; distance < kDistances; ++distance) {
    if (!by_distance[distance].empty()) {
      last_ns = median(by_distance[distance]);
    }
    description.costs.transfer_ns[distance] = last_ns;
  }
}

Description from_latencies(const LatencyMatrix& matrix) {
  std::vector<Clusters> levels = find_levels(matrix);
  const std::size_t cpus = matrix.size();
  Clusters cores = each_for_itself(cpus);
  if (!levels.empty() && are_cores(levels.front(), matrix)) {
    cores = levels.front();
    levels.erase(levels.begin());
  }
  const Clusters whole(cpus, 0);
  const Clusters& llcs = levels.empty() ? whole : levels.front();
  const Clusters& packages = levels.empty() ? whole : levels.back();
  const Clusters& nodes = levels.size() > 2 ? levels[1] : packages;
  Description description;
  for (std::size_t cpu = 0; cpu < cpus; ++cpu) {
    description.cpus.push_back(
        {cores[cpu], llcs[cpu], nodes[cpu], packages[cpu]});
  }
  set_transfer_costs(description, matrix);
  validate(description);
  return description;
}

}  // namespace lockgauge::sim
