#include "workloads/kernel/object.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <limits>
#include <optional>
#include <stdexcept>
#include <vector>

#include "locks/platform/host/clock.h"
#include "workloads/kernel/programs.skel.h"

namespace lockgauge::kernel {
namespace {

// A frame of the least length that test_run takes.
constexpr std::size_t kFrameBytes = 64;

void run_classifier(int fd, int thread) {
  std::array<char, kFrameBytes> frame{};
  __sk_buff context{};
  context.mark = static_cast<__u32>(thread);
  LIBBPF_OPTS(bpf_test_run_opts, options);
  options.data_in = frame.data();
  options.data_size_in = frame.size();
  options.ctx_in = &context;
  options.ctx_size_in = sizeof(context);
  const int error = bpf_prog_test_run_opts(fd, &options);
  if (error != 0) {
    throw std::runtime_error(
        fmt::format("test_run of a classifier: {}", std::strerror(-error)));
  }
}

void run_raw_tracepoint(int fd, int thread) {
  std::array<__u64, 1> arguments = {static_cast<__u64>(thread)};
  LIBBPF_OPTS(bpf_test_run_opts, options);
  options.ctx_in = arguments.data();
  options.ctx_size_in = sizeof(arguments);
  const int error = bpf_prog_test_run_opts(fd, &options);
  if (error != 0) {
    throw std::runtime_error(fmt::format("test_run of a raw tracepoint: {}",
                                         std::strerror(-error)));
  }
}

class Loaded final : public Object {
 public:
  Loaded(const Recipe& recipe, std::string& why_not)
      : start_(recipe.start), skeleton_(programs__open()) {
    if (skeleton_ == nullptr) {
      why_not = std::strerror(errno);
      return;
    }
    choose(recipe);
    const int error = programs__load(skeleton_);
    if (error != 0) {
      why_not = fmt::format("this kernel refuses to load the program {}: {}",
                            recipe.program, std::strerror(-error));
      return;
    }
    fd_ = bpf_program__fd(program(recipe.program));
    if (recipe.has_section) {
      section_ = bpf_object__find_map_by_name(skeleton_->obj,
                                              recipe.maps.front().c_str());
    }
    cells_ = skeleton_->bss->cells;
    plan_ = &skeleton_->bss->plan;
    stop_ = &skeleton_->bss->stop;
  }
  ~Loaded() override { programs__destroy(skeleton_); }
  Loaded(const Loaded&) = delete;
  Loaded& operator=(const Loaded&) = delete;

  void run(int thread) override {
    switch (start_) {
      case Start::kSocketBuffer:
        return run_classifier(fd_, thread);
      case Start::kRawTracepoint:
        return run_raw_tracepoint(fd_, thread);
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
    const int fd = bpf_program__fd(skeleton_->progs.calibrate);
    plan_->hold_turns = kTurns;
    auto best_ns = std::numeric_limits<std::uint64_t>::max();
    for (int i = 0; i < kTries; ++i) {
      const std::uint64_t before_ns = host::Clock::now_ns();
      run_raw_tracepoint(fd, 0);
      best_ns = std::min(best_ns, host::Clock::now_ns() - before_ns);
    }
    busy_turn_ns_ = static_cast<double>(best_ns) / kTurns;
    return *busy_turn_ns_;
  }

 private:
  bpf_program* program(const std::string& name) const {
    return bpf_object__find_program_by_name(skeleton_->obj, name.c_str());
  }

  // Nothing else is loaded: what one kernel lacks must not keep the rest out.
  void choose(const Recipe& recipe) {
    bpf_program* each = nullptr;
    bpf_object__for_each_program(each, skeleton_->obj) {
      bpf_program__set_autoload(each, false);
    }
    bpf_program__set_autoload(skeleton_->progs.calibrate, true);
    bpf_program__set_autoload(program(recipe.program), true);
    bpf_map* map = nullptr;
    bpf_object__for_each_map(map, skeleton_->obj) {
      const bool wanted =
          bpf_map__is_internal(map) ||
          std::find(recipe.maps.begin(), recipe.maps.end(),
                    bpf_map__name(map)) != recipe.maps.end();
      bpf_map__set_autocreate(map, wanted);
    }
  }

  const Start start_;
  programs* const skeleton_;
  int fd_ = -1;
  bpf_map* section_ = nullptr;
  std::optional<double> busy_turn_ns_;
};

}  // namespace

std::unique_ptr<Object> load_object(const Recipe& recipe,
                                    std::string& why_not) {
  auto loaded = std::make_unique<Loaded>(recipe, why_not);
  return why_not.empty() ? std::move(loaded) : nullptr;
}

}  // namespace lockgauge::kernel
