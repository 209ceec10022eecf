#include "locks/platform/sim/explore/trace.h"

#include <algorithm>
#include <filesystem>
#include <sstream>

namespace lockgauge::sim {

std::string Trace::value(std::uint64_t value) {
  std::ostringstream text;
  // Memory elsewhere is elsewhere in each process: what looks like a pointer
  // does not get printed as it is.
  const bool is_pointer = value >> 40 != 0 && value >> 48 == 0;
  if (is_pointer) {
    const void* const pointer = reinterpret_cast<const void*>(value);
    text << '&' << names_.of(pointer);
  } else if (value < 10 || value >= std::uint64_t{1} << 63) {
    text << static_cast<std::int64_t>(value);
  } else {
    text << "0x" << std::hex << value;
  }
  return text.str();
}

std::string Trace::change(std::uint64_t before, std::uint64_t after) {
  return value(before) + " -> " + value(after);
}

bool Trace::shown(const TraceEvent& event) const {
  if (event.matters || event.address == nullptr) return !event.what.empty();
  if (show_unnamed_) return !event.plain || names_.has(event.address);
  return !event.plain && names_.has_beginning(event.address);
}

std::size_t Trace::number_of(std::size_t event) const {
  return 1 + static_cast<std::size_t>(std::count_if(
                 events_.begin(),
                 events_.begin() + static_cast<std::ptrdiff_t>(event),
                 [this](const TraceEvent& one) { return shown(one); }));
}

std::string Trace::text_of(const TraceEvent& event) {
  std::string text = event.what;
  if (event.address != nullptr) text += ' ' + names_.of(event.address);
  if (!event.values.empty()) text += ' ' + event.values;
  if (!event.after.empty()) text += "  (" + event.after + ")";
  return text;
}

std::string Trace::place_of(const TraceEvent& event) {
  if (event.where.file == nullptr) return "";
  return std::filesystem::path(event.where.file).filename().string() + ':' +
         std::to_string(event.where.line);
}

std::string Trace::line(const TraceEvent& event, std::size_t number) {
  std::ostringstream text;
  text.width(5);
  text << number;
  for (std::size_t i = 0; i < threads_.size(); ++i) {
    text << ' ' << (i == event.thread ? 'T' + std::to_string(i) : " |");
  }
  std::string what = text_of(event);
  const std::string place = place_of(event);
  if (!place.empty()) {
    constexpr std::size_t kPlaceColumn = 48;
    what.resize(std::max(what.size() + 2, kPlaceColumn), ' ');
    what += place;
  }
  text << "  " << what << '\n';
  return text.str();
}

std::string Trace::report(std::size_t index) {
  constexpr std::size_t kBefore = 4;
  const TraceEvent& event = events_[index];
  std::string text = line(event, number_of(index)) +
                     describe(event.calls, event.pc, place_of(event), 10);
  std::vector<std::size_t> before;
  for (std::size_t i = index; i-- > 0 && before.size() < kBefore;) {
    if (events_[i].thread == event.thread && shown(events_[i])) {
      before.push_back(i);
    }
  }
  if (!before.empty()) text += "      and before that:\n";
  for (auto i = before.rbegin(); i != before.rend(); ++i) {
    text += line(events_[*i], number_of(*i));
  }
  return text;
}

std::string Trace::interleaving() {
  std::string text;
  for (std::size_t i = 0; i < threads_.size(); ++i) {
    text +=
        (i == 0 ? "" : ", ") + ("T" + std::to_string(i)) + ": " + threads_[i];
  }
  text += '\n';
  std::size_t number = number_of(run_);
  if (number > 1) {
    text += "      (" + std::to_string(number - 1) + " before this run)\n";
  }
  for (std::size_t i = run_; i < events_.size(); ++i) {
    const TraceEvent& event = events_[i];
    if (!shown(event)) continue;
    if (event.thread != TraceEvent::kOutside) text += line(event, number);
    ++number;
  }
  return text;
}

}  // namespace lockgauge::sim
