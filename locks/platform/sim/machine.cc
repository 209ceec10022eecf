#include "locks/platform/sim/machine.h"

#include <algorithm>
#include <cstring>
#include <sstream>

namespace lockgauge::sim {
namespace {

const Description& validated(const Description& description) {
  validate(description);
  return description;
}

void add_waiter(Line& line, Task& task) {
  task.waits_for = &line;
  task.previous_waiter = nullptr;
  task.next_waiter = line.waiters;
  if (line.waiters != nullptr) line.waiters->previous_waiter = &task;
  line.waiters = &task;
}

void remove_waiter(Task& task) {
  if (task.previous_waiter != nullptr) {
    task.previous_waiter->next_waiter = task.next_waiter;
  } else {
    task.waits_for->waiters = task.next_waiter;
  }
  if (task.next_waiter != nullptr) {
    task.next_waiter->previous_waiter = task.previous_waiter;
  }
  task.waits_for = nullptr;
}

}  // namespace

Machine::Machine(const Description& description, std::uint64_t seed)
    : Machine(description, seed, nullptr) {}

Machine::Machine(const Description& description, Execution& execution)
    : Machine(description, 0, &execution) {}

Machine::Machine(const Description& description, std::uint64_t seed,
                 Execution* execution)
    : description_(validated(description)),
      execution_(execution),
      coherence_(description_, seed),
      slots_(arena_, execution == nullptr ? kMaxSlots : kMaxExplored),
      scheduler_(seed),
      store_buffer_(*this, coherence_, scheduler_),
      rcu_(scheduler_, store_buffer_, description_.cpu_count()),
      threads_(description_.cpu_count(), nullptr) {
  current_ = this;
}

Machine::~Machine() {
  scheduler_.unwind();
  while (!made_.empty()) made_.pop_back();
  current_ = nullptr;
}

void Machine::restart() {
  while (!made_.empty()) made_.pop_back();
  arena_.restart();
  slots_.restart();
}

Machine& Machine::current() {
  if (current_ == nullptr) {
    throw std::logic_error("there is no simulated machine");
  }
  return *current_;
}

Task& Machine::task() const {
  Task* const task =
      execution_ != nullptr ? execution_->task() : scheduler_.current();
  if (task == nullptr) {
    throw std::logic_error("not in a thread of the simulated machine");
  }
  return *task;
}

void Machine::spawn(std::uint32_t cpu, std::function<void()> body) {
  if (cpu >= cpu_count()) {
    throw std::invalid_argument("no CPU " + std::to_string(cpu) +
                                ": the machine has CPUs 0 to " +
                                std::to_string(cpu_count() - 1));
  }
  if (execution_ != nullptr) [[unlikely]]
    return execution_->spawn(cpu, std::move(body));
  if (threads_[cpu] != nullptr && !threads_[cpu]->finished) {
    throw std::invalid_argument("CPU " + std::to_string(cpu) +
                                " has a thread already; one is the limit");
  }
  const Task* const spawner = scheduler_.current();
  const Time start = spawner != nullptr ? spawner->time : scheduler_.now();
  threads_[cpu] = &scheduler_.spawn(cpu, /*daemon=*/false, start,
                                    [this, body = std::move(body)] {
                                      body();
                                      drain();
                                    });
}

void Machine::run(std::uint64_t until_ns) {
  if (execution_ != nullptr) [[unlikely]]
    return execution_->run();
  struct Running {
    explicit Running(Machine* machine) { running_ = machine; }
    ~Running() { running_ = nullptr; }
  } running(this);
  constexpr std::uint64_t kNoEnd_ns = kNever / kPsPerNs;
  scheduler_.run(until_ns == kNoEnd_ns ? kNever : until_ns * kPsPerNs);
  const auto stuck = scheduler_.stuck();
  if (!stuck.empty()) throw Deadlock(describe(stuck));
}

Statistics Machine::statistics() const {
  Statistics statistics{
      scheduler_.now() / kPsPerNs, accesses_, scheduler_.switches(), {}};
  for (const Line& line : lines_.all()) statistics.lines += line.counts;
  return statistics;
}

LineCounts Machine::counts_of(const void* begin, std::size_t bytes) const {
  const auto address = reinterpret_cast<std::uintptr_t>(begin);
  LineCounts counts;
  for (std::uintptr_t number = address / Line::kBytes;
       number <= (address + bytes - 1) / Line::kBytes; ++number) {
    const Line* const line = lines_.find_touched(number);
    if (line != nullptr) counts += line->counts;
  }
  return counts;
}

void Machine::load(const void* address) {
  Task& task = *scheduler_.current();
  ++accesses_;
  scheduler_.sync();
  Line& line = lines_.at(address);
  if (!line.readable_by(task.cpu) && !StoreBuffer::has(task, line)) {
    miss(task, line, /*write=*/false);
  }
  task.time += coherence_.costs().hit;
}

void Machine::store(void* address, std::uint64_t value, std::size_t bytes) {
  Task& task = *scheduler_.current();
  ++accesses_;
  scheduler_.sync();
  Line& line = lines_.at(address);
  if (task.first_store == nullptr && line.writable_by(task.cpu)) {
    std::memcpy(address, &value, bytes);
    written(line, task.time);
  } else {
    store_buffer_.push(task, line, address, value, bytes);
  }
  task.time += coherence_.costs().store;
}

void Machine::rmw(const void* address) {
  Task& task = *scheduler_.current();
  ++accesses_;
  scheduler_.sync();
  drain();
  Line& line = lines_.at(address);
  if (!line.writable_by(task.cpu)) miss(task, line, /*write=*/true);
  task.time += coherence_.costs().rmw;
  written(line, task.time);
}

void Machine::miss(Task& task, Line& line, bool write) {
  const std::uint32_t cpu = task.cpu;
  const Time issued = task.time;
  const Time request = coherence_.request_time(line, cpu, write);
  task.time += request;
  scheduler_.sync();
  const Time start = coherence_.admit(line, cpu, write, issued);
  if (start > issued) {
    task.time = start + request;
    scheduler_.sync();
  }
  task.time = std::max(task.time, coherence_.take(line, cpu, write, start));
}

void Machine::drain() {
  Task& task = *scheduler_.current();
  if (task.first_store != nullptr) {
    task.waits_for_stores = true;
    scheduler_.park(kNever);
    task.waits_for_stores = false;
  } else if (task.stores_done > task.time) {
    task.time = task.stores_done;
    scheduler_.sync();
  }
}

void Machine::written(Line& line, Time at) {
  ++line.version;
  while (line.waiters != nullptr) {
    Task& waiter = *line.waiters;
    remove_waiter(waiter);
    scheduler_.wake(waiter, next_poll(waiter, at));
  }
}

Time Machine::next_poll(const Task& waiter, Time at) const {
  const CostsPs& costs = coherence_.costs();
  const Time first = waiter.waits_since + costs.pause;
  if (at <= first) return first;
  const Time period = costs.pause + costs.hit;
  return first + (at - first + period - 1) / period * period;
}

Machine::Watch Machine::watch(const void* address) {
  if (execution_ != nullptr) [[unlikely]] {
    return {nullptr, execution_->version(address), address};
  }
  Line& line = lines_.at(address);
  return {&line, line.version, address};
}

std::uint64_t Machine::wait_for_change(const Watch& watch,
                                       std::uint64_t polls) {
  if (execution_ != nullptr) [[unlikely]] {
    return execution_->wait_for_change(watch.address, watch.version, polls,
                                       polls != kAllPolls);
  }
  Task& task = *scheduler_.current();
  const CostsPs& costs = coherence_.costs();
  if (watch.line->version != watch.version) {
    task.time += costs.pause;
    return 1;
  }
  const Time period = costs.pause + costs.hit;
  const Time first = task.time + costs.pause;
  task.waits_since = task.time;
  add_waiter(*watch.line, task);
  scheduler_.park(polls == kAllPolls ? kNever : first + (polls - 1) * period);
  if (task.waits_for != nullptr) remove_waiter(task);
  return 1 + (task.time - first) / period;
}

std::uint64_t Machine::read_clock_ns() {
  if (execution_ != nullptr) [[unlikely]]
    return execution_->now_ns();
  Task& task = *scheduler_.current();
  task.time += coherence_.costs().clock;
  return task.time / kPsPerNs;
}

void Machine::advance(Time by) {
  scheduler_.current()->time += by;
  scheduler_.sync();
}

void Machine::deallocate(void* memory) {
  if (execution_ == nullptr) return arena_.deallocate(memory);
  // Never handed out again: who still uses it shall be seen.
  execution_->races().bury(memory, arena_.bytes_of(memory), "deallocates");
}

void Machine::poison(void* memory, std::size_t bytes) {
  if (execution_ != nullptr) execution_->races().bury(memory, bytes, "frees");
}

void Machine::unpoison(void* memory, std::size_t bytes) {
  if (execution_ != nullptr) execution_->races().revive(memory, bytes);
}

void Machine::name_range(const void* begin, std::size_t bytes,
                         const std::string& name) {
  if (execution_ == nullptr || execution_->trace() == nullptr) return;
  execution_->trace()->names().add(begin, bytes, name);
}

void Machine::note(const std::string& text) {
  if (execution_ != nullptr) execution_->note(text);
}

void Machine::point(const char* label, Where where) {
  if (execution_ != nullptr) execution_->point(label, where);
}

std::uint32_t Machine::choose(std::uint32_t outcomes, std::uint32_t cost) {
  return execution_ == nullptr ? 0 : execution_->choose(outcomes, cost);
}

std::string Machine::describe(const std::vector<const Task*>& stuck) const {
  std::ostringstream text;
  text << "the simulation cannot go on at " << scheduler_.now() / kPsPerNs
       << " ns:";
  for (const Task* const task : stuck) {
    text << " CPU " << task->cpu << " waits ";
    if (task->waits_for != nullptr) {
      text << "since " << task->waits_since / kPsPerNs << " ns for line "
           << reinterpret_cast<const void*>(task->waits_for->number *
                                            Line::kBytes);
    } else {
      text << "for a grace period";
    }
    text << (task == stuck.back() ? "" : ";");
  }
  return text.str();
}

}  // namespace lockgauge::sim
