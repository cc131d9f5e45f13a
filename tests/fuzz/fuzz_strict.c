// SPDX-License-Identifier: MIT
/* The request check: the input is a request's header as on the wire, its lines ended by LF (a CR
 * before it is part of the line, so that odd bytes reach the check too). */
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "http/strict_private.h"

#include "fuzz.h"

/* What an accepted path never contains. */
static void check_path(struct slice path)
{
    PROMISE(path.len > 0 && path.at[0] == '/');
    for (size_t i = 0; i < path.len; i++) {
        unsigned char c = (unsigned char)path.at[i];
        PROMISE(c > ' ' && c < 0x7f && c != '?' && c != '#' && c != '\\');
        bool slash = c == '/' && i + 1 < path.len;
        PROMISE(!slash || path.at[i + 1] != '/');
        PROMISE(!slash || path.at[i + 1] != '.' || (i + 2 < path.len && path.at[i + 2] != '/'));
    }
    PROMISE(memmem(path.at, path.len, "/../", 4) == NULL);
    PROMISE(memmem(path.at, path.len, "%00", 3) == NULL);
    PROMISE(memmem(path.at, path.len, "%2f", 3) == NULL);
}

static void check_target(struct slice target)
{
    struct field_pair query[HTTP_QUERY_MAX];
    struct slice path = {NULL, 7};
    size_t count = 77;

    if (http_strict_parse_target(target, &path, query, &count, &arena, &fault)) {
        PROMISE(count <= HTTP_QUERY_MAX);
        check_path(path);
        for (size_t i = 0; i < count; i++) {
            PROMISE(text_is_utf8(query[i].name) && text_is_utf8(query[i].value));
            PROMISE(memchr(query[i].value.at, 0, query[i].value.len) == NULL);
            PROMISE(query[i].value.at[query[i].value.len] == '\0');
        }
    } else {
        PROMISE(count == 77 && fault.code != NULL);
        if (path.at != NULL)
            check_path(path);
        else
            PROMISE(path.len == 7);
    }
}

FUZZ(64 * 1024)
{
    static struct http_strict strict;
    struct slice line = slice_cut(&input, '\n');
    unsigned hosts = 0, lengths = 0;

    const struct slice method = slice_cut(&line, ' ');
    const struct slice target = slice_cut(&line, ' ');
    http_strict_begin(&strict, method, line);
    while (input.len > 0) {
        struct slice value = slice_cut(&input, '\n');
        const struct slice name = slice_cut(&value, ':');
        hosts += slice_equal_caseless(name, SLICE("host"));
        lengths += slice_equal_caseless(name, SLICE("content-length"));
        http_strict_add_header(&strict, name, value);
    }
    if (http_strict_end(&strict, &fault)) {
        PROMISE(hosts <= 1 && lengths <= 1);
        PROMISE(!(strict.has_length && strict.chunked));
        PROMISE(strict.length < UINT64_C(1000000000000000000));
    } else {
        PROMISE(fault.kind == FAULT_UNREADABLE && fault.code != NULL);
    }
    check_target(target);
}
