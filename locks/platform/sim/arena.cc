#include "locks/platform/sim/arena.h"

#include <sys/mman.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <stdexcept>
#include <system_error>

#include "locks/cache_line.h"

namespace lockgauge::sim {

Arena::Arena() : next_(reinterpret_cast<std::byte*>(kBegin)) {
  void* const memory = mmap(
      next_, kBytes, PROT_READ | PROT_WRITE,
      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED_NOREPLACE, -1, 0);
  if (memory == next_) return;
  const int error = memory == MAP_FAILED ? errno : EEXIST;
  if (memory != MAP_FAILED) munmap(memory, kBytes);
  throw std::runtime_error(
      "no room for the simulated machine's memory, 64 GiB of address space at "
      "0x200000000000: " +
      std::generic_category().message(error));
}

Arena::~Arena() { munmap(reinterpret_cast<void*>(kBegin), kBytes); }

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
    const std::size_t before = offset(begin);
    if (before > kBytes || kBytes - before < bytes) return nullptr;
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

void Arena::restart() {
  auto* const begin = reinterpret_cast<std::byte*>(kBegin);
  std::memset(begin, 0, static_cast<std::size_t>(next_ - begin));
  next_ = begin;
  used_.clear();
  free_.clear();
}

}  // namespace lockgauge::sim
