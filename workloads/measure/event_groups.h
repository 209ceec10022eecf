#ifndef LOCKGAUGE_WORKLOADS_MEASURE_EVENT_GROUPS_H_
#define LOCKGAUGE_WORKLOADS_MEASURE_EVENT_GROUPS_H_

#include <string>
#include <string_view>
#include <vector>

namespace lockgauge::measure {

// Events that together answer a question on one PMU: a file
// event_groups/<pmu>/<question>.txt. A user asks for it as "@question".
struct EventGroup {
  std::string pmu;       // libpfm4's short name
  std::string question;  // one word
  std::string asks;      // the question itself
  std::vector<std::string> events;
};

// By PMU, then by question. They are compiled in.
const std::vector<EventGroup>& event_groups();

struct EventQuestion {
  std::string name;  // with its '@'
  std::string asks;
  std::vector<std::string> pmus;  // that have a group for it
};

// By name.
std::vector<EventQuestion> event_questions();

// Whether it is a group's name and not an event's.
bool names_group(std::string_view counter);

// The counters with every group in place of its name: that of the first of the
// PMUs that has one. If none has, the name stays, and is never counted. Throws
// UsageError for a question that no PMU has.
std::vector<std::string> resolve_groups(
    const std::vector<std::string>& counters,
    const std::vector<std::string>& pmus);

// Why the name of a group stayed on a machine with these PMUs.
std::string why_unresolved(const std::string& name,
                           const std::vector<std::string>& pmus);

}  // namespace lockgauge::measure

#endif  // LOCKGAUGE_WORKLOADS_MEASURE_EVENT_GROUPS_H_
