#ifndef LOCKGAUGE_WORKLOADS_KERNEL_START_H_
#define LOCKGAUGE_WORKLOADS_KERNEL_START_H_

#include <cstdint>

// How the calling thread makes the kernel run a program, and what interrupts
// it. All throw std::runtime_error if the kernel refuses.
namespace lockgauge::kernel {

// By test_run, of the kind that the program is of. `thread` is its argument.
void run_classifier(int program, int thread);
void run_raw_tracepoint(int program, int thread);

// The functions that test_run calls for the sake of what is attached to them;
// `program` is any that is attached to some function.
void run_entry_functions(int program);

// The security hook of fcntl(), on a file of the thread.
void run_fcntl(int file, int thread);

// An anonymous file with an inode of its own.
int make_file();

// A clock of the calling thread's CPU time. It belongs to the thread alone, as
// `perf record -e cpu-clock` of it would. A file descriptor.
int open_clock(std::uint64_t every_ns);

}  // namespace lockgauge::kernel

#endif  // LOCKGAUGE_WORKLOADS_KERNEL_START_H_
