#include "workloads/kernel/kernel.h"

#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <linux/bpf.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

namespace lockgauge::kernel {
namespace {

// Asks the running kernel's BTF, which is null if it has none.
HasSymbol ask(std::shared_ptr<btf> types) {
  return [types](const std::string& name) {
    return types != nullptr &&
           (btf__find_by_name_kind(types.get(), name.c_str(), BTF_KIND_FUNC) >
                0 ||
            btf__find_by_name_kind(types.get(), name.c_str(), BTF_KIND_VAR) >
                0);
  };
}

std::shared_ptr<btf> kernel_types() {
  return {btf__load_vmlinux_btf(), [](btf* types) { btf__free(types); }};
}

// What the kernel answers to the shortest program there is: 0 or an errno.
int try_shortest_program() {
  const std::array<bpf_insn, 2> program = {
      bpf_insn{.code = BPF_ALU64 | BPF_MOV | BPF_K,
               .dst_reg = 0,
               .src_reg = 0,
               .off = 0,
               .imm = 0},
      bpf_insn{.code = BPF_JMP | BPF_EXIT,
               .dst_reg = 0,
               .src_reg = 0,
               .off = 0,
               .imm = 0}};
  const int fd = bpf_prog_load(BPF_PROG_TYPE_SOCKET_FILTER, nullptr, "GPL",
                               program.data(), program.size(), nullptr);
  if (fd < 0) return errno;
  close(fd);
  return 0;
}

}  // namespace

Kernel::Kernel() {
  libbpf_set_print(nullptr);  // we say it ourselves, in one line
  const auto types = kernel_types();
  has_symbol_ = ask(types);
  storage_backend_ = kernel::storage_backend(has_symbol_);
  const int error = try_shortest_program();
  unavailable_ = why_unavailable(error, types != nullptr);
}

Object* Kernel::load(const Recipe& recipe, std::string& why_not) {
  why_not = unavailable_.empty() ? lacks(recipe, has_symbol_) : unavailable_;
  if (!why_not.empty()) return nullptr;
  const std::string name =
      fmt::format("{} {} {}", recipe.program, recipe.interrupt,
                  fmt::join(recipe.attached, " "));
  const auto [place, is_new] = loaded_.try_emplace(name);
  Loaded& loaded = place->second;
  if (is_new) loaded.object = load_object(recipe, loaded.why_not);
  why_not = loaded.why_not;
  return loaded.object.get();
}

}  // namespace lockgauge::kernel
