#include "workloads/harness/run_folder.h"

#include <fcntl.h>
#include <fmt/chrono.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <fstream>
#include <nlohmann/json.hpp>
#include <system_error>

#include "locks/platform/host/clock.h"
#include "locks/platform/sim/description_file.h"
#include "workloads/harness/build_info.h"
#include "workloads/machine/facts.h"
#include "workloads/machine/usage_error.h"

namespace lockgauge::harness {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

constexpr int kSchemaVersion = 4;

std::string quoted(const std::string& value) {
  if (value.find_first_of(",\"\n\r") == std::string::npos) return value;
  std::string text = "\"";
  for (const char c : value) {
    if (c == '"') text += '"';
    text += c;
  }
  return text + '"';
}

template <class Member>
std::string joined(const Row& row, Member member) {
  std::string line;
  for (const Cell& cell : row) {
    if (&cell != &row.front()) line += ',';
    line += quoted(cell.*member);
  }
  return line + '\n';
}

[[noreturn]] void cannot(const char* what, const fs::path& path, int error) {
  throw UsageError(fmt::format("--out: cannot {} {}: {}", what, path.string(),
                               std::strerror(error)));
}

// Whole and in one write, so that a killed run leaves no part of a row.
void append_to(const fs::path& path, const std::string& text) {
  const int file =
      open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0666);
  if (file < 0) cannot("write", path, errno);
  const ssize_t written = write(file, text.data(), text.size());
  const int error = written < 0 ? errno : ENOSPC;
  if (written != static_cast<ssize_t>(text.size())) {
    // A part of it is there: take that back.
    if (written > 0) {
      const off_t end = lseek(file, 0, SEEK_END);
      if (ftruncate(file, end - written) != 0) cannot("restore", path, errno);
    }
    close(file);
    cannot("write", path, error);
  }
  close(file);
}

void replace(const fs::path& path, const std::string& text) {
  const fs::path fresh = path.string() + ".new";
  fs::remove(fresh);
  append_to(fresh, text);
  fs::rename(fresh, path);
}

// The columns that trials.csv has in this version.
std::string trials_header() {
  const ScenarioInfo scenario;
  const Case subject{&scenario, "", false, false, false, {}, {}, {}};
  TrialSpec spec{};
  spec.subject = &subject;
  TrialResult none;
  none.skipped = "none";
  return csv_header(trial_row({}, spec, none));
}

// This machine, as far as it explains its figures.
Json host_facts() {
  Json facts;
  for (const machine::Fact& fact : machine::machine_facts()) {
    facts[fact.name] = fact.value.empty() ? Json() : Json(fact.value);
  }
  const auto& clock = host::Clock::calibrate();
  facts["clock_ticks_per_s"] = clock.ticks_per_s;
  facts["clock_disagreement_ppm"] = clock.disagreement_ppm;
  facts["clock_invariant"] = clock.invariant;
  return facts;
}

Json this_build() {
  return {{"version", build::kVersion},
          {"revision", build::kRevision},
          {"compiler", build::kCompiler},
          {"flags", build::kFlags},
          {"type", build::kType}};
}

Json new_run(const fs::path& folder, const Subject& subject) {
  Json run;
  run["schema_version"] = kSchemaVersion;
  run["run_id"] = fs::absolute(folder).filename().string();
  run["created_utc"] = fmt::format("{:%Y-%m-%dT%H:%M:%S}Z",
                                   std::chrono::floor<std::chrono::seconds>(
                                       std::chrono::system_clock::now()));
  run["target"] = subject.target;
  Json& machine = run["machine"];
  machine["id"] = subject.machine;
  if (subject.simulated != nullptr) {
    machine["description"] = sim::format_description(*subject.simulated);
  } else {
    machine.update(host_facts());
  }
  run["build"] = this_build();
  run["invocations"] = Json::array();
  return run;
}

