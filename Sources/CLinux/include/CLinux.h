// The guest's only C module. Each function is one system call, or a few that always go together. It returns the call's
// value or -errno, so that nothing else has to read errno. Strings are NUL-terminated, sizes are in bytes.
#pragma once

#include <stddef.h>
#include <stdint.h>

// errno.c
const char *cl_error_description(int error);  // "Device or resource busy"

// file.c
int cl_mount(const char *source, const char *target, const char *type, unsigned long flags, const char *data);
int cl_unmount(const char *target);
int cl_set_mount_flags(const char *target, uint64_t set, uint64_t clear);  // MOUNT_ATTR_*, also of all mounts below it
int cl_mkdir(const char *path, uint32_t mode);
int cl_mknod(const char *path, uint32_t mode, uint32_t major, uint32_t minor);
int cl_symlink(const char *target, const char *path);
long cl_readlink(const char *path, void *buffer, size_t size);
int cl_open(const char *path, int flags, uint32_t mode);
int cl_close(int fd);
long cl_read(int fd, void *buffer, size_t size);
long cl_read_at(int fd, void *buffer, size_t size, int64_t offset);
long cl_write(int fd, const void *bytes, size_t size);
int cl_file_mode(const char *path);  // st_mode, following symbolic links
int64_t cl_file_size(const char *path);
// Where `path` leads for a process whose root is `root`; the answer is a path from the caller's root.
long cl_real_path(const char *root, const char *path, char *buffer, size_t size);
int cl_set_mode(const char *path, uint32_t mode);
int cl_set_owner(const char *path, uint32_t uid, uint32_t gid);
// The next names in the open folder `fd`, one NUL-terminated string after the other. Returns 0 at the end.
long cl_read_folder(int fd, void *names, size_t size);
int cl_open_datagrams(const char *path);  // a Unix datagram socket of that name, which receives
int cl_pipe(int fds[2]);  // close-on-exec
// A pipe one end of which is the task's, who may open it again through /proc/self/fd; the other end never blocks.
int cl_task_pipe(int fds[2], int task_end, uint32_t uid, uint32_t gid);
long cl_splice(int pipe, int target);  // moves what is in the pipe; never blocks where `target` does not
int64_t cl_unread(int pipe);           // how many bytes are in it
int cl_duplicate(int fd, int target, int close_on_exec);
int cl_close_on_exec(int first);  // this descriptor and all above it
int cl_make_raw(int fd);          // the terminal passes every byte unchanged
int cl_set_window(int fd, uint16_t rows, uint16_t columns);  // the terminal's size; its foreground job gets SIGWINCH
int cl_drain_terminal(int fd);    // waits until all output is out, half a second at most

// mapper.c: mappings of the device mapper (dm-verity); each is known by its name
int cl_mapping_create(const char *name);  // returns its minor number: 0 is /dev/dm-0
int cl_mapping_load(const char *name, uint64_t sectors, const char *target, const char *parameters);
int cl_mapping_resume(const char *name);  // from now on it can be read
long cl_mapping_status(const char *name, char *text, size_t size);  // what its target reports

// process.c
int cl_fork(void);
int cl_new_session(void);
int cl_control_terminal(int fd);
int cl_execute(const char *path, const char *const *arguments, const char *const *environment);
_Noreturn void cl_exit(int code);
int cl_batch(void);  // SCHED_BATCH, for this process alone: it does not interrupt others when it wakes up
int cl_change_folder(const char *path);
int cl_change_root(const char *path);
uint32_t cl_set_umask(uint32_t mask);
int cl_set_limit(int resource, uint64_t soft, uint64_t hard);
int cl_set_groups(const uint32_t *groups, size_t count);
int cl_set_group(uint32_t gid);
int cl_set_user(uint32_t uid, int keep_capabilities);
int cl_keep_bounding(uint64_t mask);  // drops every capability outside `mask` from the bounding set
int cl_set_capabilities(uint64_t permitted, uint64_t effective, uint64_t inheritable, uint64_t ambient);
int cl_no_new_privileges(void);
int cl_load_filter(const void *program, size_t size);  // seccomp(2); refusals are logged

