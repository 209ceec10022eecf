#ifndef LOCKGAUGE_WORKLOADS_KERNEL_KERNEL_H_
#define LOCKGAUGE_WORKLOADS_KERNEL_KERNEL_H_

#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "workloads/kernel/object.h"
#include "workloads/kernel/recipe.h"

namespace lockgauge::kernel {

// The running kernel, as far as this process may use it. Nothing of it is
// changed: what is loaded hangs on file descriptors and goes with the process,
// also if that is killed. Not thread-safe.
class Kernel {
 public:
  Kernel();

  // Why no program can be run at all, in one line; empty: some can.
  const std::string& unavailable() const { return unavailable_; }

  // What its BTF shows, which takes no rights.
  std::string_view storage_backend() const { return storage_backend_; }

  // What the recipe takes, loaded at its first use; or null, and why_not says
  // why.
  Object* load(const Recipe& recipe, std::string& why_not);

 private:
  struct Loaded {
    std::unique_ptr<Object> object;
    std::string why_not;
  };

  HasSymbol has_symbol_;
  std::string unavailable_;
  std::string_view storage_backend_;
  std::map<std::string, Loaded> loaded_;  // by programs
};

}  // namespace lockgauge::kernel

#endif  // LOCKGAUGE_WORKLOADS_KERNEL_KERNEL_H_
