// SPDX-License-Identifier: MIT
/* Takes a URL apart with curl's own parser, so that the address that is checked is the one that
 * curl calls. Private to client.c. */
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

/* http and https, without user and password. Else FAULT_INVALID "bad_url". */
bool http_target_parse(const char *url, struct arena *arena, struct http_target *out,
                       struct fault *fault) MUST_CHECK;
