// Counts the guest's instructions, exactly: a plugin for QEMU's TCG (plugin interface 1, Debian 12's QEMU 7.2).
//
//   -plugin counter.so,out=FILE[,blocks=TEXT]
//
// FILE holds `struct counts` (read by counter.py) and is shared with QEMU, so it can be read while the guest runs.
// TEXT gets a line for each block of code that ran before a mark: the mark's number from 0, address, instructions.
//
// What the guest does is told from its instructions alone; registers are not visible here:
// - an address in the upper half is the kernel's. One in the lower half is the firmware's or the early kernel's until
//   the kernel has returned from an interrupt or a system call for the first time (the early kernel does neither), and
//   a program's from then on. So the first of those is PID 1's first instruction.
// - a system call's number is the constant that stands before its `syscall` instruction.
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

// What is used of qemu-plugin.h, which Debian does not package.
typedef uint64_t qemu_plugin_id_t;
struct qemu_plugin_tb;
struct qemu_plugin_insn;
enum { NO_REGISTERS = 0, ADD_U64 = 0 };
void qemu_plugin_register_vcpu_tb_trans_cb(qemu_plugin_id_t, void (*)(qemu_plugin_id_t, struct qemu_plugin_tb *));
void qemu_plugin_register_vcpu_tb_exec_inline(struct qemu_plugin_tb *, int, void *, uint64_t);
void qemu_plugin_register_vcpu_insn_exec_cb(struct qemu_plugin_insn *, void (*)(unsigned, void *), int, void *);
void qemu_plugin_register_vcpu_insn_exec_inline(struct qemu_plugin_insn *, int, void *, uint64_t);
size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *);
uint64_t qemu_plugin_tb_vaddr(const struct qemu_plugin_tb *);
struct qemu_plugin_insn *qemu_plugin_tb_get_insn(const struct qemu_plugin_tb *, size_t);
const void *qemu_plugin_insn_data(const struct qemu_plugin_insn *);
size_t qemu_plugin_insn_size(const struct qemu_plugin_insn *);
uint64_t qemu_plugin_insn_vaddr(const struct qemu_plugin_insn *);

#define EXPORT __attribute__((visibility("default")))
EXPORT int qemu_plugin_version = 1;

enum { MARKS = 256 };
enum mark_kind { HAND_OVER = 1, EXEC = 59, LISTEN = 50 };

struct counts {
  uint64_t kernel, user;
  uint64_t mark_count;
  struct mark {
    uint64_t kind, kernel, user;
  } marks[MARKS];
};

// A translated block of code; never freed, since QEMU may go on using it.
struct block {
  struct block *next;
  uint64_t address, length, runs;
};

static struct counts *counts;
static bool kernel_has_returned, program_has_started;
static FILE *blocks_file;
static struct block *blocks;

static void write_blocks(void) {
  for (struct block *block = blocks; block != NULL; block = block->next) {
    if (block->runs == 0) continue;
    fprintf(blocks_file, "%" PRIu64 " %" PRIx64 " %" PRIu64 "\n", counts->mark_count, block->address,
            block->length * block->runs);
    block->runs = 0;
  }
  fflush(blocks_file);
}

static void mark(uint64_t kind) {
  if (counts->mark_count == MARKS) return;
  if (blocks_file != NULL) write_blocks();
  counts->marks[counts->mark_count] = (struct mark){kind, counts->kernel, counts->user};
  counts->mark_count++;
}

static void mark_call(unsigned vcpu, void *number) {
  (void)vcpu;
  mark((uintptr_t)number);
}

static void note_return(unsigned vcpu, void *unused) {
  (void)vcpu, (void)unused;
  kernel_has_returned = true;
}

// `iretq` or `sysretq`.
static bool is_return(const uint8_t *code, size_t size) {
  return (size == 2 && code[0] == 0x48 && code[1] == 0xcf) ||
         (size == 3 && code[0] == 0x48 && code[1] == 0x0f && code[2] == 0x07);
}

