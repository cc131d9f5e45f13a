// SPDX-License-Identifier: MIT
/* A scanner for the grammar of RFC 8259 that allocates no memory; used by json/foreign. Functions
 * that return false have set `why`. Private to json/.
 */
#pragma once

#include "base/arena.h"
#include "base/slice.h"

struct scan {
    const char *at; /* of the next byte */
    const char *end;
    int depth;       /* objects and arrays that are open */
    bool odd;        /* an escape occurred that scan_unescape() replaces by U+FFFD */
    size_t broken;   /* bytes in strings that were not UTF-8, so far */
    const char *why; /* a static sentence */
};

/* The text between the quotes of a string. */
struct scan_string {
    struct slice raw;
    size_t room; /* 0: `raw` is the text; else bytes that scan_unescape() writes at most */
};

/* Skips white space. The next byte; NUL at the end, where no other byte may be NUL either. */
static inline char scan_peek(struct scan *scan)
{
    while (scan->at < scan->end &&
           (*scan->at == ' ' || *scan->at == '\n' || *scan->at == '\r' || *scan->at == '\t'))
        scan->at++;
    if (scan->at == scan->end)
        return '\0';
    return *scan->at;
}

/* Skips white space and then `c`, if it follows. */
static inline bool scan_take(struct scan *scan, char c)
{
    if (scan_peek(scan) != c || scan->at == scan->end)
        return false;
    scan->at++;
    return true;
}

/* Sets `why`, unless it is set. Returns false. */
bool scan_broken(struct scan *scan);
/* As scan_take(), but fails on any other character. */
bool scan_expect(struct scan *scan, char c) MUST_CHECK;

/* Enters an object or array whose bracket was taken; at its end the caller lowers `depth`. */
bool scan_enter(struct scan *scan) MUST_CHECK;

bool scan_string(struct scan *scan, struct scan_string *out) MUST_CHECK;
/* A number. `whole`: without a point and an exponent. */
bool scan_number(struct scan *scan, struct slice *digits, bool *whole) MUST_CHECK;
/* Skips any value. */
bool scan_skip(struct scan *scan) MUST_CHECK;

/* Writes the text of a string. Returns its length. */
size_t scan_unescape(const struct scan_string *string, char *out);
/* Copies a scanned value, with \ufffd for each odd escape and U+FFFD for each broken byte, which
 * grows by two bytes. Returns its length. */
size_t scan_mend(struct slice value, char *out);
