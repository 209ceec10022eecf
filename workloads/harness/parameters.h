#ifndef LOCKGAUGE_WORKLOADS_HARNESS_PARAMETERS_H_
#define LOCKGAUGE_WORKLOADS_HARNESS_PARAMETERS_H_

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace lockgauge::harness {

// A word that may stand before a number, as in "exponential-200".
struct Form {
  std::string word;
  long min = 0;  // of the number; the parameter's max holds for it too
};

// A knob of a scenario, as `--set name=value,value` turns it.
struct Parameter {
  std::string name;
  // What is run when nobody says otherwise: one case for each value.
  std::vector<std::string> defaults;
  // What it does, with its unit.
  std::string help;
  // The words it may be; empty: whole numbers from `min` to `max`.
  std::vector<std::string> choices = {};
  long min = 0;
  long max = 1'000'000'000;
  // What it may be besides.
  std::vector<Form> forms = {};

  // Throws UsageError if it may not have this value.
  void check(std::string_view value) const;
};

// One value for each parameter of a scenario.
class Parameters {
 public:
  Parameters() = default;

  bool has(const std::string& name) const { return values_.contains(name); }
  // REQUIRES of all others: the parameter exists; for number(), that it is one.
  const std::string& text(const std::string& name) const;
  long number(const std::string& name) const;
  // The word before its number; empty: none.
  std::string form(const std::string& name) const;

  void set(const std::string& name, const std::string& value) {
    values_[name] = value;
  }

  // "name=value;name=value", by name: the key that results are compared by.
  std::string key() const;
  // "name:value/name:value", as google-benchmark names arguments.
  std::string path() const;

 private:
  std::string joined(char assign, char separate) const;

  std::map<std::string, std::string> values_;
};

// What the user set: parameter name to values.
using Settings = std::map<std::string, std::vector<std::string>>;

// Every combination of the values that `settings` or else the defaults give.
// Settings for parameters that are not here are none of its business. Throws
// UsageError for a value that a parameter may not have.
std::vector<Parameters> combinations(const std::vector<Parameter>& parameters,
                                     const Settings& settings);

}  // namespace lockgauge::harness

#endif  // LOCKGAUGE_WORKLOADS_HARNESS_PARAMETERS_H_
