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
  if (!choices.empty()) {
    if (std::find(choices.begin(), choices.end(), value) != choices.end()) {
      return;
    }
    throw UsageError(fmt::format("--set {}={}: valid are {}", name, value,
                                 fmt::join(choices, ", ")));
  }
  const auto form = std::find_if(
      forms.begin(), forms.end(),
      [&](const Form& one) { return one.word == form_of(value); });
  const bool plain = form == forms.end();
  const std::string_view digits = plain ? value : number_of(value);
  const long least = plain ? min : form->min;
  long number = 0;
  const char* const end = digits.data() + digits.size();
  const auto [rest, error] = std::from_chars(digits.data(), end, number);
  if (error != std::errc() || rest != end || number < least ||
      number > max) {
    std::string valid = fmt::format("from {} to {}", min, max);
    for (const Form& one : forms) {
      valid += fmt::format(", from {} after {}-", one.min, one.word);
    }
    throw UsageError(
        fmt::format("--set {}={}: a whole number {}", name, value, valid));
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
