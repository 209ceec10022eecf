#include "locks/platform/sim/store_buffer.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <utility>

#include "locks/platform/sim/machine.h"

namespace lockgauge::sim {

// The low bytes of a value are its first.
static_assert(std::endian::native == std::endian::little);

void PendingStore::fire(Time now) { buffer_.advance(*this, now); }

void StoreBuffer::push(Task& task, Line& line, void* address,
                       std::uint64_t value, std::size_t bytes) {
  PendingStore* store = unused_;
  if (store != nullptr) {
    unused_ = store->next_;
  } else {
    store = &stores_.emplace_back(*this);
  }
  const bool there = line.writable_by(task.cpu) || has(task, line);
  store->next_ = nullptr;
  store->storer_ = &task;
  store->line_ = &line;
  store->address_ = address;
  store->value_ = value;
  store->bytes_ = bytes;
  store->number_ = count_++;
  store->request_ = PendingStore::Request::kNone;
  if (task.first_store == nullptr) {
    task.first_store = store;
  } else {
    task.last_store->next_ = store;
  }
  task.last_store = store;
  if (!there) request(*store, task.time);
}

bool StoreBuffer::has(const Task& task, const Line& line) {
  for (auto* store = task.first_store; store; store = store->next_) {
    if (store->line_ == &line) return true;
  }
  return false;
}

void StoreBuffer::forward(const Task& task, const void* address, void* value) {
  for (auto* store = task.first_store; store; store = store->next_) {
    if (store->address_ == address) {
      std::memcpy(value, &store->value_, store->bytes_);
    }
  }
}

bool StoreBuffer::any_of_first(std::uint64_t count) const {
  return std::any_of(stores_.begin(), stores_.end(), [&](const auto& store) {
    return store.storer_ != nullptr && store.number_ < count;
  });
}

void StoreBuffer::request(PendingStore& store, Time now) {
  store.request_ = PendingStore::Request::kOnItsWay;
  store.issued_ = now;
  store.travel_ = coherence_.request_time(*store.line_, store.storer_->cpu,
                                          /*write=*/true);
  scheduler_.schedule(store, now + store.travel_);
}

void StoreBuffer::advance(PendingStore& store, Time now) {
  using Request = PendingStore::Request;
  if (store.request_ == Request::kOnItsWay) {
    store.request_ = Request::kAdmitted;
    store.start_ = coherence_.admit(*store.line_, store.storer_->cpu,
                                    /*write=*/true, store.issued_);
    if (store.start_ > store.issued_) {
      scheduler_.schedule(store, store.start_ + store.travel_);
      return;
    }
  }
  store.request_ = Request::kThere;
  commit(*store.storer_, now);
}

void StoreBuffer::commit(Task& task, Time now) {
  using Request = PendingStore::Request;
  while (task.first_store != nullptr) {
    PendingStore& store = *task.first_store;
    Line& line = *store.line_;
    if (store.request_ == Request::kThere) {
      task.stores_done = std::max(
          task.stores_done,
          coherence_.take(line, task.cpu, /*write=*/true, store.start_));
    } else if (store.request_ != Request::kNone) {
      return;
    } else if (!line.writable_by(task.cpu)) {
      // It was there, but is gone again.
      request(store, now);
      return;
    }
    task.stores_done = std::max(task.stores_done, now);
    std::memcpy(store.address_, &store.value_, store.bytes_);
    machine_.written(line, task.stores_done);
    free_first(task);
  }
  if (task.waits_for_stores) scheduler_.wake(task, task.stores_done);
}

void StoreBuffer::free_first(Task& task) {
  PendingStore& store = *task.first_store;
  task.first_store = store.next_;
  store.storer_ = nullptr;
  store.next_ = std::exchange(unused_, &store);
}

}  // namespace lockgauge::sim
