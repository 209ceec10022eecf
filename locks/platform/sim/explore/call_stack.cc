#include "locks/platform/sim/explore/call_stack.h"

#include <link.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <map>
#include <memory>
#include <sstream>
#include <string_view>

#include "locks/platform/sim/explore/names.h"

namespace lockgauge::sim {
namespace {

struct Place {
  std::string function;
  std::string file;  // "storage/slab.h:51"
};
using Places = std::map<const void*, Place>;

// Where the program lies, against where its file says.
std::uintptr_t load_bias() {
  std::uintptr_t bias = 0;
  dl_iterate_phdr(
      [](dl_phdr_info* info, std::size_t, void* answer) {
        *static_cast<std::uintptr_t*>(answer) = info->dlpi_addr;
        return 1;  // the program is the first
      },
      &bias);
  return bias;
}

std::string read_line(std::FILE* from) {
  std::string line;
  for (int c; (c = std::fgetc(from)) != EOF && c != '\n';) {
    line += static_cast<char>(c);
  }
  return line;
}

// By addr2line, which is where the compiler is; without it there are no names.
void look_up(Places& places, const std::vector<const void*>& addresses) {
  std::ostringstream command;
  command << "addr2line -Cf -e /proc/" << getpid() << "/exe" << std::hex;
  for (const void* const address : addresses) {
    // What returns there is before it.
    command << " 0x"
            << reinterpret_cast<std::uintptr_t>(address) - load_bias() - 1;
  }
  command << " 2>/dev/null";
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> output(
      popen(command.str().c_str(), "r"), pclose);
  for (const void* const address : addresses) {
    Place& place = places[address];
    if (output == nullptr) continue;
    place.function = shorten(read_line(output.get()));
    place.file = read_line(output.get());
    place.file.erase(std::min(place.file.find(" ("), place.file.size()));
  }
}

// The machinery between a test and the code it runs.
bool is_ours(const Place& place) {
  const std::string_view file = place.file;
  return file.find("/include/c++/") != file.npos ||
         (file.find("locks/platform/sim/") != file.npos &&
          file.find("_test.") == file.npos);
}

}  // namespace

std::string describe(const CallStack& stack, const void* at,
                     const std::string& place, int indent) {
  static Places places;
  std::vector<const void*> unknown;
  const auto need = [&](const void* address) {
    if (address != nullptr && !places.contains(address)) {
      unknown.push_back(address);
    }
  };
  need(at);
  for (const CallFrame& frame : stack) {
    need(frame.function);
    need(frame.call);
  }
  if (!unknown.empty()) look_up(places, unknown);

  std::string text;
  for (auto frame = stack.rbegin(); frame != stack.rend(); ++frame) {
    const Place& function = places[frame->function];
    const Place& line = at == nullptr ? function : places[at];
    if (!is_ours(function) && !function.function.empty()) {
      const std::string file =
          text.empty() && !place.empty()
              ? place
              : std::filesystem::path(line.file).filename().string();
      text += std::string(static_cast<std::size_t>(indent), ' ') +
              function.function + "  " + file + '\n';
    }
    at = frame->call;
  }
  return text;
}

}  // namespace lockgauge::sim
