#include "workloads/measure/event_groups.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <sstream>

#include "workloads/machine/usage_error.h"
#include "workloads/measure/event_group_files.h"

namespace lockgauge::measure {
namespace {

// The first line is the question, others with '#' are notes, the rest events.
EventGroup parse(const EventGroupFile& file) {
  EventGroup group{file.pmu, file.question, {}, {}};
  std::istringstream text(file.text);
  for (std::string line; std::getline(text, line);) {
    if (!line.starts_with('#')) {
      if (!line.empty()) group.events.push_back(line);
    } else if (group.asks.empty() && group.events.empty()) {
      group.asks = line.substr(std::min(line.size(), std::size_t{2}));
    }
  }
  return group;
}

const EventGroup* find(std::string_view name, const std::string& pmu) {
  for (const EventGroup& group : event_groups()) {
    if (group.pmu == pmu && group.question == name.substr(1)) return &group;
  }
  return nullptr;
}

const EventGroup* find(std::string_view name,
                       const std::vector<std::string>& pmus) {
  for (const std::string& pmu : pmus) {
    if (const EventGroup* group = find(name, pmu)) return group;
  }
  return nullptr;
}

EventQuestion question_of(const std::string& name) {
  std::vector<std::string> valid;
  for (const EventQuestion& question : event_questions()) {
    if (question.name == name) return question;
    valid.push_back(question.name);
  }
  throw UsageError(fmt::format("counter group '{}': valid are {}", name,
                               fmt::join(valid, ", ")));
}

}  // namespace

const std::vector<EventGroup>& event_groups() {
  static const std::vector<EventGroup> groups = [] {
    std::vector<EventGroup> parsed;
    for (const EventGroupFile& file : kEventGroupFiles) {
      parsed.push_back(parse(file));
    }
    return parsed;
  }();
  return groups;
}

std::vector<EventQuestion> event_questions() {
  std::map<std::string, EventQuestion> questions;
  for (const EventGroup& group : event_groups()) {
    EventQuestion& question = questions[group.question];
    question.name = "@" + group.question;
    question.asks = group.asks;
    question.pmus.push_back(group.pmu);
  }
  std::vector<EventQuestion> by_name;
  for (const auto& [name, question] : questions) by_name.push_back(question);
  return by_name;
}

bool names_group(std::string_view counter) { return counter.starts_with('@'); }

std::vector<std::string> resolve_groups(
    const std::vector<std::string>& counters,
    const std::vector<std::string>& pmus) {
  std::vector<std::string> resolved;
  for (const std::string& counter : counters) {
    const EventGroup* group =
        names_group(counter) ? find(question_of(counter).name, pmus) : nullptr;
    if (group == nullptr) {
      resolved.push_back(counter);
    } else {
      resolved.insert(resolved.end(), group->events.begin(),
                      group->events.end());
    }
  }
  return resolved;
}

std::string why_unresolved(const std::string& name,
                           const std::vector<std::string>& pmus) {
  return fmt::format(
      "{}; it has events for {}",
      pmus.empty() ? "libpfm4 knows no PMU of this machine"
                   : fmt::format("not for this machine's PMU {}",
                                 fmt::join(pmus, ", ")),
      fmt::join(question_of(name).pmus, ", "));
}

}  // namespace lockgauge::measure
