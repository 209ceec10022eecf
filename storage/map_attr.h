#ifndef LOCKGAUGE_STORAGE_MAP_ATTR_H_
#define LOCKGAUGE_STORAGE_MAP_ATTR_H_

#include <cstddef>
#include <cstdint>
#include <optional>

#include "locks/result.h"

namespace lockgauge::storage {

// The part of each value that copies leave alone and that is freed with it
// (kernel: timers, kptrs, lists, ...). Zeroes in a new value; programs fill it.
struct SpecialFields {
  std::uint32_t offset = 0;
  std::uint32_t bytes = 0;
  // Called once for each value, also one that never got to its owner, whose
  // fields are zeroes. Must not call the engine. Null: the map has no fields.
  void (*free)(std::byte* value, void* context) = nullptr;
  void* context = nullptr;
};

// What a map is made from: the kernel's union bpf_attr and what BTF tells about
// the value.
struct MapAttr {
  static constexpr std::uint32_t kNoPrealloc = 1u << 0;  // BPF_F_NO_PREALLOC
  static constexpr std::uint32_t kClone = 1u << 9;       // BPF_F_CLONE
  // What the 16-bit element size leaves (kernel: MAX_VALUE_SIZE).
  static constexpr std::uint32_t kMaxValueBytes = 65535 - 128;

  std::uint32_t value_bytes = 0;
  std::uint32_t flags = kNoPrealloc;
  std::uint32_t key_bytes = 4;
  std::uint32_t max_entries = 0;
  bool key_is_int = true;      // BTF: there, a plain 32-bit integer
  bool value_has_type = true;  // BTF: there

  // Where in the value its lock (bpf_spin_lock) is: 4 bytes, aligned.
  std::optional<std::uint32_t> lock_offset = std::nullopt;
  SpecialFields fields = {};
  // Values hold pinned user memory (only task values can).
  bool user_pointers = false;
};

// kInvalid for what no local-storage map may have, kTooBig for a value above
// kMaxValueBytes. Values above what Slabs can give are accepted, as in the
// kernel, and fail at each create with kNoMem.
inline Result check(const MapAttr& attr) {
  const auto inside = [&](std::uint32_t offset, std::uint32_t bytes) {
    return offset <= attr.value_bytes && bytes <= attr.value_bytes - offset;
  };
  const std::uint32_t other_flags = attr.flags & ~MapAttr::kClone;
  if (other_flags != MapAttr::kNoPrealloc || attr.max_entries != 0 ||
      attr.key_bytes != 4 || attr.value_bytes == 0 || !attr.key_is_int ||
      !attr.value_has_type) {
    return Result::kInvalid;
  }
  if (attr.value_bytes > MapAttr::kMaxValueBytes) return Result::kTooBig;
  if (attr.lock_offset &&
      (*attr.lock_offset % 4 != 0 || !inside(*attr.lock_offset, 4))) {
    return Result::kInvalid;
  }
  if (!inside(attr.fields.offset, attr.fields.bytes)) return Result::kInvalid;
  return Result::kOk;
}

}  // namespace lockgauge::storage

#endif  // LOCKGAUGE_STORAGE_MAP_ATTR_H_
