#ifndef LOCKGAUGE_WORKLOADS_MACHINE_BITMAP_H_
#define LOCKGAUGE_WORKLOADS_MACHINE_BITMAP_H_

#include <hwloc.h>

#include <memory>

namespace lockgauge::machine {

struct FreeBitmap {
  void operator()(hwloc_bitmap_t bitmap) const { hwloc_bitmap_free(bitmap); }
};

// A set of OS indices that frees itself.
using Bitmap = std::unique_ptr<hwloc_bitmap_s, FreeBitmap>;

inline Bitmap empty_bitmap() { return Bitmap(hwloc_bitmap_alloc()); }

}  // namespace lockgauge::machine

#endif  // LOCKGAUGE_WORKLOADS_MACHINE_BITMAP_H_
