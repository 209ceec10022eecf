#ifndef LOCKGAUGE_LOCKS_PLATFORM_SIM_EXPLORE_NAMES_H_
#define LOCKGAUGE_LOCKS_PLATFORM_SIM_EXPLORE_NAMES_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace lockgauge::sim {

// What addresses are called in an interleaving.
class Names {
 public:
  // The last one given counts, and the smallest of those that an address is in.
  void add(const void* begin, std::size_t bytes, std::string name);
  // The same for the `count` elements of an array: "name[2]".
  void add_array(const void* begin, std::size_t bytes, std::size_t count,
                 std::string name);

  bool has(const void* address) const { return find(address) != nullptr; }
  // Whether something with a name begins there.
  bool has_beginning(const void* address) const;
  // "name", "name+8"; without a name "line 3+8" in the machine's memory, and
  // elsewhere "other 1", numbered as they are asked for.
  std::string of(const void* address);

 private:
  struct Range {
    std::uintptr_t begin;
    std::size_t bytes;  // of one element
    std::size_t count;  // 0: no array
    std::string name;
  };
  const Range* find(const void* address) const;

  std::vector<Range> ranges_;
  std::map<const void*, std::size_t> others_;
};

// A type's name without namespaces and template arguments.
std::string short_name(const char* mangled);
// The same for a function as debug information calls it.
std::string shorten(const std::string& name);

}  // namespace lockgauge::sim

#endif  // LOCKGAUGE_LOCKS_PLATFORM_SIM_EXPLORE_NAMES_H_
