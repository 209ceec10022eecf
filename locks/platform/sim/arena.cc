#include "locks/platform/sim/arena.h"

#include <sys/mman.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <stdexcept>
#include <system_error>

#include "locks/cache_line.h"

namespace lockgauge::sim {
namespace {

// In the half of the address space that neither programs, their heaps and
// stacks nor AddressSanitizer use. Reserved, not taken: pages come with use.
std::byte* const kBegin = reinterpret_cast<std::byte*>(0x2000'0000'0000);
constexpr std::size_t kBytes = std::size_t{64} << 30;

}  // namespace

Arena::Arena() : next_(kBegin) {
  void* const memory = mmap(
      kBegin, kBytes, PROT_READ | PROT_WRITE,
      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED_NOREPLACE, -1, 0);
  if (memory == kBegin) return;
  const int error = memory == MAP_FAILED ? errno : EEXIST;
  if (memory != MAP_FAILED) munmap(memory, kBytes);
  throw std::runtime_error(
      "no room for the simulated machine's memory, 64 GiB of address space at "
      "0x200000000000: " +
      std::generic_category().message(error));
}

Arena::~Arena() { munmap(kBegin, kBytes); }

void* Arena::allocate(std::size_t bytes, std::size_t alignment) {
  const Kind kind{bytes, alignment};
  auto& free = free_[kind];
  void* memory;
  if (!free.empty()) {
    memory = free.back();
    free.pop_back();
  } else {
    const std::size_t unit = std::max(alignment, kCacheLineBytes);
    const auto at = reinterpret_cast<std::uintptr_t>(next_);
    std::byte* const begin = next_ + (unit - at % unit) % unit;
    const auto left = static_cast<std::size_t>(kBegin + kBytes - begin);
    if (begin > kBegin + kBytes || left < bytes) return nullptr;
    memory = begin;
    next_ = begin + bytes;
  }
  used_.emplace(memory, kind);
  return memory;
}

void Arena::deallocate(void* memory) {
  const auto found = used_.find(memory);
  free_[found->second].push_back(memory);
  used_.erase(found);
}

}  // namespace lockgauge::sim
