#include "workloads/machine/named_machine.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <set>
#include <string_view>

#include "locks/platform/sim/description_file.h"
#include "locks/platform/sim/latency_matrix.h"
#include "workloads/machine/simulated_topology.h"
#include "workloads/machine/topology.h"
#include "workloads/machine/usage_error.h"

namespace lockgauge::machine {
namespace {

namespace fs = std::filesystem;

// Beside the installed program, or where this one was built from.
fs::path shipped_folder() {
  std::error_code none;
  const fs::path program = fs::read_symlink("/proc/self/exe", none);
  const fs::path installed =
      program.parent_path().parent_path() / "share/lockgauge/machines";
  return fs::is_directory(installed, none) ? installed : LOCKGAUGE_SIM_MACHINES;
}

[[noreturn]] void refuse(const std::string& term, const std::string& why) {
  throw UsageError(fmt::format("machine '{}': {}", term, why));
}

std::vector<std::string> split(const std::string& text) {
  std::vector<std::string> terms;
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t end = std::min(text.find('+', at), text.size());
    terms.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return terms;
}

// Files are known by how their names end.
bool is_file(const std::string& term, std::string_view extension) {
  return fs::path(term).extension() == extension;
}
bool is_file(const std::string& term) {
  return is_file(term, ".machine") || is_file(term, ".xml") ||
         is_file(term, ".csv");
}

std::string joined_names() {
  std::string names;
  for (const ShippedMachine& machine : shipped_machines()) {
    names += (names.empty() ? "" : ", ") + machine.name;
  }
  return names;
}

sim::Description shipped(const std::string& name) {
  for (const ShippedMachine& machine : shipped_machines()) {
    if (machine.name == name) {
      return sim::read_description(shipped_folder() / (name + ".machine"));
    }
  }
  refuse(name, fmt::format("no such machine; valid are {}, files *.machine, "
                           "*.xml and *.csv, and hwloc's 'package:2 core:4'",
                           joined_names()));
}

sim::Description read_machine(const std::string& term) {
  if (is_file(term, ".machine")) return sim::read_description(term);
  if (is_file(term, ".xml")) {
    return description_of(Topology::from_xml_file(term));
  }
  if (is_file(term, ".csv")) {
    return sim::from_latencies(sim::LatencyMatrix::read(term));
  }
  if (term.find(':') != term.npos) {
    return description_of(Topology::from_synthetic(term));
  }
  if (term.find('=') != term.npos) {
    refuse(term, "changes a machine; the machine comes first");
  }
  return shipped(term);
}

void change_machine(const std::string& term, std::set<std::string>& keys,
                    sim::Description& machine) {
  if (is_file(term, ".csv")) {
    sim::set_transfer_costs(machine, sim::LatencyMatrix::read(term));
    return;
  }
  const std::size_t equals = term.find('=');
  if (equals == term.npos) {
    refuse(term, "behind the first '+' only *.csv and key=value are valid");
  }
  const std::string key = term.substr(0, equals);
  if (!keys.insert(key).second) refuse(term, key + " is given twice");
  sim::set_key(machine, key, term.substr(equals + 1));
}

// FNV-1a: the same everywhere, unlike std::hash.
std::uint32_t checksum(const std::string& text) {
  std::uint32_t sum = 2166136261u;
  for (const unsigned char byte : text) sum = (sum ^ byte) * 16777619u;
  return sum;
}

// Explicit indexes in a synthetic string can be very long.
std::string shortened(const std::string& text) {
  constexpr std::size_t kMost = 64;
  constexpr std::size_t kKept = 48;
  if (text.size() <= kMost) return text;
  return fmt::format("{}~{:08x}", text.substr(0, kKept), checksum(text));
}

std::string name_of(const std::string& term) {
  if (is_file(term)) return fs::path(term).stem();
  std::string name;
  for (const char c : term) {
    const bool blank = c == ' ' || c == '\t';
    if (!blank) name += c;
    if (blank && !name.empty() && name.back() != '_') name += '_';
  }
  if (!name.empty() && name.back() == '_') name.pop_back();
  return shortened(name);
}

}  // namespace

NamedMachine resolve_machine(const std::string& text) {
  NamedMachine machine;
  std::set<std::string> keys;
  for (const std::string& term : split(text)) {
    if (name_of(term).empty()) {
      refuse(text, "a term is empty; terms are joined by '+'");
    }
    const bool first = machine.name.empty();
    try {
      if (first) {
        machine.description = read_machine(term);
      } else {
        change_machine(term, keys, machine.description);
      }
    } catch (const sim::DescriptionError& error) {
      const std::string what = error.what();
      if (what.starts_with(term)) throw UsageError("machine " + what);
      refuse(term, what);
    }
    machine.name += (first ? "" : "+") + name_of(term);
  }
  return machine;
}

std::vector<ShippedMachine> shipped_machines() {
  std::vector<ShippedMachine> machines;
  std::error_code none;
  for (const auto& entry : fs::directory_iterator(shipped_folder(), none)) {
    const fs::path& path = entry.path();
    if (path.extension() != ".machine") continue;
    std::string line;
    std::getline(std::ifstream(path), line);
    const std::size_t begin = line.find_first_not_of("# ");
    machines.push_back(
        {path.stem(), begin == line.npos ? "" : line.substr(begin)});
  }
  std::sort(machines.begin(), machines.end(),
            [](const auto& a, const auto& b) { return a.name < b.name; });
  return machines;
}

}  // namespace lockgauge::machine
