#ifndef LOCKGAUGE_LOCKS_PLATFORM_SIM_EXPLORE_SHADOW_MEMORY_H_
#define LOCKGAUGE_LOCKS_PLATFORM_SIM_EXPLORE_SHADOW_MEMORY_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace lockgauge::sim {

inline constexpr std::size_t kShadowWord = 8;  // bytes

// Who accessed the bytes of a word. Accesses that one more recent makes
// superfluous are left out, as in Flanagan and Freund, "FastTrack: efficient
// and precise dynamic race detection", PLDI 2009.
struct ShadowCell {
  struct Record {
    std::uint32_t clock;  // of the thread then
    std::uint32_t event;
    std::uint8_t thread;
    std::uint8_t mask;  // bytes
    bool write;
    bool atomic;
  };
  std::uint64_t epoch = 0;  // the execution it is of
  std::vector<Record> records;
};

// The cells of the machine's memory, by word counted from its beginning.
class ShadowMemory {
 public:
  ShadowCell& at(std::size_t word) {
    const std::size_t number = word / kWords;
    if (number >= pages_.size()) pages_.resize(number + 1);
    auto& page = pages_[number];
    if (page == nullptr) page = std::make_unique<Page>();
    page->epoch = epoch_;
    ShadowCell& cell = page->cells[word % kWords];
    if (cell.epoch != epoch_) {
      cell.epoch = epoch_;
      cell.records.clear();
    }
    return cell;
  }

  // act(cell) for those of the `words` that have been accessed.
  template <class Act>
  void for_each_known(std::size_t word, std::size_t words, Act act) {
    for (const std::size_t end = word + words; word < end;) {
      const std::size_t number = word / kWords;
      if (number >= pages_.size()) return;
      const auto& page = pages_[number];
      if (page == nullptr || page->epoch != epoch_) {
        word = (number + 1) * kWords;
        continue;
      }
      ShadowCell& cell = page->cells[word++ % kWords];
      if (cell.epoch == epoch_) act(cell);
    }
  }

  void clear() { ++epoch_; }

 private:
  static constexpr std::size_t kWords = 512;
  struct Page {
    std::uint64_t epoch = 0;
    std::array<ShadowCell, kWords> cells;
  };

  std::vector<std::unique_ptr<Page>> pages_;
  std::uint64_t epoch_ = 1;
};

}  // namespace lockgauge::sim

#endif  // LOCKGAUGE_LOCKS_PLATFORM_SIM_EXPLORE_SHADOW_MEMORY_H_
