// The network, and BPF as exported ports and readiness use it.
#include "check.h"
#include <arpa/inet.h>
#include <linux/bpf.h>
#include <net/if.h>
#include <poll.h>

// Linux 6.6's TCX, which Debian 12's headers lack.
enum { TCX_INGRESS = 46, TCX_NEXT = -1 };

long interface_up(const char *name) {
  struct ifreq request = {0};
  int sock = socket(AF_INET, SOCK_DGRAM, 0);
  strncpy(request.ifr_name, name, IFNAMSIZ - 1);
  request.ifr_flags = IFF_UP;
  return ioctl(sock, SIOCSIFFLAGS, &request);
}

// SLAAC, by the kernel alone: QEMU's network advertises fec0::/64.
long address_by_router_advertisement(void) {
  for (int tenth = 0; tenth < 100; tenth++, usleep(100000))
    if (contains("/proc/net/if_inet6", "fec0") == 0) return 0;
  return truth(0);
}

// --- BPF

static int bpf(int command, union bpf_attr *attr) { return syscall(SYS_bpf, command, attr, sizeof *attr); }

static int load(int type, int attach_type, const struct bpf_insn *code, int length) {
  union bpf_attr attr = {.prog_type = type, .expected_attach_type = attach_type, .insns = (uintptr_t)code,
                         .insn_cnt = length, .license = (uintptr_t) "GPL"};
  return bpf(BPF_PROG_LOAD, &attr);
}

#define INSN(c, d, s, o, i) ((struct bpf_insn){.code = (c), .dst_reg = (d), .src_reg = (s), .off = (o), .imm = (i)})
#define LOAD(size, d, s, o) INSN(BPF_LDX | BPF_MEM | (size), d, s, o, 0)
#define STORE(size, d, s, o) INSN(BPF_STX | BPF_MEM | (size), d, s, o, 0)
#define STORE_IMM(size, d, o, i) INSN(BPF_ST | BPF_MEM | (size), d, 0, o, i)
#define MOVE(d, s) INSN(BPF_ALU64 | BPF_MOV | BPF_X, d, s, 0, 0)
#define SET(d, i) INSN(BPF_ALU64 | BPF_MOV | BPF_K, d, 0, 0, i)
#define CALL(function) INSN(BPF_JMP | BPF_CALL, 0, 0, 0, function)
#define IF_EQUAL(d, i, o) INSN(BPF_JMP | BPF_JEQ | BPF_K, d, 0, o, i)
#define ADD(d, i) INSN(BPF_ALU64 | BPF_ADD | BPF_K, d, 0, 0, i)
#define EXIT INSN(BPF_JMP | BPF_EXIT, 0, 0, 0, 0)
#define PASS SET(0, TCX_NEXT), EXIT

static int listener(uint16_t port) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port), .sin_addr = {htonl(INADDR_LOOPBACK)}};
  int sock = socket(AF_INET, SOCK_STREAM, 0);
  return bind(sock, (void *)&address, sizeof address) || listen(sock, 1) ? -1 : sock;
}

static long connect_to(uint16_t port) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port), .sin_addr = {htonl(INADDR_LOOPBACK)}};
  int sock = socket(AF_INET, SOCK_STREAM, 0);
  long result = connect(sock, (void *)&address, sizeof address);
  close(sock);
  return result;
}

