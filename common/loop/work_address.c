// SPDX-License-Identifier: MIT
/* Detects addresses that an outbound call on a client's behalf must never reach: those that IANA's
 * special purpose registries do not call globally reachable, and those that embed such an
 * address. */
#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "loop/work.h"

enum { V4_BYTES = 4, V6_BYTES = 16 };

struct prefix {
    uint8_t bytes[V6_BYTES];
    unsigned bits;
};

static const struct prefix private_v4[] = {
    {{0},            8 }, /* this network */
    {{10},           8 }, /* private */
    {{100, 64},      10}, /* shared by a carrier's customers */
    {{127},          8 }, /* loopback */
    {{169, 254},     16}, /* link-local, cloud metadata */
    {{172, 16},      12}, /* private */
    {{192, 0, 0},    24}, /* IETF protocols */
    {{192, 0, 2},    24}, /* documentation */
    {{192, 88, 99},  24}, /* 6to4 relays */
    {{192, 168},     16}, /* private */
    {{198, 18},      15}, /* benchmarks */
    {{198, 51, 100}, 24}, /* documentation */
    {{203, 0, 113},  24}, /* documentation */
    {{224},          4 }, /* multicast */
    {{240},          4 }, /* reserved, broadcast */
};

/* The only block from which public IPv6 unicast addresses are assigned. Addresses outside of it
 * count as private. */
static const struct prefix global_v6 = {{0x20}, 3};

static const struct prefix private_v6[] = {
    {{0x20, 0x01},             23}, /* IETF protocols, Teredo */
    {{0x20, 0x01, 0x0d, 0xb8}, 32}, /* documentation */
    {{0x20, 0x02},             16}, /* 6to4: wraps any IPv4 address */
    {{0x3f, 0xff},             20}, /* documentation */
};

/* Prefixes of IPv6 addresses whose last four bytes are an IPv4 address. The IPv6 address is private
 * if that IPv4 address is. */
static const struct prefix wrapping_v6[] = {
    {{[10] = 0xff, [11] = 0xff}, 96}, /* v4-mapped */
    {{0x00, 0x64, 0xff, 0x9b},   96}, /* NAT64 */
};

static bool matches_prefix(const uint8_t *address, const struct prefix *prefix)
{
    const unsigned whole = prefix->bits / 8;
    const unsigned rest = prefix->bits % 8;
    const unsigned mask = 0xffu << (8 - rest) & 0xffu;

    if (memcmp(address, prefix->bytes, whole) != 0)
        return false;
    return rest == 0 || (address[whole] & mask) == (prefix->bytes[whole] & mask);
}

static bool matches_any_prefix(const uint8_t *address, const struct prefix *prefixes, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (matches_prefix(address, &prefixes[i]))
            return true;
    }
    return false;
}

#define MATCHES_ANY(address, table) matches_any_prefix((address), (table), ARRAY_LEN(table))

static bool is_private_v6(const uint8_t *address)
{
    if (MATCHES_ANY(address, wrapping_v6))
        return MATCHES_ANY(address + V6_BYTES - V4_BYTES, private_v4);
    return !matches_prefix(address, &global_v6) || MATCHES_ANY(address, private_v6);
}

bool work_address_is_private(const struct work_address *address)
{
    if (address->addr.ss_family == AF_INET) {
        const struct sockaddr_in *v4 = (const struct sockaddr_in *)&address->addr;
        return MATCHES_ANY((const uint8_t *)&v4->sin_addr, private_v4);
    }
    if (address->addr.ss_family == AF_INET6) {
        const struct sockaddr_in6 *v6 = (const struct sockaddr_in6 *)&address->addr;
        return is_private_v6(v6->sin6_addr.s6_addr);
    }
    return true;
}

bool work_address_is_loopback(const struct work_address *address)
{
    const struct sockaddr_in *v4 = (const struct sockaddr_in *)&address->addr;
    const struct sockaddr_in6 *v6 = (const struct sockaddr_in6 *)&address->addr;

    if (address->addr.ss_family == AF_INET)
        return ntohl(v4->sin_addr.s_addr) >> 24 == 127;
    return address->addr.ss_family == AF_INET6 && IN6_IS_ADDR_LOOPBACK(&v6->sin6_addr);
}

bool work_address_parse(const char *text, uint16_t port, struct work_address *out)
{
    struct work_address address = {.len = 0};
    struct sockaddr_in *v4 = (struct sockaddr_in *)&address.addr;
    struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)&address.addr;

    if (inet_pton(AF_INET, text, &v4->sin_addr) == 1) {
        v4->sin_family = AF_INET;
        address.len = sizeof *v4;
    } else if (inet_pton(AF_INET6, text, &v6->sin6_addr) == 1) {
        v6->sin6_family = AF_INET6;
        address.len = sizeof *v6;
    } else {
        return false;
    }
    work_address_set_port(&address, port);
    *out = address;
    return true;
}

/* sin_port is read in place of sin6_port. */
_Static_assert(offsetof(struct sockaddr_in, sin_port) == offsetof(struct sockaddr_in6, sin6_port),
               "one port");

uint16_t work_address_get_port(const struct work_address *address)
{
    return ntohs(((const struct sockaddr_in *)&address->addr)->sin_port);
}

void work_address_set_port(struct work_address *address, uint16_t port)
{
    ((struct sockaddr_in *)&address->addr)->sin_port = htons(port);
}

void work_address_format(const struct work_address *address, char out[INET6_ADDRSTRLEN])
{
    const struct sockaddr_in *v4 = (const struct sockaddr_in *)&address->addr;
    const struct sockaddr_in6 *v6 = (const struct sockaddr_in6 *)&address->addr;

    if (address->addr.ss_family == AF_INET)
        inet_ntop(AF_INET, &v4->sin_addr, out, INET6_ADDRSTRLEN);
    else if (address->addr.ss_family == AF_INET6)
        inet_ntop(AF_INET6, &v6->sin6_addr, out, INET6_ADDRSTRLEN);
    else
        snprintf(out, INET6_ADDRSTRLEN, "local");
}
