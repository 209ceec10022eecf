#ifndef LOCKGAUGE_WORKLOADS_KERNEL_RECIPE_H_
#define LOCKGAUGE_WORKLOADS_KERNEL_RECIPE_H_

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "workloads/harness/trial.h"
#include "workloads/kernel/bpf/shared.h"

namespace lockgauge::kernel {

// How a thread of the team starts its program.
enum class Start {
  kSocketBuffer,   // test_run of a classifier; the thread is the mark
  kRawTracepoint,  // test_run of a raw tracepoint; the thread is argument 0
  kFunctionEntry,  // test_run, which calls functions that it is attached to
  kFcntl,          // fcntl(), which asks the security module's programs
};

// What a trial takes: parts of the object in bpf/, by their names there.
struct Recipe {
  std::string program;  // what the threads run, or the first of them runs
  Start start = Start::kRawTracepoint;
  std::vector<std::string> maps = {};
  // The first of them holds a kernel_section in its element 0.
  bool has_section = false;
  // Functions and variables that the kernel must have, by their names in BTF.
  std::vector<std::string> symbols = {};
  // Programs attached to functions of the kernel for as long as the trial.
  std::vector<std::string> attached = {};
  // The program that a clock interrupts each thread with, if any.
  std::string interrupt = {};
  // Something comes in between, or the trial says nothing.
  bool is_interrupted = false;
  // Most turns of the loop in one run: some milliseconds, for which the kernel
  // may not be able to preempt the thread.
  std::uint32_t iterations = 0;
  int least_threads = 1;
  int most_threads = kKernelThreads;
  // Why no kernel can; empty: some can.
  std::string impossible = {};
};

// REQUIRES: the trial's case is one of cases.h.
Recipe recipe(const harness::TrialSpec& spec);

// Whether the kernel has a function or variable of that name.
using HasSymbol = std::function<bool(const std::string&)>;

// The name of the storage backend that the kernel has: what its BTF shows,
// never what its version says.
std::string_view storage_backend(const HasSymbol& has);

// Why the kernel cannot run it, or none can; empty if nothing is known against
// it.
std::string lacks(const Recipe& recipe, const HasSymbol& has);

// Why nothing can be loaded at all, given the errno of the shortest program
// (0: it was loaded) and whether the kernel shows its types; empty: it can.
std::string why_unavailable(int error, bool has_types);

}  // namespace lockgauge::kernel

#endif  // LOCKGAUGE_WORKLOADS_KERNEL_RECIPE_H_
