// What the checks of image/kernel/test-boot share. Each returns as a system call does: a failure is below zero, with errno.
#pragma once
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define LENGTH(array) (sizeof(array) / sizeof(*(array)))

// init.c
long truth(int yes);
long contains(const char *path, const char *expected);
long write_text(const char *path, const char *text);
void open_console(void);

// disks.c
const char *disk(const char *serial);
long mount_and_read(const char *source, const char *target, const char *type, const char *options);
long overlay(void);
long read_write_ext4(void);
long verity_reads(void);
long verity_refuses_altered_data(void);

// devices.c
long port_named(const char *name);
long hardware_random(void);
long pseudo_terminal(void);
long window_size_of_console(void);
long wall_clock(void);
long hardware_clock(void);
long clock_jump_is_seen(void);

// confinement.c
long cgroup_with_limits(void);
long cgroup_kills_at_its_limit(void);
long seccomp_denial_is_logged(void);
long no_user_namespaces(void);
long closed_doors(void);
long memory_files_are_no_code(void);
long exit_is_seen_through_pidfd(void);

// network.c
long interface_up(const char *name);
long address_by_router_advertisement(void);
long tcx_steers_to_listener(void);
long listening_is_seen(void);
