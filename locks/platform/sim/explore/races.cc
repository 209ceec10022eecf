#include "locks/platform/sim/explore/races.h"

#include <algorithm>
#include <string>

#include "locks/platform/sim/arena.h"
#include "locks/platform/sim/explore/execution.h"

namespace lockgauge::sim {
namespace {

std::size_t word_of(std::size_t offset) { return offset / kShadowWord; }

// Which bytes of a word are in [begin, end), all counted from the same place.
std::uint8_t mask_of(std::size_t word, std::size_t begin, std::size_t end) {
  const std::size_t first = word * kShadowWord;
  unsigned mask = 0xff;
  if (begin > first) mask &= 0xffu << (begin - first);
  if (end < first + kShadowWord) mask &= 0xffu >> (first + kShadowWord - end);
  return static_cast<std::uint8_t>(mask);
}

}  // namespace

void Races::plain(const void* address, std::size_t bytes, bool write,
                  const void* pc) {
  const std::uint32_t event = execution_.record([&] {
    TraceEvent made{execution_.thread_number(), write ? "writes" : "reads",
                    address};
    made.plain = true;
    made.pc = pc;
    made.calls = execution_.thread()->calls;
    return made;
  });
  if (is_dead(address, bytes)) {
    return report_dead(address, event, "use after reclaim");
  }
  look(memory_, address, bytes, {write, /*atomic=*/false, event});
}

void Races::atomic(const void* address, std::size_t bytes, bool write,
                   std::uint32_t event) {
  if (!Arena::contains(address)) return;
  if (is_dead(address, bytes)) {
    return report_dead(address, event, "use after reclaim");
  }
  look(memory_, address, bytes, {write, /*atomic=*/true, event});
}

void Races::mark(const void* marker, bool write) {
  const std::uint32_t event = execution_.record([&] {
    TraceEvent made{execution_.thread_number(),
                    write ? "initialises" : "reaches into", marker};
    made.plain = true;
    made.calls = execution_.thread()->calls;
    return made;
  });
  if (!Arena::contains(marker)) return;
  look(markers_, marker, 1, {write, /*atomic=*/false, event});
}

void Races::look(ShadowMemory& memory, const void* address, std::size_t bytes,
                 const Access& access) {
  const std::size_t begin = Arena::offset(address);
  const std::size_t end = begin + bytes;
  for (std::size_t word = word_of(begin); word <= word_of(end - 1); ++word) {
    look_at(memory.at(word), mask_of(word, begin, end), access);
  }
}

void Races::look_at(ShadowCell& cell, std::uint8_t mask, const Access& access) {
  const ExploredThread& thread = *execution_.thread();
  const auto ordered = [&](const ShadowCell::Record& record) {
    return record.thread == thread.number ||
           record.clock <= thread.clock[record.thread];
  };
  for (const ShadowCell::Record& record : cell.records) {
    if (!(record.mask & mask) || !(record.write || access.write) ||
        (record.atomic && access.atomic) || ordered(record)) {
      continue;
    }
    return report("data race", access.event, record.event);
  }
  std::erase_if(cell.records, [&](const ShadowCell::Record& record) {
    return !(record.mask & ~mask) && (access.write || !record.write) &&
           (!access.atomic || record.atomic) && ordered(record);
  });
  cell.records.push_back({thread.clock[thread.number], access.event,
                          static_cast<std::uint8_t>(thread.number), mask,
                          access.write, access.atomic});
}

void Races::bury(const void* begin, std::size_t bytes, const char* how) {
  const std::uint32_t event = execution_.record([&] {
    TraceEvent made{execution_.thread_number(), how, begin};
    made.plain = true;
    if (execution_.thread() != nullptr) {
      made.calls = execution_.thread()->calls;
    }
    return made;
  });
  if (is_dead(begin, bytes))
    return report_dead(begin, event, "reclaimed twice");
  const std::size_t word = word_of(Arena::offset(begin));
  const std::size_t words = bytes / kShadowWord;
  if (dead_.size() < word + words) dead_.resize(word + words);
  std::fill_n(dead_.begin() + static_cast<std::ptrdiff_t>(word), words, 1);
  const auto at = reinterpret_cast<std::uintptr_t>(begin);
  graves_.push_back({at, at + bytes, event});
  if (execution_.thread() == nullptr) return;
  // Who accessed it last must be known to be done with it.
  const ExploredThread& thread = *execution_.thread();
  memory_.for_each_known(word, words, [&](const ShadowCell& cell) {
    for (const ShadowCell::Record& record : cell.records) {
      if (record.thread != thread.number &&
          record.clock > thread.clock[record.thread]) {
        return report("reclaim races with a use", event, record.event);
      }
    }
  });
}

void Races::revive(const void* begin, std::size_t bytes) {
  const std::size_t word = word_of(Arena::offset(begin));
  const std::size_t words = bytes / kShadowWord;
  if (word + words > dead_.size()) return;
  std::fill_n(dead_.begin() + static_cast<std::ptrdiff_t>(word), words, 0);
}

bool Races::is_dead(const void* address, std::size_t bytes) const {
  const std::size_t begin = Arena::offset(address);
  for (std::size_t word = word_of(begin);
       word < dead_.size() && word <= word_of(begin + bytes - 1); ++word) {
    if (dead_[word]) return true;
  }
  return false;
}

void Races::report_dead(const void* address, std::uint32_t event,
                        const char* what) {
  const auto at = reinterpret_cast<std::uintptr_t>(address);
  const auto grave = std::find_if(
      graves_.rbegin(), graves_.rend(),
      [&](const Grave& one) { return one.begin <= at && at < one.end; });
  report(what, event, grave == graves_.rend() ? event : grave->event);
}

void Races::report(const char* what, std::uint32_t event,
                   std::uint32_t earlier) {
  Trace* const trace = execution_.trace();
  if (trace == nullptr) return execution_.fail(what);
  trace->show(event);
  trace->show(earlier);
  execution_.fail(std::string(what) + ":\n" + trace->report(event) +
                  "  against\n" + trace->report(earlier));
}

void Races::clear() {
  memory_.clear();
  markers_.clear();
  dead_.clear();
  graves_.clear();
}

}  // namespace lockgauge::sim
