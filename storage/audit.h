#ifndef LOCKGAUGE_STORAGE_AUDIT_H_
#define LOCKGAUGE_STORAGE_AUDIT_H_

#include <atomic>
#include <cstdint>

namespace lockgauge::storage {

// What an audit keeps a book of.
enum class Kind { kElement, kStorage, kFields };

// No book: nothing in the objects, nothing at run time.
struct NoAudit {
  template <class P>
  struct Mark {};
  template <class P>
  struct Book {
    void made(Kind) {}
    bool freed(Mark<P>&, Kind) { return true; }
  };
};

// Counts what is made and freed, and notices what is freed twice. For tests and
// for trials about teardown: every create and free writes a shared line.
struct CountingAudit {
  // In each object: which of its parts were freed.
  template <class P>
  struct Mark {
    typename P::template Atomic<std::uint32_t> freed{0};
  };

  template <class P>
  struct Count {
    using Atomic = typename P::template Atomic<std::uint64_t>;
    Atomic made{0};
    Atomic freed{0};
    Atomic freed_twice{0};

    // Made and not freed: in use, lingering or leaked.
    std::uint64_t live() const {
      return made.load(std::memory_order_relaxed) -
             freed.load(std::memory_order_relaxed);
    }
    std::uint64_t doubled() const {
      return freed_twice.load(std::memory_order_relaxed);
    }
  };

  template <class P>
  class Book {
   public:
    void made(Kind kind) {
      count(kind).made.fetch_add(1, std::memory_order_relaxed);
    }
    // False: it was freed before; the caller must not do it again.
    bool freed(Mark<P>& mark, Kind kind) {
      const std::uint32_t bit = 1u << static_cast<int>(kind);
      const bool first =
          (mark.freed.fetch_or(bit, std::memory_order_relaxed) & bit) == 0;
      Count<P>& of_kind = count(kind);
      (first ? of_kind.freed : of_kind.freed_twice)
          .fetch_add(1, std::memory_order_relaxed);
      return first;
    }

    const Count<P>& elements() const { return counts_[0]; }
    const Count<P>& storages() const { return counts_[1]; }
    // Of elements in maps that have special fields.
    const Count<P>& fields() const { return counts_[2]; }

   private:
    Count<P>& count(Kind kind) { return counts_[static_cast<int>(kind)]; }

    Count<P> counts_[3];
  };
};

}  // namespace lockgauge::storage

#endif  // LOCKGAUGE_STORAGE_AUDIT_H_
