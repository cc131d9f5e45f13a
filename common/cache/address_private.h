// SPDX-License-Identifier: MIT
/* Parses the URL of Redis. */
#pragma once

#include <stdint.h>

#include "base/fault.h"
#include "base/slice.h"

enum {
    CACHE_HOST_MAX = 255,
    CACHE_PATH_MAX = 107,  /* size of sun_path without its NUL */
    CACHE_SECRET_MAX = 255 /* user or password */
};

struct cache_address {
    bool none; /* the URL is "": there is no Redis */
    char host[CACHE_HOST_MAX + 1];
    char path[CACHE_PATH_MAX + 1]; /* path of a Unix socket; "" for TCP */
    uint16_t port;
    unsigned database;
    char user[CACHE_SECRET_MAX + 1];
    char password[CACHE_SECRET_MAX + 1]; /* "": no AUTH */
};

/* Parses redis://[[user]:password@]host[:port][/database], unix:///path[?db=database], or "". User
 * and password are percent-decoded; an IPv6 host is in brackets. FAULT_INVALID "cache_url", whose
 * detail does not quote the URL, because it may contain a password. */
bool cache_address_parse(struct slice url, struct cache_address *out,
                         struct fault *fault) MUST_CHECK;
