#ifndef LOCKGAUGE_WORKLOADS_MEASURE_COUNTERS_H_
#define LOCKGAUGE_WORKLOADS_MEASURE_COUNTERS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lockgauge::measure {

// One event of one thread. A value that is not there is empty, never zero.
struct Reading {
  std::string name;
  std::optional<double> value;          // scaled to the whole interval
  std::optional<double> running_ratio;  // share of the interval really counted
  std::string status;  // kCounted, kUserModeOnly, or why there is no value
};

inline constexpr std::string_view kCounted = "ok";
// Counted, but without the kernel's part, which this user may not see.
inline constexpr std::string_view kUserModeOnly = "user mode only";

// The events any Linux has: they alone show oversubscription.
const std::vector<std::string>& software_events();

// Throws UsageError for a name no PMU in libpfm4 has. An event or group that
// only other machines have is valid; its readings say so. Call it before other threads
// run.
void validate_events(const std::vector<std::string>& names);

// Counts events, named as libpfm4 does, on the thread that constructs it. All
// are on the PMU at the same time, or none. start(), stop() and read() are
// system calls of about a microsecond: for trial edges only.
class CounterGroup {
 public:
  // Never fails: an event that cannot be opened has a status instead.
  explicit CounterGroup(const std::vector<std::string>& names);
  ~CounterGroup();
  CounterGroup(const CounterGroup&) = delete;
  CounterGroup& operator=(const CounterGroup&) = delete;

  void start();
  void stop();

  // What was counted from start() to stop(), in the order of the names.
  std::vector<Reading> read() const;

 private:
  struct Event {
    std::string name;
    int file;  // -1: not opened
    std::string status;
  };

  int leader() const;

  std::vector<Event> events_;
  std::vector<std::uint64_t> at_start_;
};

// The value and running ratio of an event that counted `count` while its group
// was enabled for `enabled_ns` and on the PMU for `running_ns`.
void scale(std::uint64_t count, std::uint64_t enabled_ns,
           std::uint64_t running_ns, Reading& reading);

}  // namespace lockgauge::measure

#endif  // LOCKGAUGE_WORKLOADS_MEASURE_COUNTERS_H_
