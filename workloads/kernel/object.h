#ifndef LOCKGAUGE_WORKLOADS_KERNEL_OBJECT_H_
#define LOCKGAUGE_WORKLOADS_KERNEL_OBJECT_H_

#include <cstdint>
#include <memory>
#include <string>

#include "workloads/kernel/bpf/shared.h"
#include "workloads/kernel/recipe.h"

namespace lockgauge::kernel {

// What a recipe takes, inside the kernel.
class Object {
 public:
  virtual ~Object() = default;

  // Around a trial. In between, programs are attached to what they are
  // attached to. begin() answers why the kernel does not allow it, or nothing.
  virtual std::string begin() = 0;
  virtual void end() = 0;

  // By the thread of that number, in between: makes it known to the programs.
  // `every_ns`: of its CPU time, between two interrupts if there are any.
  // Throws std::runtime_error if the kernel refuses.
  virtual void enlist(int thread, std::uint64_t every_ns) = 0;

  // That thread runs the program once. Throws like enlist().
  virtual void run(int thread) = 0;

  // What a turn of the programs' busy loop takes, measured at the first call;
  // 0 if the kernel has no such loop.
  virtual double busy_turn_ns() = 0;

  // The sections there were, as the section itself has counted them; 0 if the
  // recipe has none.
  virtual std::uint64_t visits() const = 0;

  // Mapped: what the programs see.
  kernel_cell* cells() const { return cells_; }
  kernel_plan& plan() const { return *plan_; }
  kernel_stop& stop() const { return *stop_; }

 protected:
  kernel_cell* cells_ = nullptr;
  kernel_plan* plan_ = nullptr;
  kernel_stop* stop_ = nullptr;
};

// Null if the kernel does not take it; why_not then says what it answered.
std::unique_ptr<Object> load_object(const Recipe& recipe, std::string& why_not);

}  // namespace lockgauge::kernel

#endif  // LOCKGAUGE_WORKLOADS_KERNEL_OBJECT_H_
