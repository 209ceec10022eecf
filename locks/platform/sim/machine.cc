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
      shared_core_costs_(description_.costs,
                         description_.scheduling.smt_percent),
      slots_(arena_, execution == nullptr ? kMaxSlots : kMaxExplored),
      seed_(seed),
      scheduler_(seed),
      store_buffer_(*this, coherence_, scheduler_),
      rcu_(scheduler_, store_buffer_, description_.cpu_count()) {
  make_cpus();
  current_ = this;
}

void Machine::make_cpus() {
  const Scheduling& scheduling = description_.scheduling;
  const CostsPs& alone = coherence_.costs();
  // The same ones where they do not differ: nothing changes then.
  const CostsPs& shared =
      scheduling.smt_percent == 0 ? alone : shared_core_costs_;
  for (std::uint32_t number = 0; number < cpu_count(); ++number) {
    Core& core =
        cores_.try_emplace(description_.cpus[number].core, Core{alone, shared})
            .first->second;
    cpus_.emplace_back(number, scheduler_, scheduling, core, seed_);
  }
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

Cpu& Machine::cpu(std::uint32_t number) {
  if (number >= cpu_count()) {
    throw std::invalid_argument("no CPU " + std::to_string(number) +
                                ": the machine has CPUs 0 to " +
                                std::to_string(cpu_count() - 1));
  }
  return cpus_[number];
}

Time Machine::synced_now() {
  if (execution_ != nullptr) {
    throw std::logic_error("an exploration knows no time to interrupt at");
  }
  const Task* const task = scheduler_.current();
  if (task == nullptr) return scheduler_.now();
  scheduler_.sync();
  return task->time;
}

ThreadId Machine::spawn(std::uint32_t number, std::function<void()> body) {
  Cpu& home = cpu(number);
  if (execution_ != nullptr) [[unlikely]]
    return execution_->spawn(number, std::move(body));
  const Time start = synced_now();
  Task& task =
      scheduler_.spawn(number, /*daemon=*/false, kNever,
                       [this, body = std::move(body)] { run_thread(body); });
  task.home = &home;
  threads_.push_back(&task);
  home.arrive(task, start);
  return static_cast<ThreadId>(threads_.size() - 1);
}

void Machine::run_thread(const std::function<void()>& body) {
  Task& task = *scheduler_.current();
  task.home->begin(task);
  try {
    body();
    drain();
    scheduler_.sync();
  } catch (const std::exception&) {
    task.home->end(task);
    throw;
  }
  task.home->end(task);
}

void Machine::interrupt(std::uint32_t number, std::uint64_t at_ns,
                        std::function<void()> handler) {
  Cpu& target = cpu(number);
  const Time at = std::max(at_ns * kPsPerNs, synced_now());
  interrupts_.emplace_back(scheduler_, target, std::move(handler), std::nullopt)
      .schedule(at);
}

void Machine::interrupt_randomly(std::uint32_t number, std::uint64_t every_ns,
                                 std::function<void()> handler) {
  Cpu& target = cpu(number);
  if (every_ns == 0) {
    throw std::invalid_argument("interrupts need some time between them");
  }
  const Time now = synced_now();
  interrupts_
      .emplace_back(
          scheduler_, target, std::move(handler),
          RandomGaps(every_ns * kPsPerNs, seed_, RandomGaps::Stream::kInterrupt,
                     static_cast<std::uint32_t>(interrupts_.size())))
      .schedule_next(now);
}

void Machine::run(std::uint64_t until_ns) {
  if (execution_ != nullptr) [[unlikely]] {
    if (until_ns != kNever / kPsPerNs) {
      throw std::logic_error("an exploration knows no time to run until");
    }
    return execution_->run();
  }
  struct Running {
    explicit Running(Machine* machine) { running_ = machine; }
    ~Running() { running_ = nullptr; }
  } running(this);
  for (Cpu& cpu : cpus_) cpu.resume(scheduler_.now());
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

ThreadStatistics Machine::statistics(ThreadId thread) const {
  const Task& task = *threads_.at(thread);
  const Task* const caller = scheduler_.current();
  const Time now = &task == caller ? task.time : scheduler_.now();
  return {task.cpu, task.finished, task.cpu_time(now) / kPsPerNs,
          task.voluntary_switches, task.involuntary_switches};
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
  task.time += task.costs->hit;
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
  task.time += task.costs->store;
}

void Machine::rmw(const void* address) {
  Task& task = *scheduler_.current();
  ++accesses_;
  scheduler_.sync();
  drain();
  Line& line = lines_.at(address);
  if (!line.writable_by(task.cpu)) miss(task, line, /*write=*/true);
  task.time += task.costs->rmw;
  written(line, task.time);
}

void Machine::miss(Task& task, Line& line, bool write) {
  const Uninterrupted until_it_is_here(task);
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
  Task& self = *scheduler_.current();
  self.home->drain(self);
}

void Machine::written(Line& line, Time at) {
  ++line.version;
  while (line.waiters != nullptr) {
    Task& waiter = *line.waiters;
    remove_waiter(waiter);
    scheduler_.wake(waiter, waiter.wait.poll_from(at));
  }
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
  Wait& wait = task.wait;
  wait = {.next_poll = task.time + task.costs->pause,
          .period = task.costs->pause + task.costs->hit,
          .line = watch.line,
          .version = watch.version,
          .polls = polls,
          .since = task.time};
  while (watch.line->version == watch.version) {
    add_waiter(*watch.line, task);
    const bool interrupted = scheduler_.park(wait.last_poll());
    if (task.waits_for != nullptr) remove_waiter(task);
    if (!interrupted) [[likely]] {
      wait.line = nullptr;
      return wait.polls_done + 1 + (task.time - wait.next_poll) / wait.period;
    }
    wait.advance(task.time);
    const Time to_next_poll = wait.next_poll - task.time;
    task.home->serve(task);
    wait.period = task.costs->pause + task.costs->hit;
    wait.next_poll = task.time + to_next_poll;
  }
  task.time = wait.next_poll;
  wait.line = nullptr;
  return wait.polls_done + 1;
}

void Machine::yield() {
  if (execution_ != nullptr) [[unlikely]]
    return execution_->relax();
  scheduler_.sync();
  task().home->yield(task());
}

std::uint64_t Machine::read_clock_ns() {
  if (execution_ != nullptr) [[unlikely]]
    return execution_->now_ns();
  Task& task = *scheduler_.current();
  task.time += task.costs->clock;
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
    if (task->wait.endless()) {
      text << "since " << task->wait.since / kPsPerNs << " ns for line "
           << reinterpret_cast<const void*>(task->wait.line->number *
                                            Line::kBytes);
    } else {
      text << (task->in_line ? "for its turn" : "for a grace period");
    }
    text << (task == stuck.back() ? "" : ";");
  }
  return text.str();
}

}  // namespace lockgauge::sim
