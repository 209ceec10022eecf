#ifndef LOCKGAUGE_WORKLOADS_MEASURE_LATENCIES_H_
#define LOCKGAUGE_WORKLOADS_MEASURE_LATENCIES_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "workloads/measure/histogram.h"

namespace lockgauge::measure {

// What a latency is the time of.
enum class Latency {
  kWait,       // until the lock was got
  kHold,       // from then until it was let go
  kOperation,  // of one that succeeded
  kFailed,     // until the answer was that it failed
};
inline constexpr std::array kLatencyKinds = {
    Latency::kWait, Latency::kHold, Latency::kOperation, Latency::kFailed};

constexpr std::string_view name(Latency kind) {
  constexpr std::array<std::string_view, kLatencyKinds.size()> kNames = {
      "wait", "hold", "operation", "failed"};
  return kNames[static_cast<std::size_t>(kind)];
}

// Histograms of nanoseconds, one for each kind.
class Latencies {
 public:
  Histogram& operator[](Latency kind) {
    return histograms_[static_cast<std::size_t>(kind)];
  }
  const Histogram& operator[](Latency kind) const {
    return histograms_[static_cast<std::size_t>(kind)];
  }

  void merge(const Latencies& other) {
    for (std::size_t i = 0; i < histograms_.size(); ++i) {
      histograms_[i].merge(other.histograms_[i]);
    }
  }

 private:
  std::array<Histogram, kLatencyKinds.size()> histograms_;
};

// Takes one thread's latencies inside the window. They are put into their
// buckets some at a time: a stamp waits for all before it, and so would for the
// arithmetic of a bucket, which several at once do side by side (on one machine
// 1 ns each and not 6).
class LatencyRecorder {
 public:
  void record(Latency kind, std::uint64_t ns) {
    Batch& batch = batches_[static_cast<std::size_t>(kind)];
    batch.ns[batch.count++] = ns;
    if (batch.count == kBatch) [[unlikely]] {
      flush(kind);
    }
  }

  // A section whose holder lost its CPU in it.
  void count_preempted() { ++preempted_; }
  std::uint64_t preempted() const { return preempted_; }

  // All of them so far.
  const Latencies& latencies() {
    for (const Latency kind : kLatencyKinds) flush(kind);
    return latencies_;
  }

 private:
  static constexpr std::size_t kBatch = 32;
  struct Batch {
    std::array<std::uint64_t, kBatch> ns;
    std::size_t count = 0;
  };

  [[gnu::noinline]] void flush(Latency kind) {
    Batch& batch = batches_[static_cast<std::size_t>(kind)];
    for (std::size_t i = 0; i < batch.count; ++i) {
      latencies_[kind].record(batch.ns[i]);
    }
    batch.count = 0;
  }

  std::array<Batch, kLatencyKinds.size()> batches_;
  Latencies latencies_;
  std::uint64_t preempted_ = 0;
};

}  // namespace lockgauge::measure

#endif  // LOCKGAUGE_WORKLOADS_MEASURE_LATENCIES_H_