static bool is_syscall(const uint8_t *code, size_t size) { return size == 2 && code[0] == 0x0f && code[1] == 0x05; }

// `mov $NUMBER,%eax`, or `push $NUMBER` as small code has it; -1 for any other instruction.
static int64_t constant(const uint8_t *code, size_t size) {
  if (size == 5 && code[0] == 0xb8) return code[1] | code[2] << 8 | code[3] << 16 | (int64_t)code[4] << 24;
  if (size == 2 && code[0] == 0x6a) return code[1];
  return -1;
}

static void count(struct qemu_plugin_insn *insn, uint64_t *counter) {
  qemu_plugin_register_vcpu_insn_exec_inline(insn, ADD_U64, counter, 1);
}

static void translate_kernel(struct qemu_plugin_insn *insn) {
  count(insn, &counts->kernel);
  if (!kernel_has_returned && is_return(qemu_plugin_insn_data(insn), qemu_plugin_insn_size(insn)))
    qemu_plugin_register_vcpu_insn_exec_cb(insn, note_return, NO_REGISTERS, NULL);
}

// `number`: the last constant before this instruction, or -1; returns the one for the next.
static int64_t translate_program(struct qemu_plugin_insn *insn, int64_t number) {
  const uint8_t *code = qemu_plugin_insn_data(insn);
  size_t size = qemu_plugin_insn_size(insn);
  if (!program_has_started) {
    program_has_started = true;
    mark(HAND_OVER);
  }
  count(insn, &counts->user);
  if (is_syscall(code, size) && (number == EXEC || number == LISTEN))
    qemu_plugin_register_vcpu_insn_exec_cb(insn, mark_call, NO_REGISTERS, (void *)(uintptr_t)number);
  int64_t found = constant(code, size);
  return found >= 0 ? found : number;
}

static void count_block(struct qemu_plugin_tb *code, size_t length) {
  struct block *block = malloc(sizeof *block);
  if (block == NULL) return;
  *block = (struct block){blocks, qemu_plugin_tb_vaddr(code), length, 0};
  blocks = block;
  qemu_plugin_register_vcpu_tb_exec_inline(code, ADD_U64, &block->runs, 1);
}

static void translated(qemu_plugin_id_t id, struct qemu_plugin_tb *block) {
  (void)id;
  int64_t number = -1;
  size_t length = qemu_plugin_tb_n_insns(block);
  if (blocks_file != NULL) count_block(block, length);
  for (size_t i = 0; i < length; i++) {
    struct qemu_plugin_insn *insn = qemu_plugin_tb_get_insn(block, i);
    if (qemu_plugin_insn_vaddr(insn) >> 63 || !kernel_has_returned)
      translate_kernel(insn);
    else
      number = translate_program(insn, number);
  }
}

static struct counts *share(const char *path) {
  int file = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (file < 0 || ftruncate(file, sizeof *counts) < 0) return NULL;
  void *shared = mmap(NULL, sizeof *counts, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  close(file);
  return shared == MAP_FAILED ? NULL : shared;
}

EXPORT int qemu_plugin_install(qemu_plugin_id_t id, const void *info, int argc, char **argv) {
  (void)info;
  for (int i = 0; i < argc; i++) {
    if (strncmp(argv[i], "out=", 4) == 0) counts = share(argv[i] + 4);
    if (strncmp(argv[i], "blocks=", 7) == 0) blocks_file = fopen(argv[i] + 7, "we");
    if (counts == NULL && blocks_file == NULL) {
      fprintf(stderr, "counter: cannot use %s: %s\n", argv[i], strerror(errno));
      return -1;
    }
  }
  if (counts == NULL) {
    fprintf(stderr, "counter: out=FILE is missing\n");
    return -1;
  }
  qemu_plugin_register_vcpu_tb_trans_cb(id, translated);
  return 0;
}
