#include "locks/platform/sim/description_file.h"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <map>
#include <set>
#include <sstream>

namespace lockgauge::sim {
namespace {

// The scalar keys, in the order they are written.
template <class Visit, class Description>
void for_each_number(Description& description, Visit visit) {
  visit("frequency_mhz", description.frequency_mhz);
  visit("hit_ns", description.costs.hit_ns);
  visit("store_ns", description.costs.store_ns);
  visit("rmw_ns", description.costs.rmw_ns);
  visit("memory_ns", description.costs.memory_ns);
  visit("upgrade_percent", description.costs.upgrade_percent);
  visit("jitter_percent", description.costs.jitter_percent);
  visit("pause_ns", description.costs.pause_ns);
  visit("clock_ns", description.costs.clock_ns);
  visit("pending_polls", description.pending_polls);
  visit("time_slice_ns", description.scheduling.time_slice_ns);
  visit("switch_ns", description.scheduling.switch_ns);
  visit("steal_every_ns", description.scheduling.steal_every_ns);
  visit("steal_ns", description.scheduling.steal_ns);
  visit("smt_percent", description.scheduling.smt_percent);
}

class Parser {
 public:
  Parser(const std::string& text, const std::string& origin)
      : text_(text), origin_(origin) {}

  // One key of a machine whose CPUs have their places.
  Description change(const Description& base, const std::string& key) {
    description_ = base;
    if (key == "llc") fail("llc places CPUs; only a file may");
    std::istringstream words(text_);
    parse_line(key, words);
    require_valid();
    return description_;
  }

  Description parse() {
    std::istringstream lines(text_);
    for (std::string line; std::getline(lines, line);) {
      ++line_;
      std::istringstream words(line.substr(0, line.find('#')));
      std::string key;
      if (words >> key) parse_line(key, words);
    }
    place_cpus();
    require_valid();
    return description_;
  }

 private:
  // Line 0: the text is no file.
  [[noreturn]] void fail(const std::string& what) const {
    const std::string line = line_ > 0 ? ":" + std::to_string(line_) : "";
    throw DescriptionError(origin_ + line + ": " + what);
  }

  void require_valid() const {
    try {
      validate(description_);
    } catch (const DescriptionError& error) {
      throw DescriptionError(origin_ + ": " + error.what());
    }
  }

  template <class T>
  T number(std::istringstream& words, const std::string& what) const {
    std::string word;
    words >> word;
    T value{};
    const char* const end = word.data() + word.size();
    const auto [stop, error] = std::from_chars(word.data(), end, value);
    if (error != std::errc{} || stop != end) {
      fail(what + " needs a number, not '" + word + "'");
    }
    return value;
  }

  void parse_line(const std::string& key, std::istringstream& words) {
    if (key != "llc" && !keys_.insert(key).second)
      fail(key + " is given twice");
    if (key == "llc") {
      parse_llc(words);
    } else if (key == "transfer_ns") {
      for (double& cost_ns : description_.costs.transfer_ns) {
        cost_ns = number<double>(words, "transfer_ns (five distances)");
      }
    } else if (key == "preemption") {
      parse_preemption(words);
    } else {
      parse_number(key, words);
    }
    std::string rest;
    if (words >> rest) fail("'" + rest + "' is more than " + key + " takes");
  }

  void parse_number(const std::string& key, std::istringstream& words) {
    std::string known = "llc, transfer_ns, preemption";
    bool found = false;
    for_each_number(description_, [&](const char* name, auto& value) {
      known += std::string(", ") + name;
      if (key != name) return;
      value = number<std::decay_t<decltype(value)>>(words, key);
      found = true;
    });
    if (!found) fail("unknown key '" + key + "'; known are " + known);
  }

  void parse_preemption(std::istringstream& words) {
    std::string word;
    words >> word;
    if (word != "kernel" && word != "user") {
      fail("preemption is kernel or user, not '" + word + "'");
    }
    description_.scheduling.preemption =
        word == "user" ? Preemption::kUser : Preemption::kKernel;
  }

  void parse_llc(std::istringstream& words) {
    CpuPlace place{};
    place.package = number<std::uint32_t>(words, "llc (its package)");
    place.node = number<std::uint32_t>(words, "llc (its node)");
    place.llc = llcs_++;
    for (std::string core; words >> core;) {
      place.core = cores_++;
      std::replace(core.begin(), core.end(), '+', ' ');
      std::istringstream cpus(core);
      while (!(cpus >> std::ws).eof()) {
        const auto cpu = number<std::uint32_t>(cpus, "a CPU of a core");
        if (!places_.emplace(cpu, place).second) {
          fail("CPU " + std::to_string(cpu) + " is in two places");
        }
      }
    }
  }

  void place_cpus() {
    for (const auto& [cpu, place] : places_) {
      if (cpu != description_.cpus.size()) {
        throw DescriptionError(origin_ + ": no llc has CPU " +
                               std::to_string(description_.cpus.size()) +
                               "; CPUs are numbered from 0 without gaps");
      }
      description_.cpus.push_back(place);
    }
  }

  const std::string& text_;
  const std::string& origin_;
  int line_ = 0;
  std::uint32_t llcs_ = 0;
  std::uint32_t cores_ = 0;
  std::set<std::string> keys_;
  std::map<std::uint32_t, CpuPlace> places_;
  Description description_;
};

}  // namespace

Description parse_description(const std::string& text,
                              const std::string& origin) {
  return Parser(text, origin).parse();
}

Description read_description(const std::string& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  if (!file) throw DescriptionError(path + ": cannot be read");
  return parse_description(text.str(), path);
}

void set_key(Description& description, const std::string& key,
             const std::string& value) {
  description = Parser(value, key + "=" + value).change(description, key);
}

std::string format_description(const Description& description) {
  std::ostringstream text;
  for_each_number(description, [&](const char* name, const auto& value) {
    text << name << ' ' << value << '\n';
  });
  const bool user = description.scheduling.preemption == Preemption::kUser;
  text << "preemption " << (user ? "user" : "kernel") << '\n';
  text << "transfer_ns";
  for (const double cost_ns : description.costs.transfer_ns) {
    text << ' ' << cost_ns;
  }
  text << "  # same core, llc, node, package; remote\n";

  std::map<std::uint32_t, std::map<std::uint32_t, std::string>> llcs;
  for (std::uint32_t cpu = 0; cpu < description.cpu_count(); ++cpu) {
    const CpuPlace& place = description.cpus[cpu];
    std::string& core = llcs[place.llc][place.core];
    core += (core.empty() ? " " : "+") + std::to_string(cpu);
  }
  for (const auto& [llc, cores] : llcs) {
    const auto place = std::find_if(
        description.cpus.begin(), description.cpus.end(),
        [number = llc](const CpuPlace& cpu) { return cpu.llc == number; });
    text << "llc " << place->package << ' ' << place->node << ' ';
    for (const auto& [core, cpus] : cores) text << cpus;
    text << '\n';
  }
  return text.str();
}

}  // namespace lockgauge::sim
