// SPDX-License-Identifier: MIT
/* A URL taken apart as curl itself would read it, so that what is checked is what is called. Inside
 * of client.c. */
#pragma once

#include <stdint.h>

#include "base/arena.h"
#include "base/fault.h"
#include "base/slice.h"

enum { HTTP_URL_MAX = 8192, HTTP_HOST_MAX = 255 };

struct http_target {
    const char *url;              /* normal form without fragment, in the arena */
    struct slice origin;          /* "https://host:port", in the arena */
    char host[HTTP_HOST_MAX + 1]; /* IPv6 without brackets */
    uint16_t port;
    bool plain; /* http */
};

/* http and https, no user and password. FAULT_INVALID "bad_url". */
bool http_target_parse(const char *url, struct arena *arena, struct http_target *out,
                       struct fault *fault) MUST_CHECK;
/* Where a Location header leads from `base`. */
bool http_target_follow(const struct http_target *base, const char *location, struct arena *arena,
                        struct http_target *out, struct fault *fault) MUST_CHECK;
