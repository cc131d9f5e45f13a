// SPDX-License-Identifier: MIT
#include <microhttpd.h>

#include "http/wire_private.h"

#include "support/test.h"

enum { NAMES_MAX = 3 };

/* A request as it lies in the buffer after its separators were replaced by zeros, here '@'. buffer,
 * length of the target, then the offsets of target, version, and each header's name and value */
static const struct {
    const char *why, *buffer;
    size_t target_len, url, version;
    struct {
        size_t name, value;
    } headers[NAMES_MAX];
    size_t count;
    bool plain;
} cases[] = {
    {"plain",                        "GET@/a@HTTP/1.1@@Host@ h@@X@y@@@@", 2, 4, 7, {{17, 23}, {26, 28}}, 2, true },
    {"a query after a cut target",   "GET@/a@b@HTTP/1.1@@H@h@@@@",        4, 4, 9, {{19, 21}},           1, true },
    {"an empty value",               "GET@/@HTTP/1.1@@H@@@@@",            1, 4, 6, {{16, 18}},           1, true },
    {"no header",                    "GET@/@HTTP/1.1@@@@",                1, 4, 6, {{0, 0}},             0, true },
    {"two spaces before the target", "GET@ /@HTTP/1.1@@H@h@@@@",          1, 5, 7, {{17, 19}},           1, false},
    {"two spaces after the target",  "GET@/ @HTTP/1.1@@H@h@@@@",          1, 4, 7, {{17, 19}},           1, false},
    {"LF after the request line",    "GET@/@HTTP/1.1@H@h@@@@",            1, 4, 6, {{15, 17}},           1, false},
    {"LF after a header",            "GET@/@HTTP/1.1@@H@h@I@i@@@@",       1, 4, 6, {{16, 18}, {20, 22}}, 2, false},
    {"LF at the end",                "GET@/@HTTP/1.1@@H@h@@@",            1, 4, 6, {{16, 18}},           1, false},
    {"a name that was moved",
     "GET@/@HTTP/1.1@@H@h@@I@i@@ j@@@@Ij",                                1,
     4,                                                                         6,
     {{16, 18}, {32, 23}},
     2,                                                                                                     false},
    {"a missing line at the end",    "GET@/@HTTP/1.1@@H@h@@@x@@",         1, 4, 6, {{16, 18}},           1, false},
    {"a value before its name",      "GET@/@HTTP/1.1@@H@h@@@@",           1, 4, 6, {{16, 15}},           1, false},
};

TEST_ROWS_WHY(only_regular_lines_are_accepted, cases)
{
    char buffer[128];
    struct http_wire wire;
    size_t size = strlen(row->buffer);

    ck_assert_uint_lt(size, sizeof buffer);
    for (size_t i = 0; i <= size; i++)
        buffer[i] = row->buffer[i] == '@' ? '\0' : row->buffer[i];
    http_wire_check_begin(&wire, buffer, buffer + row->url, row->target_len, buffer + row->version);
    for (size_t i = 0; i < row->count; i++)
        http_wire_check_header(&wire, slice_of(buffer + row->headers[i].name),
                               slice_of(buffer + row->headers[i].value));
    /* From version 1.0 on libmicrohttpd checks this itself. */
    bool plain = row->plain || MHD_VERSION >= 0x01000000;
    ck_assert(http_wire_check_end(&wire, size) == plain);
}
