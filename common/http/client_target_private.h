// SPDX-License-Identifier: MIT
/* Parses URLs with curl's own parser, so that the checked address is the one to which curl
 * connects. Private to the client. */
#pragma once

#include <stdint.h>

#include "base/arena.h"
#include "base/fault.h"
#include "base/slice.h"

enum {
    HTTP_URL_MAX = 8192,
    HTTP_HOST_MAX = 255,
    HTTP_PROXY_SECRET_MAX = 255 /* bytes of a user or a password, RFC 1929 */
};

struct http_target {
    const char *url;              /* normal form without fragment, in the arena */
    struct slice origin;          /* "https://host:port", in the arena */
    char host[HTTP_HOST_MAX + 1]; /* IPv6 without brackets */
    uint16_t port;
    bool plain; /* http, not https */
};

/* Accepts http and https URLs without user and password. Otherwise FAULT_INVALID "bad_url".
 */
bool http_target_parse(const char *url, struct arena *arena, struct http_target *out,
                       struct fault *fault) MUST_CHECK;

/* Whether the host is private without a look-up: a private address, or localhost (RFC 6761,
 * 6.3). */
bool http_target_is_private(const struct http_target *target);

struct http_proxy {
    char scheme[8];               /* "http" or "socks5h"; "": no proxy */
    char host[HTTP_HOST_MAX + 1]; /* IPv6 without brackets */
    uint16_t port;
    char user[HTTP_PROXY_SECRET_MAX + 1]; /* "": none */
    char password[HTTP_PROXY_SECRET_MAX + 1];
};

/* Parses "http://host:port" or "socks5h://user:password@host:port"; user and password are
 * percent-decoded. The port is required. FAULT_INVALID "bad_proxy", whose detail does not repeat
 * the text. */
bool http_proxy_parse(const char *text, struct http_proxy *out, struct fault *fault) MUST_CHECK;
