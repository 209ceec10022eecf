#ifndef LOCKGAUGE_LOCKS_PLATFORM_SIM_EXPLORE_CALL_STACK_H_
#define LOCKGAUGE_LOCKS_PLATFORM_SIM_EXPLORE_CALL_STACK_H_

#include <string>
#include <vector>

namespace lockgauge::sim {

// The functions that a thread is in, as far as they were compiled for it; see
// tsan.cc. The innermost last.
struct CallFrame {
  const void* function;  // an address in it
  const void* call;      // where it was called
};
using CallStack = std::vector<CallFrame>;

// "function  file:line" for each, the innermost first, indented by so many
// spaces. The place in the innermost is `place`, or what is before `at`.
// Functions of the simulator itself are left out, as are template arguments.
std::string describe(const CallStack& stack, const void* at,
                     const std::string& place, int indent);

}  // namespace lockgauge::sim

#endif  // LOCKGAUGE_LOCKS_PLATFORM_SIM_EXPLORE_CALL_STACK_H_
