#include "workloads/harness/parameters.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>

#include "workloads/machine/usage_error.h"

namespace lockgauge::harness {
namespace {

// "form-number", or a number alone.
std::string_view form_of(std::string_view value) {
  const std::size_t end = value.find('-');
  return end == std::string_view::npos ? "" : value.substr(0, end);
}
std::string_view number_of(std::string_view value) {
  return value.substr(value.find('-') + 1);
}

}  // namespace

void Parameter::check(std::string_view value) const {
  const auto is_one_of = [](const auto& words, std::string_view word) {
    return std::find(words.begin(), words.end(), word) != words.end();
  };
  if (!choices.empty()) {
    if (is_one_of(choices, value)) return;
    throw UsageError(fmt::format("--set {}={}: valid are {}", name, value,
                                 fmt::join(choices, ", ")));
  }
  const std::string_view digits =
      is_one_of(forms, form_of(value)) ? number_of(value) : value;
  long number = 0;
  const char* const end = digits.data() + digits.size();
  const auto [rest, error] = std::from_chars(digits.data(), end, number);
  if (error != std::errc() || rest != end || number < min || number > max) {
    throw UsageError(fmt::format(
        "--set {}={}: a whole number from {} to {}{}", name, value, min, max,
        forms.empty() ? ""
                      : fmt::format(", or one after {}-",
                                    fmt::join(forms, "-, "))));
  }
}

const std::string& Parameters::text(const std::string& name) const {
  return values_.at(name);
}

long Parameters::number(const std::string& name) const {
  return std::stol(std::string(number_of(text(name))));
}

std::string Parameters::form(const std::string& name) const {
  return std::string(form_of(text(name)));
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
