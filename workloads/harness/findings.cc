#include "workloads/harness/findings.h"

#include <algorithm>
#include <stdexcept>

namespace lockgauge::harness {

const std::vector<std::string_view>& finding_columns() {
  static const std::vector<std::string_view> columns = {
      "create_ns",
      "get_hit_ns",
      "get_miss_ns",
      "replace_ns",
      "delete_ns",
      "destroy_ns",
      "interrupts_count",
      "interrupts_inside_count",
      "clock_read_ns",
      "unserved_count",
      "map_free_count",
      "map_free_p50_ns",
      "map_free_p99_ns",
      "map_free_max_ns",
      "destroy_count",
      "destroy_p50_ns",
      "destroy_p99_ns",
      "destroy_max_ns",
      "faults_count",
      "teardown_failures_count",
      "teardown_retries_count",
      "teardown_warnings_count",
      "elements_made_count",
      "lingering_elements_count",
      "lingering_bytes",
      "lingering_mean_ns",
      "leaked_elements_count",
      "leaked_storages_count",
      "leaked_fields_count",
      "leaked_bytes",
      "charge_left_bytes",
      "instructions_per_op",  // by who runs us in a guest: we see a clock
      "preempted_sections_count",
      "retried_count",
      "retries_p50_count",
      "retries_p99_count",
      "jain_short_ratio",
      "failed_time_ratio",
      "clock_step_ns",
  };
  return columns;
}

void Findings::set(std::string_view column, double value) {
  const auto& columns = finding_columns();
  if (std::find(columns.begin(), columns.end(), column) == columns.end()) {
    throw std::logic_error("no column " + std::string(column));
  }
  values_.insert_or_assign(std::string(column), value);
}

std::optional<double> Findings::get(std::string_view column) const {
  const auto found = values_.find(column);
  if (found == values_.end()) return std::nullopt;
  return found->second;
}

void Findings::add(const measure::Latencies& latencies) {
  if (!latencies_) latencies_.emplace();
  latencies_->merge(latencies);
}

}  // namespace lockgauge::harness
