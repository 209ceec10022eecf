#include "workloads/harness/columns.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "workloads/harness/totals.h"
#include "workloads/measure/fairness.h"

namespace lockgauge::harness {
namespace {

using Figure = std::optional<double>;

// Collects the cells of a row; figures of a trial that was not run stay empty.
class RowBuilder {
 public:
  explicit RowBuilder(bool measured) : measured_(measured) {}

  void text(const std::string& name, const std::string& value) {
    row_.push_back({name, value});
  }
  void count(const std::string& name, std::uint64_t value) {
    row_.push_back({name, measured_ ? fmt::to_string(value) : ""});
  }
  void figure(const std::string& name, Figure value) {
    row_.push_back({name, measured_ && value ? fmt::format("{}", *value) : ""});
  }
  void empty(const std::string& name) { row_.push_back({name, ""}); }

  void failures(const measure::Tally& tally) {
    count("attempts_count", tally.attempts);
    count("fail_busy_count", tally.fail_busy);
    count("fail_deadlock_count", tally.fail_deadlock);
    count("fail_timeout_count", tally.fail_timeout);
    count("fail_again_count", tally.fail_again);
    count("fail_nomem_count", tally.fail_nomem);
    count("real_count", tally.real);
    count("spurious_count", tally.spurious);
  }

  Row take() { return std::move(row_); }

