#ifndef LOCKGAUGE_LOCKS_PLATFORM_CHECKER_RELACY_H_
#define LOCKGAUGE_LOCKS_PLATFORM_CHECKER_RELACY_H_

#include <cstddef>

// Relacy Race Detector, by its parts. Not <relacy/relacy.hpp>: that one turns
// new, delete, malloc, errno, EBUSY, memory_order_* and the pthread functions
// into macros.

// A mistake in the use of Relacy aborts instead of passing for a good result.
#define RL_DO_ASSERT 1

// base.hpp has the macros that the others need.
#include <relacy/base.hpp>
// context.hpp next.
#include <relacy/context.hpp>
#include <relacy/context_base_impl.hpp>
// The rest, in any order.
#include <relacy/atomic.hpp>
#include <relacy/backoff.hpp>
#include <relacy/stdlib/condition_variable.hpp>
#include <relacy/stdlib/event.hpp>
#include <relacy/stdlib/mutex.hpp>
#include <relacy/stdlib/semaphore.hpp>
#include <relacy/test_suite.hpp>
#include <relacy/var.hpp>

namespace lockgauge::checker {

// Relacy replaces the global operators by inline functions, of which a compiler
// emits those that it did not inline. With only some of them in the program,
// memory from Relacy's allocator would go back to the library's: keep all.
[[gnu::used]] inline void* (*const kReplacedNew[])(std::size_t) = {
    ::operator new, ::operator new[] };
[[gnu::used]] inline void (*const kReplacedDelete[])(void*) = {
    ::operator delete, ::operator delete[] };

// Where in the checked code an access stands: what a trace names. As a default
// argument, here() is the place of the call.
using Where = rl::debug_info;

inline Where here(const char* file = __builtin_FILE(),
                  unsigned line = __builtin_LINE(),
                  const char* function = __builtin_FUNCTION()) {
  return {function, file, line};
}

// What a model claims. If it does not hold, this execution ends here, as an
// error. (assert() and gtest's macros would abort or leak in Relacy's threads.)
inline void require(bool holds, const char* claim, Where where = here()) {
  if (!holds) {
    rl::ctx().fail_test(claim, rl::test_result_user_assert_failed, where);
  }
}

}  // namespace lockgauge::checker

#endif  // LOCKGAUGE_LOCKS_PLATFORM_CHECKER_RELACY_H_
