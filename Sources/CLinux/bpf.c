#define _GNU_SOURCE
#include <linux/bpf.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "CLinux.h"
#include "result.h"

static int bpf(enum bpf_cmd command, union bpf_attr *attributes) {
  return RESULT((int)syscall(SYS_bpf, command, attributes, sizeof *attributes));
}

int cl_map_create(uint32_t type, uint32_t key_size, uint32_t value_size, uint32_t entries) {
  union bpf_attr attributes = {
      .map_type = type, .key_size = key_size, .value_size = value_size, .max_entries = entries,
      // The kernel makes no other tries.
      .map_flags = type == BPF_MAP_TYPE_LPM_TRIE ? BPF_F_NO_PREALLOC : 0};
  return bpf(BPF_MAP_CREATE, &attributes);
}

int cl_map_update(int map, const void *key, const void *value) {
  union bpf_attr attributes = {.map_fd = map, .key = (uintptr_t)key, .value = (uintptr_t)value};
  return bpf(BPF_MAP_UPDATE_ELEM, &attributes);
}

int cl_map_next_key(int map, const void *key, void *next) {
  union bpf_attr attributes = {.map_fd = map, .key = (uintptr_t)key, .next_key = (uintptr_t)next};
  int result = bpf(BPF_MAP_GET_NEXT_KEY, &attributes);
  return result == -ENOENT ? 0 : result < 0 ? result : 1;
}

int cl_program_load(uint32_t type, uint32_t attach_type, const void *instructions, size_t count) {
  union bpf_attr attributes = {
      .prog_type = type, .expected_attach_type = attach_type, .insns = (uintptr_t)instructions,
      .insn_cnt = count, .license = (uintptr_t) "GPL"};
  return bpf(BPF_PROG_LOAD, &attributes);
}

int cl_program_attach(int program, int target, uint32_t attach_type) {
  union bpf_attr attributes = {
      .link_create = {.prog_fd = program, .target_fd = target, .attach_type = attach_type}};
  return bpf(BPF_LINK_CREATE, &attributes);
}

#include "bpf/ports.bpf.inc"