// Whether this is the run.json of a run that this version may go on with.
bool continues(Json& run) {
  return run.is_object() && run["schema_version"] == kSchemaVersion &&
         run["target"].is_string() && run["machine"].is_object() &&
         run["machine"]["id"].is_string() && run["build"].is_object() &&
         run["invocations"].is_array();
}

// Host and kernel are of one machine: rows say which of the two.
bool same_world(const std::string& one, const std::string& other) {
  return (one == "sim") == (other == "sim");
}

// run.json of a folder that is continued, or a new one.
Json load_run(const fs::path& folder, const Subject& subject) {
  const fs::path trials = folder / "trials.csv";
  std::ifstream file(folder / "run.json");
  if (!file) {
    if (fs::exists(trials)) {
      throw UsageError(
          fmt::format("--out: {} has a trials.csv but no run.json; "
                      "name a new folder",
                      folder.string()));
    }
    return new_run(folder, subject);
  }
  Json run = Json::parse(file, nullptr, /*allow_exceptions=*/false);
  if (!continues(run)) {
    throw UsageError(
        fmt::format("--out: {} is not a run of schema version {}; "
                    "name a new folder",
                    folder.string(), kSchemaVersion));
  }
  if (!same_world(run["target"], subject.target) ||
      run["machine"]["id"] != subject.machine) {
    throw UsageError(fmt::format(
        "--out: {} is of {} ({}), not of {} ({}); name a new folder",
        folder.string(), std::string(run["machine"]["id"]),
        std::string(run["target"]), subject.machine, subject.target));
  }
  if (run["build"] != this_build()) {
    throw UsageError(fmt::format(
        "--out: {} is by another build, {}, not {}; name a new folder",
        folder.string(), run["build"].value("revision", "unknown"),
        build::kRevision));
  }
  std::string header;
  if (std::ifstream csv(trials);
      csv && std::getline(csv, header) && header + '\n' != trials_header()) {
    throw UsageError(
        fmt::format("--out: {} has other columns than this "
                    "version writes; name a new folder",
                    trials.string()));
  }
  return run;
}

}  // namespace

std::string csv_header(const Row& row) { return joined(row, &Cell::name); }
std::string csv_line(const Row& row) { return joined(row, &Cell::value); }

RunFolder::RunFolder(fs::path folder, const Subject& subject,
                     const machine::SessionStatus& session,
                     const std::vector<std::string>& command)
    : folder_(std::move(folder)), subject_(subject) {
  try {
    Json run = load_run(folder_, subject);
    invocation_ = static_cast<int>(run["invocations"].size());
    fs::create_directories(folder_);
    run["invocations"].push_back(
        {{"command", command},
         {"own_session", session.own_session},
         {"autogroup_raised", session.autogroup_raised},
         {"session_note", session.reason}});
    replace(folder_ / "run.json", run.dump(2) + "\n");
    replace(folder_ / "topology.xml", subject.topology.xml());
  } catch (const fs::filesystem_error& error) {
    cannot("write", folder_, error.code().value());
  }
}

void RunFolder::add(const TrialId& id, const TrialSpec& spec,
                    const TrialResult& result) {
  append("threads.csv", thread_rows(subject_.topology, id, spec, result));
  append("counters.csv", counter_rows(id, spec, result));
  append("latency.csv", latency_rows(id, spec, result));
  append("core_to_core.csv", core_to_core_rows(id, spec, result));
  // Last: a trial that is here is in the others too.
  append("trials.csv", {trial_row(id, spec, result)});
}

void RunFolder::append(const char* file, const std::vector<Row>& rows) {
  if (rows.empty()) return;
  const fs::path path = folder_ / file;
  std::error_code error;
  const bool fresh = fs::file_size(path, error) == 0 || error;
  std::string text = fresh ? csv_header(rows.front()) : "";
  for (const Row& row : rows) text += csv_line(row);
  append_to(path, text);
}

}  // namespace lockgauge::harness
