#include "workloads/harness/interruption.h"

#include <fmt/format.h>
#include <unistd.h>

#include <csignal>

namespace lockgauge::harness {
namespace {

// Made beforehand: a handler may not allocate.
std::string words;

void stop(int signal) {
  // There is nobody left to tell that this could not be told.
  [[maybe_unused]] const ssize_t written =
      write(STDERR_FILENO, words.data(), words.size());
  std::signal(signal, SIG_DFL);
  std::raise(signal);
}

}  // namespace

void say_when_stopped(const std::string& folder) {
  words =
      fmt::format("lockgauge: stopped; what was measured is in {}\n", folder);
  std::signal(SIGINT, stop);
  std::signal(SIGTERM, stop);
}

}  // namespace lockgauge::harness
