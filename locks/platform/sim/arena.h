#ifndef LOCKGAUGE_LOCKS_PLATFORM_SIM_ARENA_H_
#define LOCKGAUGE_LOCKS_PLATFORM_SIM_ARENA_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <utility>
#include <vector>

namespace lockgauge::sim {

// The memory of a simulated machine. It lies at the same address in every
// process and hands out the same places for the same requests, so that code
// that hashes addresses does the same in every run and on every host. One at a
// time.
class Arena {
 public:
  // Throws std::runtime_error if the address range cannot be had.
  Arena();
  ~Arena();
  Arena(const Arena&) = delete;
  Arena& operator=(const Arena&) = delete;

  // Zeroed when new, at a multiple of `alignment` (a power of two) and of the
  // line size, so that no two share a line. nullptr when all is used up.
  void* allocate(std::size_t bytes, std::size_t alignment);
  // What is given back goes to the next request of the same size and alignment.
  void deallocate(void* memory);
  // Of what is in use.
  std::size_t bytes_of(void* memory) const { return used_.at(memory).first; }

  // All memory is new again.
  void restart();

  static bool contains(const void* address) { return offset(address) < kBytes; }
  // From the beginning.
  static std::size_t offset(const void* address) {
    return reinterpret_cast<std::uintptr_t>(address) - kBegin;
  }

 private:
  // In the half of the address space that neither programs, their heaps and
  // stacks nor AddressSanitizer use. Reserved, not taken: pages come with use.
  static constexpr std::uintptr_t kBegin = 0x2000'0000'0000;
  static constexpr std::size_t kBytes = std::size_t{64} << 30;

  using Kind = std::pair<std::size_t, std::size_t>;  // bytes, alignment

  std::byte* next_;
  std::map<void*, Kind> used_;
  std::map<Kind, std::vector<void*>> free_;
};

}  // namespace lockgauge::sim

#endif  // LOCKGAUGE_LOCKS_PLATFORM_SIM_ARENA_H_