// How exported ports work: a TCX program hands the SYN for port 3008 to the socket that listens on 8080.
long tcx_steers_to_listener(void) {
  const int data = 2, end = 3, value = 4, skb = 6, sk = 7, fp = 10;
  const struct bpf_insn code[] = {
    MOVE(skb, 1),
    LOAD(BPF_W, data, skb, offsetof(struct __sk_buff, data)),
    LOAD(BPF_W, end, skb, offsetof(struct __sk_buff, data_end)),
    MOVE(value, data),
    ADD(value, 54),                               // Ethernet, IPv4 and TCP headers
    INSN(BPF_JMP | BPF_JLE | BPF_X, value, end, 2, 0),
    PASS,
    LOAD(BPF_B, value, data, 23),
    IF_EQUAL(value, IPPROTO_TCP, 2),
    PASS,
    LOAD(BPF_H, value, data, 36),
    IF_EQUAL(value, htons(3008), 2),
    PASS,
    LOAD(BPF_B, value, data, 47),
    INSN(BPF_ALU64 | BPF_AND | BPF_K, value, 0, 0, 0x12),
    IF_EQUAL(value, 0x02, 2),                     // SYN without ACK
    PASS,
    LOAD(BPF_W, value, data, 26),                 // the same tuple, but for port 8080
    STORE(BPF_W, fp, value, -12),
    STORE_IMM(BPF_W, fp, -8, htonl(INADDR_LOOPBACK)),
    LOAD(BPF_H, value, data, 34),
    STORE(BPF_H, fp, value, -4),
    STORE_IMM(BPF_H, fp, -2, htons(8080)),
    MOVE(1, skb), MOVE(2, fp), ADD(2, -12), SET(3, 12), SET(4, -1), SET(5, 0),
    CALL(BPF_FUNC_sk_lookup_tcp),
    INSN(BPF_JMP | BPF_JNE | BPF_K, 0, 0, 2, 0),
    PASS,
    MOVE(sk, 0),
    MOVE(1, skb), MOVE(2, sk), SET(3, 0),
    CALL(BPF_FUNC_sk_assign),
    MOVE(1, sk),
    CALL(BPF_FUNC_sk_release),
    PASS,
  };
  int program = load(BPF_PROG_TYPE_SCHED_CLS, TCX_INGRESS, code, LENGTH(code));
  if (program < 0) return -1;
  union bpf_attr link = {.link_create = {.prog_fd = program, .attach_type = TCX_INGRESS}};
  link.link_create.target_ifindex = if_nametoindex("lo");
  if (listener(8080) < 0 || bpf(BPF_LINK_CREATE, &link) < 0) return -1;
  return connect_to(3008);
}

// How readiness works: a sock_ops program on the task's cgroup writes to a ring buffer when the task listens.
long listening_is_seen(void) {
  const int fp = 10;
  union bpf_attr ring = {.map_type = BPF_MAP_TYPE_RINGBUF, .max_entries = 4096};
  int map = bpf(BPF_MAP_CREATE, &ring);
  if (map < 0) return -1;
  const struct bpf_insn code[] = {
    LOAD(BPF_W, 2, 1, offsetof(struct bpf_sock_ops, op)),
    IF_EQUAL(2, BPF_SOCK_OPS_TCP_LISTEN_CB, 2),
    SET(0, 1), EXIT,
    LOAD(BPF_W, 2, 1, offsetof(struct bpf_sock_ops, local_port)),
    STORE(BPF_W, fp, 2, -4),
    INSN(BPF_LD | BPF_IMM | BPF_DW, 1, BPF_PSEUDO_MAP_FD, 0, map), INSN(0, 0, 0, 0, 0),
    MOVE(2, fp), ADD(2, -4), SET(3, 4), SET(4, 0),
    CALL(BPF_FUNC_ringbuf_output),
    SET(0, 1), EXIT,
  };
  int program = load(BPF_PROG_TYPE_SOCK_OPS, BPF_CGROUP_SOCK_OPS, code, LENGTH(code));
  int cgroup = open("/cgroup", O_RDONLY | O_DIRECTORY);
  if (program < 0 || cgroup < 0) return -1;
  union bpf_attr attach = {.target_fd = cgroup, .attach_bpf_fd = program, .attach_type = BPF_CGROUP_SOCK_OPS};
  if (bpf(BPF_PROG_ATTACH, &attach) < 0 || listener(8081) < 0) return -1;
  struct pollfd ready = {map, POLLIN, 0};
  if (poll(&ready, 1, 1000) < 0) return -1;
  return truth(ready.revents & POLLIN);
}
