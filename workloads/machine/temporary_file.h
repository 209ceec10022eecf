#ifndef LOCKGAUGE_WORKLOADS_MACHINE_TEMPORARY_FILE_H_
#define LOCKGAUGE_WORKLOADS_MACHINE_TEMPORARY_FILE_H_

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

// For tests only.
namespace lockgauge::machine {

// A file that ends with its scope; each process has its own.
class TemporaryFile {
 public:
  TemporaryFile(const std::string& name, const std::string& text)
      : path_(testing::TempDir() + std::to_string(getpid()) + "." + name) {
    std::ofstream(path_) << text;
  }
  ~TemporaryFile() { std::filesystem::remove(path_); }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;

  const std::string& path() const { return path_; }

 private:
  const std::string path_;
};

}  // namespace lockgauge::machine

#endif  // LOCKGAUGE_WORKLOADS_MACHINE_TEMPORARY_FILE_H_