 private:
  const bool measured_;
  Row row_;
};

bool measured(const TrialResult& result) {
  return result.skipped.empty() && result.error.empty() &&
         result.findings.hung.empty();
}

Figure ratio(double part, double whole) {
  return whole > 0 ? Figure(part / whole) : std::nullopt;
}

bool jobs_differ(const TrialSpec& spec) {
  return spec.subject->scenario->jobs(spec.parameters).differ;
}

void keys(RowBuilder& row, const TrialId& id, const TrialSpec& spec) {
  row.text("target", id.target);
  row.text("machine", id.machine);
  row.text("scenario", spec.subject->scenario->name);
  row.text("backend", std::string(spec.subject->backend));
  row.text("threads", fmt::to_string(spec.cpus.size()));
  row.text("placement", std::string(machine::name(spec.placement)));
  row.text("params", spec.parameters.key());
  row.text("invocation", fmt::to_string(id.invocation));
  row.text("repetition", fmt::to_string(id.repetition));
}

void throughput(RowBuilder& row, const TrialSpec& spec,
                const TrialResult& result, const measure::Tally& sum) {
  const auto ops = static_cast<double>(sum.ops);
  const bool hands_over =
      spec.subject->scenario->hands_over && result.threads.size() > 1;
  const auto handovers = static_cast<double>(sum.handovers());
  std::vector<double> shares;
  for (const ThreadResult& thread : result.threads) {
    shares.push_back(static_cast<double>(thread.tally.ops));
  }
  row.count("ops_count", sum.ops);
  row.figure("elapsed_ns", result.elapsed_ns);
  // Probing ends when all pairs are done, however long the window is.
  const bool probes = spec.subject->scenario->probes;
  row.figure("ns_per_op",
             probes ? std::nullopt : ratio(result.elapsed_ns, ops));
  row.figure("ops_per_s",
             probes ? std::nullopt : ratio(ops * 1e9, result.elapsed_ns));
  row.figure("handovers_per_s", hands_over
                                    ? ratio(handovers * 1e9, result.elapsed_ns)
                                    : std::nullopt);
  // The first run is nobody's gift: one run also where nothing was handed over.
  row.figure("run_length_mean",
             hands_over && sum.ops > 0 ? ratio(ops, handovers + 1)
                                       : std::nullopt);
  const bool alike = !jobs_differ(spec);
  row.figure("jain_ratio", alike ? measure::jain_ratio(shares) : std::nullopt);
  row.figure("min_max_ratio",
             alike ? measure::min_max_ratio(shares) : std::nullopt);
}

void incidents(RowBuilder& row, const TrialSpec& spec,
               const TrialResult& result, const measure::Tally& sum) {
  if (!spec.subject->scenario->follows_failures) {
    for (const char* name :
         {"spurious_time_ratio", "spurious_incidents_per_s",
          "spurious_streak_max_count", "spurious_streak_max_ns",
          "retries_count", "retries_max"}) {
      row.empty(name);
    }
    return;
  }
  row.figure("spurious_time_ratio",
             ratio(static_cast<double>(sum.incident_cpu_ns),
                   static_cast<double>(total_usage(result).cpu_time_ns)));
  row.figure(
      "spurious_incidents_per_s",
      ratio(static_cast<double>(sum.incidents) * 1e9, result.elapsed_ns));
  row.count("spurious_streak_max_count", sum.streak_max);
  row.count("spurious_streak_max_ns", sum.streak_max_ns);
  row.count("retries_count", sum.retries);
  row.count("retries_max", sum.retries_max);
}

// What a caller waits for; nothing of it in throughput trials, which carry no
// time stamps.
const measure::Histogram* waits(const TrialResult& result) {
  const auto& latencies = result.findings.latencies();
  if (!latencies) return nullptr;
  for (const auto kind :
       {measure::Latency::kWait, measure::Latency::kOperation}) {
    if ((*latencies)[kind].count() > 0) return &(*latencies)[kind];
  }
  return nullptr;
}

void percentiles(RowBuilder& row, const TrialResult& result) {
  const measure::Histogram* const histogram = waits(result);
  const auto value = [&](std::uint64_t part) {
    return histogram != nullptr ? Figure(histogram->value_at(part, 10'000))
                                : std::nullopt;
  };
  row.figure("p50_ns", value(5'000));
  row.figure("p90_ns", value(9'000));
  row.figure("p99_ns", value(9'900));
  row.figure("p999_ns", value(9'990));
  row.figure("p9999_ns", value(9'999));
  row.figure("max_ns", value(10'000));
}

// How long failures took to be told; of latency trials, as above.
void failures_told(RowBuilder& row, const TrialResult& result) {
  const auto& latencies = result.findings.latencies();
  const measure::Histogram* failed =
      latencies ? &(*latencies)[measure::Latency::kFailed] : nullptr;
  if (failed != nullptr && failed->count() == 0) failed = nullptr;
  const auto value = [&](std::uint64_t part) {
    return failed != nullptr ? Figure(failed->value_at(part, 100))
                             : std::nullopt;
  };
  row.figure("failed_p50_ns", value(50));
  row.figure("failed_p99_ns", value(99));
  row.figure("failed_max_ns", value(100));
}

// The team's time that went into attempts which failed. Not in an open loop:
// there latencies count from when operations were due, and overlap.
Figure failed_time_ratio(const TrialResult& result) {
  const auto& latencies = result.findings.latencies();
  if (!latencies || result.findings.get("unserved_count")) return std::nullopt;
  double failed_ns = 0;
  (*latencies)[measure::Latency::kFailed].for_each(
      [&](const measure::Histogram::Bucket& bucket) {
        failed_ns += static_cast<double>(bucket.count) *
                     (static_cast<double>(bucket.low) +
                      static_cast<double>(bucket.high)) / 2;
      });
  return ratio(failed_ns,
               result.elapsed_ns * static_cast<double>(result.threads.size()));
}

// What the workload found, and what follows from the rest of the result.
Findings findings_of(const TrialSpec& spec, const TrialResult& result,
                     const measure::Tally& sum) {
  Findings findings = result.findings;
  const auto set = [&](const char* column, Figure value) {
    if (value) findings.set(column, *value);
  };
  if (!jobs_differ(spec)) {
    set("jain_short_ratio",
        measure::jain_short_ratio(sum.windows,
                                  static_cast<int>(result.threads.size())));
  }
  set("failed_time_ratio", failed_time_ratio(result));
  if (result.clock_step_ns) {
    findings.set("clock_step_ns", std::abs(*result.clock_step_ns));
  }
  return findings;
}

// A hand-over in units of a core-to-core transfer.
Figure transfers_per_op(const TrialSpec& spec, const TrialResult& result,
                        const measure::Tally& sum) {
  if (!spec.subject->scenario->hands_over || sum.handovers() == 0 ||
      !result.core_to_core_before_ns || !result.core_to_core_after_ns) {
    return std::nullopt;
  }
  const double transfer_ns =
      (*result.core_to_core_before_ns + *result.core_to_core_after_ns) / 2;
  return ratio(result.elapsed_ns / static_cast<double>(sum.handovers()),
               transfer_ns);
}

void environment(RowBuilder& row, const TrialResult& result) {
  const measure::Usage usage = total_usage(result);
  std::vector<int> cpus;
  for (const ThreadResult& thread : result.threads) {
    cpus.push_back(thread.last_cpu);
  }
  std::sort(cpus.begin(), cpus.end());
  cpus.erase(std::unique(cpus.begin(), cpus.end()), cpus.end());
  row.figure("core_to_core_before_ns", result.core_to_core_before_ns);
  row.figure("core_to_core_after_ns", result.core_to_core_after_ns);
  row.figure("cpu_time_ratio", cpu_time_ratio(result));
  row.figure("steal_ns", result.steal_ns);
  row.count("voluntary_switches_count", usage.voluntary_switches);
  row.count("involuntary_switches_count", usage.involuntary_switches);
  row.text("cpus_used",
           measured(result) ? fmt::format("{}", fmt::join(cpus, " ")) : "");
}

// One event over all threads: the sum, and the worst of the rest.
measure::Reading sum_of_event(const TrialResult& result, std::size_t event) {
  measure::Reading sum = result.threads.front().counters[event];
  for (std::size_t i = 1; i < result.threads.size(); ++i) {
    const measure::Reading& reading = result.threads[i].counters[event];
    if (!reading.value || !sum.value) {
      sum.value.reset();
      if (!reading.value) sum.status = reading.status;
      continue;
    }
    *sum.value += *reading.value;
    if (sum.running_ratio && reading.running_ratio) {
      sum.running_ratio = std::min(*sum.running_ratio, *reading.running_ratio);
    }
  }
  return sum;
}

void counters(RowBuilder& row, const TrialSpec& spec,
              const TrialResult& result) {
  std::string status(measure::kCounted);
  Figure running;
  for (std::size_t i = 0; measured(result) && i < spec.counters.size(); ++i) {
    const measure::Reading reading = sum_of_event(result, i);
    if (reading.status != measure::kCounted) {
      status = reading.name + ": " + reading.status;
    }
    if (reading.running_ratio) {
      running = std::min(running.value_or(1), *reading.running_ratio);
    }
  }
  row.text("counters_status", measured(result) ? status : "");
  row.figure("counters_running_ratio", running);
}

// How far a hand-over goes, and whom it passes by.
void distances(RowBuilder& row, const TrialSpec& spec,
               const TrialResult& result, const measure::Tally& sum) {
  const bool hands_over = spec.subject->scenario->hands_over;
  for (int i = 0; i < sim::kDistances; ++i) {
    const auto name = fmt::format("handover_{}_ratio", sim::kDistanceNames[i]);
    row.figure(name, hands_over
                         ? ratio(static_cast<double>(sum.handovers_at[i]),
                                 static_cast<double>(sum.handovers()))
                         : std::nullopt);
  }
  if (hands_over && result.simulated) {
    row.count("overtaken_max_count", sum.overtaken_max);
  } else {
    row.empty("overtaken_max_count");
  }
}

// What only a simulation can count.
void lines(RowBuilder& row, const TrialResult& result,
           const measure::Tally& sum) {
  const auto per_op = [&](const std::string& name, auto count) {
    row.figure(name, result.simulated
                         ? ratio(static_cast<double>(count(*result.simulated)),
                                 static_cast<double>(sum.ops))
                         : std::nullopt);
  };
  for (int i = 0; i < sim::kDistances; ++i) {
    per_op(fmt::format("line_transfers_{}_per_op", sim::kDistanceNames[i]),
           [i](const Simulated& counts) { return counts.lines.transfers[i]; });
  }
  per_op("line_from_memory_per_op",
         [](const Simulated& counts) { return counts.lines.from_memory; });
  per_op("invalidations_per_op",
         [](const Simulated& counts) { return counts.lines.invalidations; });
  per_op("line_contended_ns_per_op", [](const Simulated& counts) {
    return static_cast<double>(counts.lines.contended_ps) / sim::kPsPerNs;
  });
  per_op("accesses_per_op",
         [](const Simulated& counts) { return counts.accesses; });
}

}  // namespace

Row trial_row(const TrialId& id, const TrialSpec& spec,
              const TrialResult& result) {
  const measure::Tally sum = total(result);
  RowBuilder row(measured(result));
  keys(row, id, spec);
  row.text("order", fmt::to_string(id.order));
  row.text("start_utc", result.start_utc);
  row.text("preemption", result.preemption);
  row.text("pinned",
           measured(result) ? std::string(machine::name(result.pinned)) : "");
  row.text("validity", validity(spec, result));
  throughput(row, spec, result, sum);
  row.failures(sum);
  incidents(row, spec, result, sum);
  percentiles(row, result);
  row.figure("transfers_per_op", transfers_per_op(spec, result, sum));
  environment(row, result);
  counters(row, spec, result);
  row.text("seed", fmt::to_string(spec.seed));
  distances(row, spec, result, sum);
  lines(row, result, sum);
  failures_told(row, result);
  const Findings findings = findings_of(spec, result, sum);
  for (const std::string_view name : finding_columns()) {
    row.figure(std::string(name), findings.get(name));
  }
  return row.take();
}

std::vector<Row> thread_rows(const machine::Topology& topology,
                             const TrialId& id, const TrialSpec& spec,
                             const TrialResult& result) {
  std::vector<Row> rows;
  if (!measured(result)) return rows;
  for (std::size_t i = 0; i < result.threads.size(); ++i) {
    const ThreadResult& thread = result.threads[i];
    const machine::Cpu& cpu = *topology.find(thread.cpu);
    RowBuilder row(true);
    keys(row, id, spec);
    row.count("thread", i);
    row.text("cpu", fmt::to_string(thread.cpu));
    row.text("core", fmt::to_string(cpu.core));
    row.text("node", fmt::to_string(cpu.node));
    row.count("ops_count", thread.tally.ops);
    row.failures(thread.tally);
    if (spec.subject->scenario->follows_failures) {
      row.count("retries_count", thread.tally.retries);
      row.count("retries_max", thread.tally.retries_max);
    } else {
      row.empty("retries_count");
      row.empty("retries_max");
    }
    row.count("cpu_time_ns", thread.usage.cpu_time_ns);
    row.count("voluntary_switches_count", thread.usage.voluntary_switches);
    row.count("involuntary_switches_count", thread.usage.involuntary_switches);
    row.text("core_kind", cpu.kind < 0 ? "" : fmt::to_string(cpu.kind));
    rows.push_back(row.take());
  }
  return rows;
}

std::vector<Row> latency_rows(const TrialId& id, const TrialSpec& spec,
                              const TrialResult& result) {
  std::vector<Row> rows;
  const auto& latencies = result.findings.latencies();
  if (!measured(result) || !latencies) return rows;
  for (const measure::Latency kind : measure::kLatencyKinds) {
    (*latencies)[kind].for_each([&](const measure::Histogram::Bucket& bucket) {
      RowBuilder row(true);
      keys(row, id, spec);
      row.text("kind", std::string(measure::name(kind)));
      row.count("bucket_low_ns", bucket.low);
      row.count("bucket_high_ns", bucket.high);
      row.count("count", bucket.count);
      rows.push_back(row.take());
    });
  }
  return rows;
}

std::vector<Row> core_to_core_rows(const TrialId& id, const TrialSpec& spec,
                                   const TrialResult& result) {
  std::vector<Row> rows;
  for (const OneWay& pair : result.findings.one_ways) {
    RowBuilder row(measured(result));
    keys(row, id, spec);
    row.text("from_cpu", fmt::to_string(spec.cpus[pair.from_thread]));
    row.text("to_cpu", fmt::to_string(spec.cpus[pair.to_thread]));
    row.figure("one_way_ns", pair.one_way_ns);
    rows.push_back(row.take());
  }
  return rows;
}

std::vector<Row> counter_rows(const TrialId& id, const TrialSpec& spec,
                              const TrialResult& result) {
  std::vector<Row> rows;
  for (std::size_t i = 0; measured(result) && i < spec.counters.size(); ++i) {
    const measure::Reading reading = sum_of_event(result, i);
    RowBuilder row(true);
    keys(row, id, spec);
    row.text("event", reading.name);
    row.figure("count_value", reading.value);
    row.figure("running_ratio", reading.running_ratio);
    row.text("status", reading.status);
    rows.push_back(row.take());
  }
  return rows;
}

}  // namespace lockgauge::harness
