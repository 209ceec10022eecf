#include "workloads/harness/parameters.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>

#include "workloads/machine/usage_error.h"

namespace lockgauge::harness {

void Parameter::check(std::string_view value) const {
  if (!choices.empty()) {
    if (std::find(choices.begin(), choices.end(), value) != choices.end()) {
      return;
    }
    throw UsageError(fmt::format("--set {}={}: valid are {}", name, value,
                                 fmt::join(choices, ", ")));
  }
  long number = 0;
  const char* const end = value.data() + value.size();
  const auto [rest, error] = std::from_chars(value.data(), end, number);
  if (error != std::errc() || rest != end || number < min || number > max) {
    throw UsageError(fmt::format("--set {}={}: a whole number from {} to {}",
                                 name, value, min, max));
  }
}

const std::string& Parameters::text(const std::string& name) const {
  return values_.at(name);
}

long Parameters::number(const std::string& name) const {
  return std::stol(text(name));
}

std::string Parameters::key() const { return joined('=', ';'); }
std::string Parameters::path() const { return joined(':', '/'); }

std::string Parameters::joined(char assign, char separate) const {
  std::string all;
  for (const auto& [name, value] : values_) {
    if (!all.empty()) all += separate;
    all += name;
    all += assign;
    all += value;
  }
  return all;
}

std::vector<Parameters> combinations(const std::vector<Parameter>& parameters,
                                     const Settings& settings) {
  std::vector<Parameters> all(1);
  for (const Parameter& parameter : parameters) {
    const auto set = settings.find(parameter.name);
    const auto& values =
        set == settings.end() ? parameter.defaults : set->second;
    std::vector<Parameters> more;
    for (const Parameters& so_far : all) {
      for (const std::string& value : values) {
        parameter.check(value);
        more.push_back(so_far);
        more.back().set(parameter.name, value);
      }
    }
    all = std::move(more);
  }
  return all;
}

}  // namespace lockgauge::harness
