#ifndef LOCKGAUGE_WORKLOADS_MACHINE_USAGE_ERROR_H_
#define LOCKGAUGE_WORKLOADS_MACHINE_USAGE_ERROR_H_

#include <stdexcept>

namespace lockgauge {

// Bad input from whoever started the program. what() is one line that says
// what was wrong, where, and what would be valid; main() prints it and exits 2.
class UsageError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace lockgauge

#endif  // LOCKGAUGE_WORKLOADS_MACHINE_USAGE_ERROR_H_
