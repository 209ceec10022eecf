#include "locks/platform/sim/explore/names.h"

#include <cxxabi.h>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <sstream>
#include <utility>

#include "locks/platform/sim/arena.h"
#include "locks/platform/sim/line.h"

namespace lockgauge::sim {

void Names::add(const void* begin, std::size_t bytes, std::string name) {
  ranges_.push_back(
      {reinterpret_cast<std::uintptr_t>(begin), bytes, 0, std::move(name)});
}

void Names::add_array(const void* begin, std::size_t bytes, std::size_t count,
                      std::string name) {
  ranges_.push_back(
      {reinterpret_cast<std::uintptr_t>(begin), bytes, count, std::move(name)});
}

const Names::Range* Names::find(const void* address) const {
  const auto at = reinterpret_cast<std::uintptr_t>(address);
  const Range* found = nullptr;
  for (const Range& range : ranges_) {
    const std::size_t bytes =
        range.bytes * (range.count == 0 ? 1 : range.count);
    if (at < range.begin || at - range.begin >= bytes) continue;
    if (found == nullptr || range.bytes <= found->bytes) found = &range;
  }
  return found;
}

bool Names::has_beginning(const void* address) const {
  return std::any_of(ranges_.begin(), ranges_.end(), [&](const Range& range) {
    return range.begin == reinterpret_cast<std::uintptr_t>(address);
  });
}

std::string Names::of(const void* address) {
  const auto at = reinterpret_cast<std::uintptr_t>(address);
  std::ostringstream text;
  std::uintptr_t offset;
  if (const Range* const range = find(address)) {
    offset = at - range->begin;
    text << range->name;
    if (range->count > 0) {
      text << '[' << offset / range->bytes << ']';
      offset %= range->bytes;
    }
  } else if (Arena::contains(address)) {
    offset = at % Line::kBytes;
    text << "line " << Arena::offset(address) / Line::kBytes;
  } else {
    offset = 0;
    text << "other "
         << others_.try_emplace(address, others_.size() + 1).first->second;
  }
  if (offset > 0) text << '+' << offset;
  return text.str();
}

std::string shorten(const std::string& name) {
  // Operators written with angle brackets keep none of them, which will do.
  std::string plain;
  int depth = 0;
  for (const char c : name) {
    if (c == '<' || c == '(' || c == '[') ++depth;
    if (depth == 0) plain += c;
    if (c == '>' || c == ')' || c == ']') depth -= depth > 0;
  }
  for (const char* const hidden : {"lockgauge::", "storage::", "sim::"}) {
    for (std::size_t at; (at = plain.find(hidden)) != plain.npos;) {
      plain.erase(at, std::string(hidden).size());
    }
  }
  // What a function returns, if debug information says so.
  const std::size_t space = plain.rfind(' ');
  if (space != plain.npos && space + 1 < plain.size()) {
    plain.erase(0, space + 1);
  }
  while (plain.starts_with("::")) plain.erase(0, 2);
  return plain;
}

std::string short_name(const char* mangled) {
  int status;
  const std::unique_ptr<char, void (*)(void*)> name(
      abi::__cxa_demangle(mangled, nullptr, nullptr, &status), std::free);
  return shorten(status == 0 ? name.get() : mangled);
}

}  // namespace lockgauge::sim
