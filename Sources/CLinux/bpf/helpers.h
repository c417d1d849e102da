// The kernel's helper functions for BPF programs (bpf-helpers(7)), and how a function becomes a program.
#pragma once

#include <linux/bpf.h>

#define SECTION(name) __attribute__((section(name ".program"), used))
#define INLINE static inline __attribute__((always_inline))

static void *(*const map_lookup)(void *map, const void *key) = (void *)BPF_FUNC_map_lookup_elem;
static long (*const map_update)(void *map, const void *key, const void *value, __u64 flags) =
    (void *)BPF_FUNC_map_update_elem;
static long (*const map_delete)(void *map, const void *key) = (void *)BPF_FUNC_map_delete_elem;
static long (*const ring_output)(void *ring, void *data, __u64 size, __u64 flags) = (void *)BPF_FUNC_ringbuf_output;
static struct bpf_sock *(*const lookup_tcp)(void *, struct bpf_sock_tuple *, __u32, __u64, __u64) =
    (void *)BPF_FUNC_sk_lookup_tcp;
static struct bpf_sock *(*const lookup_udp)(void *, struct bpf_sock_tuple *, __u32, __u64, __u64) =
    (void *)BPF_FUNC_sk_lookup_udp;
static long (*const release)(void *socket) = (void *)BPF_FUNC_sk_release;
static long (*const assign)(struct __sk_buff *, void *socket, __u64 flags) = (void *)BPF_FUNC_sk_assign;
static long (*const load_bytes)(const void *, __u32, void *, __u32) = (void *)BPF_FUNC_skb_load_bytes;
static long (*const store_bytes)(struct __sk_buff *, __u32, const void *, __u32, __u64) =
    (void *)BPF_FUNC_skb_store_bytes;
static long (*const replace_l3_checksum)(struct __sk_buff *, __u32, __u64, __u64, __u64) =
    (void *)BPF_FUNC_l3_csum_replace;
static long (*const replace_l4_checksum)(struct __sk_buff *, __u32, __u64, __u64, __u64) =
    (void *)BPF_FUNC_l4_csum_replace;
