#include "workloads/kernel/start.h"

#include <bpf/bpf.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <linux/perf_event.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <stdexcept>

#include "workloads/kernel/bpf/shared.h"

namespace lockgauge::kernel {
namespace {

// A frame of a length that test_run takes.
constexpr std::size_t kFrameBytes = 64;

void check(const char* what, int error) {
  if (error == 0) return;
  throw std::runtime_error(fmt::format("this kernel refuses {}: {}", what,
                                       std::strerror(std::abs(error))));
}

}  // namespace

void run_classifier(int program, int thread) {
  std::array<char, kFrameBytes> frame{};
  __sk_buff context{};
  context.mark = static_cast<__u32>(thread);
  LIBBPF_OPTS(bpf_test_run_opts, options);
  options.data_in = frame.data();
  options.data_size_in = frame.size();
  options.ctx_in = &context;
  options.ctx_size_in = sizeof(context);
  check("a test run of a classifier",
        bpf_prog_test_run_opts(program, &options));
}

void run_raw_tracepoint(int program, int thread) {
  std::array<__u64, 1> arguments = {static_cast<__u64>(thread)};
  LIBBPF_OPTS(bpf_test_run_opts, options);
  options.ctx_in = arguments.data();
  options.ctx_size_in = sizeof(arguments);
  check("a test run of a raw tracepoint",
        bpf_prog_test_run_opts(program, &options));
}

void run_entry_functions(int program) {
  LIBBPF_OPTS(bpf_test_run_opts, options);
  check("a test run of a tracing program",
        bpf_prog_test_run_opts(program, &options));
}

void run_fcntl(int file, int thread) {
  // It fails: nobody has this command.
  fcntl(file, kKernelFcntl, static_cast<long>(thread));
}

int make_file() {
  const int file = memfd_create("lockgauge", MFD_CLOEXEC);
  check("an anonymous file", file < 0 ? errno : 0);
  return file;
}

int open_clock(std::uint64_t every_ns) {
  perf_event_attr attributes{};
  attributes.size = sizeof(attributes);
  attributes.type = PERF_TYPE_SOFTWARE;
  attributes.config = PERF_COUNT_SW_CPU_CLOCK;
  attributes.sample_period = every_ns;
  const auto clock = static_cast<int>(
      syscall(SYS_perf_event_open, &attributes, /*thread=*/0, /*cpu=*/-1,
              /*group=*/-1, PERF_FLAG_FD_CLOEXEC));
  check("a clock event", clock < 0 ? errno : 0);
  return clock;
}

}  // namespace lockgauge::kernel
