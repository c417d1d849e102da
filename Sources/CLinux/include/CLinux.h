// The guest's one C module. Each function is one system call (or the few that always go together) and returns its
// value, or -errno: nobody outside reads errno. Strings are NUL-terminated, sizes are in bytes.
#pragma once

#include <stddef.h>
#include <stdint.h>

// errno.c
const char *cl_error_description(int error);  // "Device or resource busy"

// file.c
int cl_mount(const char *source, const char *target, const char *type, unsigned long flags, const char *data);
int cl_unmount(const char *target);
int cl_set_mount_flags(const char *target, uint64_t set, uint64_t clear);  // MOUNT_ATTR_*, all mounts below it too
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
// Where `path` leads for a process whose root is `root`, as a path from the caller's root.
long cl_real_path(const char *root, const char *path, char *buffer, size_t size);
int cl_set_mode(const char *path, uint32_t mode);
int cl_set_owner(const char *path, uint32_t uid, uint32_t gid);
// The next names in the folder behind `fd`, one NUL-terminated string after the other; 0 at the end.
long cl_read_folder(int fd, void *names, size_t size);
int cl_open_datagrams(const char *path);  // a Unix datagram socket of that name, to receive from
int cl_pipe(int fds[2]);  // close-on-exec
int cl_duplicate(int fd, int target, int close_on_exec);
int cl_close_on_exec(int first);  // this descriptor and all above it
int cl_make_raw(int fd);          // a terminal that passes every byte as it is
int cl_set_window(int fd, uint16_t rows, uint16_t columns);  // the terminal's size; its foreground job hears of it
int cl_drain_terminal(int fd);    // until all output is out, for half a second at most

// mapper.c: the device mapper's mappings (dm-verity), each known by its name
int cl_mapping_create(const char *name);  // its minor number: 0 is /dev/dm-0
int cl_mapping_load(const char *name, uint64_t sectors, const char *target, const char *parameters);
int cl_mapping_resume(const char *name);  // from here on it can be read
long cl_mapping_status(const char *name, char *text, size_t size);  // what its target has to say

// process.c
int cl_fork(void);
int cl_new_session(void);
int cl_control_terminal(int fd);
int cl_execute(const char *path, const char *const *arguments, const char *const *environment);
_Noreturn void cl_exit(int code);
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
int cl_load_filter(const void *program, size_t size);  // seccomp(2), denials logged

// memory.c
uint64_t cl_free_memory(void);

// signal.c
int cl_block_signals(void);      // all, and the terminal's and the pipe's are never acted upon
int cl_restore_signals(void);    // nothing blocked, every disposition the default: what a new program expects
int cl_open_signals(void);       // a signalfd(2) for all signals
int cl_read_signal(int fd);      // the next signal's number, 0 when none is waiting
int cl_signal(int pid, int number);
// Reaps one child: its pid and wait status; 0 when none has ended, -ECHILD when there is none.
int cl_reap(int *status);
int cl_wait_readable(int fd, int timeout_ms);  // 1 readable or hung up, 0 when the time is over
int cl_wait_writable(int fd, int timeout_ms);  // 1 writable, 0 when the time is over
int cl_open_poll(void);                       // an epoll(7) instance
int cl_watch(int poll, int fd);               // edge-triggered: reported once for each time something new arrives
int cl_wait(int poll, int *fds, size_t count, int timeout_ms);  // the descriptors with something new; how many
uint64_t cl_monotonic_ms(void);

// clock.c, in seconds since 1970
int64_t cl_wall_clock(void);
int cl_set_wall_clock(int64_t seconds);
int64_t cl_read_rtc(int fd);

// network.c
int cl_set_hostname(const char *name, size_t size);
int cl_link_up(int index);
int cl_add_address(int index, const uint8_t *address, size_t size, int prefix_length);
int cl_remove_address(int index, const uint8_t *address, size_t size, int prefix_length);
int cl_set_mtu(int index, uint32_t mtu);
// Without a gateway the destination is on the link itself.
int cl_add_route(int index, const uint8_t *destination, size_t size, int prefix_length, const uint8_t *gateway);
int cl_open_dhcp(const char *interface);  // a UDP socket from port 68, for broadcasts on one interface; never blocks
long cl_send_dhcp(int fd, const void *message, size_t size, const uint8_t *server);  // NULL: to all
uint32_t cl_random(void);
int cl_open_router_news(void);  // options of router advertisements that the kernel leaves to others (RTNLGRP_ND_USEROPT)
int cl_open_uevents(void);  // the kernel's messages about devices (netlink(7), NETLINK_KOBJECT_UEVENT)

// audit.c
int cl_open_audit(void);  // the kernel's audit records as they come (AUDIT_NLGRP_READLOG)

// system_calls_x86_64.c
const char *cl_system_call_name(int number);  // "" for a number that has none

// bpf.c
int cl_map_create(uint32_t type, uint32_t key_size, uint32_t value_size, uint32_t entries);
int cl_map_update(int map, const void *key, const void *value);
int cl_map_has_keys(int map, void *key);  // 1 when the map has an entry, whose key is stored; 0 when it is empty
int cl_program_load(uint32_t type, uint32_t attach_type, const void *instructions, size_t count);
int cl_program_attach(int program, int target, uint32_t attach_type);

// The compiled programs of bpf/ports.bpf.c, one instruction a word; map n's descriptor goes where CL_MAP_REFERENCE + n
// is loaded.
#define CL_MAP_REFERENCE 0xA550000000000000ULL
struct cl_words {
  const uint64_t *words;
  size_t count;
};
extern const struct cl_words cl_ingress, cl_egress, cl_ingress_udp, cl_egress_udp, cl_listen;

// power.c
int cl_mute_ctrl_alt_del(void);  // it sends PID 1 SIGINT instead of resetting the machine
void cl_sync(void);
_Noreturn void cl_power_off(void);
