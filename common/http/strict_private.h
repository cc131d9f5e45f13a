// SPDX-License-Identifier: MIT
/* Refuses requests that libmicrohttpd accepts but two parsers could read differently: contradicting
 * lengths, repeated headers, unusual paths (RFC 9112, RFC 9110). Pure. Private to http/. */
#pragma once

#include "base/fault.h"
#include "base/slice.h"
#include "http/request.h"

enum {
    HTTP_TARGET_MAX = 8192,       /* bytes of a request target */
    HTTP_HEADER_LINES_MAX = 100,  /* header lines of a request */
    HTTP_HEADERS_JOINED_MAX = 512 /* bytes of list headers from several lines */
};

struct http_strict {
    /* set by http_strict_begin() and http_strict_add_header(): */
    struct slice headers[HTTP_H_COUNT];
    bool has_length;
    uint64_t length;
    bool chunked;
    bool has_host;
    bool http_1_0;
    unsigned count;
    size_t joined; /* bytes of `join` in use */
    /* set by http_strict_refuse(), for the first refusal: */
    bool refused;
    struct fault fault;
    /* The last member, because it is not cleared between requests: only the first `joined` bytes
     * are in use. */
    char join[HTTP_HEADERS_JOINED_MAX];
};

/* Call http_strict_begin(), then http_strict_add_header() for each header in order, then
 * http_strict_end(). All refusals close the connection. Names and values are borrowed; a list
 * header on several lines (Accept, Accept-Encoding, If-Match, If-None-Match) is joined in `join`,
 * so the struct must not move. */
void http_strict_begin(struct http_strict *strict, struct slice method,
                       struct slice version /* "HTTP/1.1" */);
void http_strict_add_header(struct http_strict *strict, struct slice name, struct slice value);
/* Refuses the request for a reason that the caller detected. Only the first refusal is kept. */
void http_strict_refuse(struct http_strict *strict, const char *why);
/* Ends the checks. False if the request was refused: FAULT_UNREADABLE "bad_request" with the
 * reason. */
bool http_strict_end(struct http_strict *strict, struct fault *fault) MUST_CHECK;

/* Whether the value has no control characters except tabs. */
static inline bool http_strict_has_no_control(struct slice value)
{
    for (size_t i = 0; i < value.len; i++) {
        unsigned char c = (unsigned char)value.at[i];
        if ((c < 0x20 && c != '\t') || c == 0x7f)
            return false;
    }
    return true;
}

/* Splits a raw target into path and decoded query. Refuses what is not origin-form, bad escapes,
 * %00, encoded or plain dot segments, empty segments, control bytes, query bytes that are not UTF-8
 * (FAULT_UNREADABLE "bad_query"), more than HTTP_QUERY_MAX parameters (FAULT_INVALID
 * "too_many_parameters"). A valid path is set even if the query is refused, because the fault's
 * reply contains it as `instance`. */
bool http_strict_parse_target(struct slice target, struct slice *path, struct field_pair *query,
                              size_t *query_count, struct arena *arena,
                              struct fault *fault) MUST_CHECK;
