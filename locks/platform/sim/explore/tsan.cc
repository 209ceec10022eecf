// What code compiled with -fsanitize=thread calls, in the place of
// ThreadSanitizer's own library, which must not be linked: each access to
// memory that is not atomic, each function entered and left. It makes the
// simulated machine see plain accesses of the code it runs, and who called it.
//
// The names are the compilers', for g++ and clang++.

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "locks/platform/sim/arena.h"
#include "locks/platform/sim/explore/execution.h"

namespace lockgauge::sim {
namespace {

void seen(const void* address, std::size_t bytes, bool write, const void* pc) {
  if (!Arena::contains(address)) return;
  Races* const races = Races::watching();
  if (races == nullptr || bytes == 0) return;
  // What the detector itself runs of code that was compiled so is not seen.
  Races::watch(nullptr);
  races->plain(address, bytes, write, pc);
  Races::watch(races);
}

CallStack* calls() {
  Execution* const execution = Execution::recording();
  if (execution == nullptr || execution->thread() == nullptr) return nullptr;
  return &execution->thread()->calls;
}

}  // namespace
}  // namespace lockgauge::sim

using lockgauge::sim::calls;
using lockgauge::sim::seen;

extern "C" {

void __tsan_init() {}

void __tsan_func_entry(void* call) {
  if (auto* const stack = calls()) {
    stack->push_back({__builtin_return_address(0), call});
  }
}
void __tsan_func_exit() {
  auto* const stack = calls();
  if (stack != nullptr && !stack->empty()) stack->pop_back();
}

#define LOCKGAUGE_ACCESS(name, bytes, write)                  \
  void __tsan_##name(void* address) {                         \
    seen(address, bytes, write, __builtin_return_address(0)); \
  }
#define LOCKGAUGE_ACCESSES(bytes)                       \
  LOCKGAUGE_ACCESS(read##bytes, bytes, false)           \
  LOCKGAUGE_ACCESS(write##bytes, bytes, true)           \
  LOCKGAUGE_ACCESS(unaligned_read##bytes, bytes, false) \
  LOCKGAUGE_ACCESS(unaligned_write##bytes, bytes, true) \
  LOCKGAUGE_ACCESS(volatile_read##bytes, bytes, false)  \
  LOCKGAUGE_ACCESS(volatile_write##bytes, bytes, true)  \
  LOCKGAUGE_ACCESS(read_write##bytes, bytes, true)      \
  LOCKGAUGE_ACCESS(unaligned_read_write##bytes, bytes, true)
LOCKGAUGE_ACCESSES(1)
LOCKGAUGE_ACCESSES(2)
LOCKGAUGE_ACCESSES(4)
LOCKGAUGE_ACCESSES(8)
LOCKGAUGE_ACCESSES(16)

void __tsan_read_range(void* address, std::size_t bytes) {
  seen(address, bytes, false, __builtin_return_address(0));
}
void __tsan_write_range(void* address, std::size_t bytes) {
  seen(address, bytes, true, __builtin_return_address(0));
}
void __tsan_vptr_read(void** address) {
  seen(address, sizeof(*address), false, __builtin_return_address(0));
}
void __tsan_vptr_update(void** address, void*) {
  seen(address, sizeof(*address), true, __builtin_return_address(0));
}

// std::atomic does not belong to the simulated machine; it works as ever.
#define LOCKGAUGE_ATOMIC_FETCH(bits, type, name)                         \
  type __tsan_atomic##bits##_fetch_##name(volatile type* at, type value, \
                                          int) {                         \
    return __atomic_fetch_##name(at, value, __ATOMIC_SEQ_CST);           \
  }
#define LOCKGAUGE_ATOMIC_EXCHANGE(bits, type, how)                          \
  int __tsan_atomic##bits##_compare_exchange_##how(                         \
      volatile type* at, type* expected, type desired, int, int) {          \
    return __atomic_compare_exchange_n(at, expected, desired, false,        \
                                       __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST); \
  }
#define LOCKGAUGE_ATOMICS(bits, type)                                       \
  type __tsan_atomic##bits##_load(const volatile type* at, int) {           \
    return __atomic_load_n(at, __ATOMIC_SEQ_CST);                           \
  }                                                                         \
  void __tsan_atomic##bits##_store(volatile type* at, type value, int) {    \
    __atomic_store_n(at, value, __ATOMIC_SEQ_CST);                          \
  }                                                                         \
  type __tsan_atomic##bits##_exchange(volatile type* at, type value, int) { \
    return __atomic_exchange_n(at, value, __ATOMIC_SEQ_CST);                \
  }                                                                         \
  LOCKGAUGE_ATOMIC_FETCH(bits, type, add)                                   \
  LOCKGAUGE_ATOMIC_FETCH(bits, type, sub)                                   \
  LOCKGAUGE_ATOMIC_FETCH(bits, type, and)                                   \
  LOCKGAUGE_ATOMIC_FETCH(bits, type, or)                                    \
  LOCKGAUGE_ATOMIC_FETCH(bits, type, xor)                                   \
  LOCKGAUGE_ATOMIC_EXCHANGE(bits, type, strong)                             \
  LOCKGAUGE_ATOMIC_EXCHANGE(bits, type, weak)                               \
  type __tsan_atomic##bits##_compare_exchange_val(                          \
      volatile type* at, type expected, type desired, int, int) {           \
    __atomic_compare_exchange_n(at, &expected, desired, false,              \
                                __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);        \
    return expected;                                                        \
  }
LOCKGAUGE_ATOMICS(8, std::uint8_t)
LOCKGAUGE_ATOMICS(16, std::uint16_t)
LOCKGAUGE_ATOMICS(32, std::uint32_t)
LOCKGAUGE_ATOMICS(64, std::uint64_t)

void __tsan_atomic_thread_fence(int) {
  __atomic_thread_fence(__ATOMIC_SEQ_CST);
}
void __tsan_atomic_signal_fence(int) {
  __atomic_signal_fence(__ATOMIC_SEQ_CST);
}

// The linker leads calls of these here (--wrap), since compilers leave the
// accesses of library functions to ThreadSanitizer's library.
void* __real_memcpy(void* to, const void* from, std::size_t bytes);
void* __real_memmove(void* to, const void* from, std::size_t bytes);
void* __real_memset(void* to, int value, std::size_t bytes);

void* __wrap_memcpy(void* to, const void* from, std::size_t bytes) {
  seen(from, bytes, false, __builtin_return_address(0));
  seen(to, bytes, true, __builtin_return_address(0));
  return __real_memcpy(to, from, bytes);
}
void* __wrap_memmove(void* to, const void* from, std::size_t bytes) {
  seen(from, bytes, false, __builtin_return_address(0));
  seen(to, bytes, true, __builtin_return_address(0));
  return __real_memmove(to, from, bytes);
}
void* __wrap_memset(void* to, int value, std::size_t bytes) {
  seen(to, bytes, true, __builtin_return_address(0));
  return __real_memset(to, value, bytes);
}

}  // extern "C"
