#include "workloads/kernel/object.h"

#include <bpf/libbpf.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <limits>
#include <optional>
#include <stdexcept>
#include <vector>

#include "locks/platform/host/clock.h"
#include "workloads/kernel/programs.skel.h"
#include "workloads/kernel/start.h"

namespace lockgauge::kernel {
namespace {

struct Unload {
  void operator()(programs* skeleton) const { programs__destroy(skeleton); }
};
struct Detach {
  void operator()(bpf_link* link) const { bpf_link__destroy(link); }
};
using Skeleton = std::unique_ptr<programs, Unload>;
using Link = std::unique_ptr<bpf_link, Detach>;

class Loaded final : public Object {
 public:
  Loaded(const Recipe& recipe, Skeleton skeleton)
      : recipe_(recipe),
        skeleton_(std::move(skeleton)),
        main_(fd(recipe.program)) {
    cells_ = skeleton_->bss->cells;
    plan_ = &skeleton_->bss->plan;
    stop_ = &skeleton_->bss->stop;
    if (recipe.has_section) {
      section_ = bpf_object__find_map_by_name(skeleton_->obj,
                                              recipe.maps.front().c_str());
    }
  }

  std::string begin() override {
    for (const std::string& name : recipe_.attached) {
      links_.emplace_back(bpf_program__attach(program(name)));
      if (links_.back() == nullptr) {
        const int error = errno;
        end();
        return fmt::format("this kernel refuses to attach the program {}: {}",
                           name, std::strerror(error));
      }
    }
    interrupts_.resize(kKernelThreads);
    files_.assign(kKernelThreads, -1);
    std::memset(cells_, 0, sizeof(kernel_cell) * kKernelThreads);
    return {};
  }

  void end() override {
    links_.clear();
    interrupts_.clear();
    for (const int file : files_) {
      if (file >= 0) close(file);
    }
    files_.clear();
  }

  void enlist(int thread, std::uint64_t every_ns) override {
    run_raw_tracepoint(bpf_program__fd(skeleton_->progs.enlist), thread);
    if (recipe_.start == Start::kFcntl) files_[thread] = make_file();
    if (recipe_.interrupt.empty()) return;
    const int clock = open_clock(every_ns);
    LIBBPF_OPTS(bpf_perf_event_opts, options);
    options.bpf_cookie = static_cast<__u64>(thread);
    // The link closes the clock.
    interrupts_[thread].reset(bpf_program__attach_perf_event_opts(
        program(recipe_.interrupt), clock, &options));
    if (interrupts_[thread] == nullptr) {
      const int error = errno;
      close(clock);
      throw std::runtime_error(
          fmt::format("this kernel refuses a program at a clock event: {}",
                      std::strerror(error)));
    }
  }

  void run(int thread) override {
    switch (recipe_.start) {
      case Start::kSocketBuffer:
        return run_classifier(main_, thread);
      case Start::kRawTracepoint:
        return run_raw_tracepoint(main_, thread);
      case Start::kFunctionEntry:
        return run_entry_functions(main_);
      case Start::kFcntl:
        return run_fcntl(files_[thread], thread);
    }
  }

  std::uint64_t visits() const override {
    if (section_ == nullptr) return 0;
    const __u32 key = 0;
    std::vector<char> element(bpf_map__value_size(section_));
    kernel_section section{};
    bpf_map__lookup_elem(section_, &key, sizeof(key), element.data(),
                         element.size(), 0);
    std::memcpy(&section, element.data(), sizeof(section));
    return section.visits;
  }

  double busy_turn_ns() override {
    constexpr __u32 kTurns = 100'000;
    constexpr int kTries = 5;
    if (busy_turn_ns_) return *busy_turn_ns_;
    plan_->hold_turns = kTurns;
    auto best_ns = std::numeric_limits<std::uint64_t>::max();
    for (int i = 0; i < kTries; ++i) {
      const std::uint64_t before_ns = host::Clock::now_ns();
      run_raw_tracepoint(bpf_program__fd(skeleton_->progs.calibrate), 0);
      best_ns = std::min(best_ns, host::Clock::now_ns() - before_ns);
    }
    busy_turn_ns_ = static_cast<double>(best_ns) / kTurns;
    return *busy_turn_ns_;
  }

 private:
  bpf_program* program(const std::string& name) const {
    return bpf_object__find_program_by_name(skeleton_->obj, name.c_str());
  }
  int fd(const std::string& name) const {
    return bpf_program__fd(program(name));
  }

  const Recipe recipe_;
  const Skeleton skeleton_;
  const int main_;
  bpf_map* section_ = nullptr;
  std::vector<Link> links_;
  std::vector<Link> interrupts_;  // by thread
  std::vector<int> files_;        // by thread
  std::optional<double> busy_turn_ns_;
};

// Only what the recipe takes: what a kernel refuses of one must not keep the
// others out.
void choose(const Recipe& recipe, programs& skeleton) {
  const auto among = [](const std::vector<std::string>& names,
                        const char* name) {
    return std::find(names.begin(), names.end(), name) != names.end();
  };
  bpf_program* program = nullptr;
  bpf_object__for_each_program(program, skeleton.obj) {
    const char* const name = bpf_program__name(program);
    bpf_program__set_autoload(program, name == recipe.program ||
                                           name == recipe.interrupt ||
                                           among(recipe.attached, name));
  }
  bpf_program__set_autoload(skeleton.progs.enlist, true);
  bpf_program__set_autoload(skeleton.progs.calibrate, true);
  bpf_map* map = nullptr;
  bpf_object__for_each_map(map, skeleton.obj) {
    bpf_map__set_autocreate(map, bpf_map__is_internal(map) ||
                                     among(recipe.maps, bpf_map__name(map)));
  }
}

// What a kernel that has all symbols refuses: by their type, the programs that
// are attached to its functions before any other.
std::string refused(const Recipe& recipe, const programs& skeleton) {
  const std::string& name =
      recipe.attached.empty() ? recipe.program : recipe.attached.front();
  const bpf_program* const program =
      bpf_object__find_program_by_name(skeleton.obj, name.c_str());
  return fmt::format("{}, a program of type {}", name,
                     libbpf_bpf_prog_type_str(bpf_program__type(program)));
}

}  // namespace

std::unique_ptr<Object> load_object(const Recipe& recipe,
                                    std::string& why_not) {
  Skeleton skeleton(programs__open());
  if (skeleton == nullptr) {
    why_not = fmt::format("cannot open the programs: {}", std::strerror(errno));
    return nullptr;
  }
  choose(recipe, *skeleton);
  const int error = programs__load(skeleton.get());
  if (error != 0) {
    why_not = fmt::format("this kernel refuses to load {}: {}",
                          refused(recipe, *skeleton), std::strerror(-error));
    return nullptr;
  }
  return std::make_unique<Loaded>(recipe, std::move(skeleton));
}

}  // namespace lockgauge::kernel