// memory.c
uint64_t cl_free_memory(void);

// signal.c
int cl_block_signals(void);      // all of them
int cl_restore_signals(void);    // none blocked, as a new program expects
int cl_open_signals(void);       // a signalfd(2) for all signals
int cl_read_signal(int fd);      // the number of the next signal; 0 when none is waiting
int cl_signal(int pid, int number);
// Reaps one child: returns its pid and stores its wait status. 0 when none has ended, -ECHILD when there is none.
int cl_reap(int *status);
int cl_wait_readable(int fd, int timeout_ms);  // 1 readable or hung up, 0 when the time is over
int cl_wait_writable(int fd, int timeout_ms);  // 1 writable, 0 when the time is over
int cl_open_poll(void);                       // an epoll(7) instance
int cl_watch(int poll, int fd);               // edge-triggered: each arrival is reported once
int cl_watch_output(int poll, int fd);         // the same for room to write, where `fd` is not watched yet
// Stores the descriptors where something is new, and returns how many.
int cl_wait(int poll, int *fds, size_t count, int timeout_ms);
uint64_t cl_monotonic_ms(void);

// clock.c; times are in seconds since 1970
int64_t cl_wall_clock(void);
int cl_set_wall_clock(int64_t seconds);
int64_t cl_read_rtc(int fd);

// network.c
int cl_set_hostname(const char *name, size_t size);
int cl_link_up(int index);
int cl_add_address(int index, const uint8_t *address, size_t size, int prefix_length);
int cl_remove_address(int index, const uint8_t *address, size_t size, int prefix_length);
int cl_set_mtu(int index, uint32_t mtu);
// `gateway` NULL: the destination is on the link itself.
int cl_add_route(int index, const uint8_t *destination, size_t size, int prefix_length, const uint8_t *gateway);
int cl_open_dhcp(const char *interface);  // a UDP socket on port 68 of one interface, for broadcasts too; never blocks
long cl_send_dhcp(int fd, const void *message, size_t size, const uint8_t *server);  // `server` NULL: a broadcast
uint32_t cl_random(void);
int cl_open_router_news(void);  // what the kernel leaves of router advertisements (RTNLGRP_ND_USEROPT)
int cl_open_uevents(void);  // the kernel's messages about devices (netlink(7), NETLINK_KOBJECT_UEVENT)

// audit.c
int cl_open_audit(void);  // the kernel's audit records (AUDIT_NLGRP_READLOG)

// system_calls_x86_64.c
const char *cl_system_call_name(int number);  // "" for a number without a name

// bpf.c
int cl_map_create(uint32_t type, uint32_t key_size, uint32_t value_size, uint32_t entries);
int cl_map_update(int map, const void *key, const void *value);
// 1 when the map has an entry behind that of `key` (NULL: any entry), and stores its key in `next`; 0 when it has none.
int cl_map_next_key(int map, const void *key, void *next);
int cl_program_load(uint32_t type, uint32_t attach_type, const void *instructions, size_t count);
int cl_program_attach(int program, int target, uint32_t attach_type);

// The compiled programs of bpf/ports.bpf.c, one instruction per word. Where a program loads CL_MAP_REFERENCE + n, the
// loader has to put the descriptor of map n.
#define CL_MAP_REFERENCE 0xA550000000000000ULL
struct cl_words {
  const uint64_t *words;
  size_t count;
};
extern const struct cl_words cl_ingress, cl_egress, cl_ingress_udp, cl_egress_udp, cl_listen, cl_connect4,
    cl_connect6, cl_send;

// power.c
int cl_mute_ctrl_alt_del(void);  // Ctrl-Alt-Del sends PID 1 SIGINT instead of resetting the machine
void cl_sync(void);
_Noreturn void cl_power_off(void);
