#include "workloads/measure/counters.h"

#include <fmt/core.h>
#include <linux/perf_event.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>

#include "workloads/machine/usage_error.h"
#include "workloads/measure/counters_pfm.h"
#include "workloads/measure/event_groups.h"

namespace lockgauge::measure {
namespace {

// With these read_format flags a group reads as: number of events, enabled and
// running nanoseconds, then one value per event.
constexpr std::uint64_t kReadFormat = PERF_FORMAT_GROUP |
                                      PERF_FORMAT_TOTAL_TIME_ENABLED |
                                      PERF_FORMAT_TOTAL_TIME_RUNNING;
enum { kEnabled = 1, kRunning = 2, kFirstValue = 3 };

std::string why_not_opened(int error) {
  switch (error) {
    case ENOENT:
    case ENODEV:
    case EOPNOTSUPP:
      return "no such counter on this machine (a virtual machine without PMU?)";
    case ENOSYS:
      return "this kernel has no perf_event_open";
    case EACCES:
      return "not permitted: lower kernel.perf_event_paranoid or setcap "
             "cap_perfmon";
    case EPERM:
      return "not permitted: allow perf_event_open in the container's seccomp "
             "profile or setcap cap_perfmon";
    case EMFILE:
    case ENFILE:
      return "too many open files: raise ulimit -n";
    case EINVAL:
      return "does not fit on the PMU with the events before it";
    case EBUSY:
      return "the PMU is in exclusive use";
  }
  return std::strerror(error);
}

bool is_software(const perf_event_attr& attr, std::uint64_t config) {
  return attr.type == PERF_TYPE_SOFTWARE && attr.config == config;
}

// Happens in kernel mode only: with exclude_kernel it opens, and counts 0.
bool counts_kernel_only(const perf_event_attr& attr) {
  return is_software(attr, PERF_COUNT_SW_CONTEXT_SWITCHES) ||
         is_software(attr, PERF_COUNT_SW_CPU_MIGRATIONS) ||
         is_software(attr, PERF_COUNT_SW_CGROUP_SWITCHES);
}

// Clocks run in both modes whatever the attributes say.
bool is_clock(const perf_event_attr& attr) {
  return is_software(attr, PERF_COUNT_SW_TASK_CLOCK) ||
         is_software(attr, PERF_COUNT_SW_CPU_CLOCK);
}

struct Opened {
  int file;
  std::string status;
  int error = 0;
};

// On the calling thread, wherever it runs.
Opened open_as(perf_event_attr& attr, int leader, std::string_view if_opened) {
  if (attr.exclude_kernel && counts_kernel_only(attr)) {
    return {-1,
            "needs kernel counting: lower kernel.perf_event_paranoid to 1 or "
            "setcap cap_perfmon"};
  }
  const long file = syscall(SYS_perf_event_open, &attr, /*pid=*/0, /*cpu=*/-1,
                            leader, PERF_FLAG_FD_CLOEXEC);
  if (file >= 0) return {static_cast<int>(file), std::string(if_opened)};
  const int error = errno;
  return {-1, why_not_opened(error), error};
}

// A group that has no events here is known, and never counted.
EncodedEvent encode(const std::string& name) {
  if (!names_group(name)) return encode_event(name);
  return {{}, true, why_unresolved(name, core_pmus_here())};
}

Opened open_event(const std::string& name, int leader) {
  EncodedEvent event = encode(name);
  if (!event.why_not.empty()) return {-1, event.why_not};
  perf_event_attr& attr = event.attr;
  attr.read_format = kReadFormat;
  attr.disabled = leader == -1;  // the others follow their leader
  Opened opened = open_as(attr, leader, kCounted);
  if (opened.error != EACCES || attr.exclude_kernel || attr.exclude_user) {
    return opened;
  }
  attr.exclude_kernel = 1;
  attr.exclude_hv = 1;
  return open_as(attr, leader, is_clock(attr) ? kCounted : kUserModeOnly);
}

std::vector<std::uint64_t> read_group(int leader, std::size_t events) {
  std::vector<std::uint64_t> words(kFirstValue + events);
  if (::read(leader, words.data(), words.size() * sizeof words[0]) < 0) {
    throw std::system_error(errno, std::generic_category(), "perf event read");
  }
  return words;
}

}  // namespace

const std::vector<std::string>& software_events() {
  static const std::vector<std::string> events = {
      "perf::CONTEXT-SWITCHES", "perf::CPU-MIGRATIONS", "perf::PAGE-FAULTS",
      "perf::TASK-CLOCK"};
  return events;
}

void validate_events(const std::vector<std::string>& names) {
  for (const std::string& name : names) {
    const EncodedEvent event = encode(name);
    if (!event.is_known) {
      throw UsageError(fmt::format(
          "counter event '{}': {}; valid are libpfm4's names, for example "
          "perf::CYCLES:u or perf::CONTEXT-SWITCHES",
          name, event.why_not));
    }
  }
}

CounterGroup::CounterGroup(const std::vector<std::string>& names) {
  for (const std::string& name : names) {
    Opened opened = open_event(name, leader());
    events_.push_back({name, opened.file, std::move(opened.status)});
  }
}

CounterGroup::~CounterGroup() {
  for (const Event& event : events_) {
    if (event.file >= 0) close(event.file);
  }
}

int CounterGroup::leader() const {
  for (const Event& event : events_) {
    if (event.file >= 0) return event.file;
  }
  return -1;
}

void CounterGroup::start() {
  if (leader() < 0) return;
  // PERF_EVENT_IOC_RESET would clear the counts but not the two times.
  at_start_ = read_group(leader(), events_.size());
  ioctl(leader(), PERF_EVENT_IOC_ENABLE, PERF_IOC_FLAG_GROUP);
}

void CounterGroup::stop() {
  if (leader() < 0) return;
  ioctl(leader(), PERF_EVENT_IOC_DISABLE, PERF_IOC_FLAG_GROUP);
}

std::vector<Reading> CounterGroup::read() const {
  std::vector<std::uint64_t> words;
  if (!at_start_.empty()) {
    words = read_group(leader(), events_.size());
    for (std::size_t i = 0; i < words.size(); ++i) words[i] -= at_start_[i];
  }
  std::vector<Reading> readings;
  std::size_t next = kFirstValue;
  for (const Event& event : events_) {
    Reading reading{event.name, {}, {}, event.status};
    if (event.file >= 0 && words.empty()) {
      reading.status = "never started";
    } else if (event.file >= 0) {
      scale(words[next++], words[kEnabled], words[kRunning], reading);
    }
    readings.push_back(std::move(reading));
  }
  return readings;
}

void scale(std::uint64_t count, std::uint64_t enabled_ns,
           std::uint64_t running_ns, Reading& reading) {
  if (running_ns == 0) {
    reading.status = "never on the PMU: its counters are taken";
    return;
  }
  const auto enabled = static_cast<double>(enabled_ns);
  const auto running = static_cast<double>(running_ns);
  reading.value = static_cast<double>(count) * (enabled / running);
  reading.running_ratio = running / enabled;
}

}  // namespace lockgauge::measure
