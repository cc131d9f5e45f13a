// SPDX-License-Identifier: MIT
#include <microhttpd.h>

#include "http/wire_private.h"

enum { LINE_END = 2, IS_STRICT = MHD_VERSION >= 0x01000000 };

void http_wire_check_begin(struct http_wire *wire, const char *method, const char *url,
                           size_t target_len, const char *version)
{
    uintptr_t target = (uintptr_t)method + strlen(method) + 1;
    bool tight = (uintptr_t)url == target && (uintptr_t)version == target + target_len + 1;

    wire->begin = (uintptr_t)method;
    wire->next = tight ? (uintptr_t)version + strlen(version) + LINE_END : 0;
}

void http_wire_check_header(struct http_wire *wire, struct slice name, struct slice value)
{
    uintptr_t colon = (uintptr_t)name.at + name.len;
    bool tight = (uintptr_t)name.at == wire->next && (uintptr_t)value.at > colon;

    wire->next = tight ? (uintptr_t)value.at + value.len + LINE_END : 0;
}

bool http_wire_check_end(const struct http_wire *wire, size_t size)
{
    return IS_STRICT || wire->next + LINE_END == wire->begin + size;
}
