// SPDX-License-Identifier: MIT
/* The URL of Redis, parsed. */
#pragma once

#include <stdint.h>

#include "base/fault.h"
#include "base/slice.h"

enum {
    CACHE_HOST_MAX = 255,
    CACHE_PATH_MAX = 107,  /* sun_path without its NUL */
    CACHE_SECRET_MAX = 255 /* user or password */
};

struct cache_address {
    bool none; /* "": there is no Redis */
    char host[CACHE_HOST_MAX + 1];
    char path[CACHE_PATH_MAX + 1]; /* of a Unix socket; "" for TCP */
    uint16_t port;
    unsigned database;
    char user[CACHE_SECRET_MAX + 1];
    char password[CACHE_SECRET_MAX + 1]; /* "": no AUTH */
};

/* redis://[[user]:password@]host[:port][/database] | unix:///path[?db=database] | "". The user and
 * the password are percent-decoded; an IPv6 host stands in brackets. FAULT_INVALID "cache_url"; its
 * sentence never quotes the URL, which may hold a password. */
bool cache_address_parse(struct slice url, struct cache_address *out,
                         struct fault *fault) MUST_CHECK;
