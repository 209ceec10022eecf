#ifndef LOCKGAUGE_LOCKS_PLATFORM_SIM_EXPLORE_TRACE_H_
#define LOCKGAUGE_LOCKS_PLATFORM_SIM_EXPLORE_TRACE_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "locks/platform/sim/explore/access.h"
#include "locks/platform/sim/explore/call_stack.h"
#include "locks/platform/sim/explore/names.h"

namespace lockgauge::sim {

// Something that a thread did.
struct TraceEvent {
  static constexpr std::uint32_t kOutside = ~0u;

  std::uint32_t thread;  // kOutside: before or between calls of run()
  std::string what;      // "load", "waits for"; all of it without an address
  const void* address = nullptr;
  std::string values = {};  // "0 -> 1"
  Where where{nullptr, 0};
  bool plain = false;  // shown only where it matters
  bool matters = false;
  const void* pc = nullptr;  // of plain accesses
  CallStack calls = {};
  std::string after = {};  // what it brought about
};

// What happened in an execution, and how it reads.
class Trace {
 public:
  explicit Trace(bool show_unnamed) : show_unnamed_(show_unnamed) {}

  Names& names() { return names_; }

  void add_thread(std::string name) { threads_.push_back(std::move(name)); }
  void add(TraceEvent event) { events_.push_back(std::move(event)); }
  TraceEvent& last() { return events_.back(); }
  std::size_t size() const { return events_.size(); }

  // "0 -> 0x101", pointers by name.
  std::string change(std::uint64_t before, std::uint64_t after);
  std::string value(std::uint64_t value);

  // An event that matters: shown, be it plain.
  void show(std::size_t event) { events_[event].matters = true; }
  // The event with its number, its functions and the last events of its thread
  // before it.
  std::string report(std::size_t event);

  // A call of run() begins.
  void begin_run() { run_ = events_.size(); }
  // One line per event of the last run, a column per thread.
  std::string interleaving();

 private:
  bool shown(const TraceEvent& event) const;
  // Events shown before this one, and this one.
  std::size_t number_of(std::size_t event) const;
  static std::string place_of(const TraceEvent& event);
  std::string text_of(const TraceEvent& event);
  std::string line(const TraceEvent& event, std::size_t number);

  const bool show_unnamed_;
  Names names_;
  std::vector<std::string> threads_;
  std::vector<TraceEvent> events_;
  std::size_t run_ = 0;  // the last one's first event
};

}  // namespace lockgauge::sim

#endif  // LOCKGAUGE_LOCKS_PLATFORM_SIM_EXPLORE_TRACE_H_
