// SPDX-License-Identifier: MIT
/* Parses JSON with jansson, in parse.c. decode.c and foreign_read.c read the values. Private to
 * json/. */
#pragma once

#include <jansson.h>

#include "base/buf.h"

struct json_body {
    json_t *value; /* owned; NULL: the request has no body */
    size_t size;   /* see fields_body_size() */
};

/* Parses any JSON value, which the caller then owns. `flags` are jansson's. FAULT_UNREADABLE
 * "bad_json": the text is not JSON, has a NUL byte, or is nested deeper than `depth_max`.
 * FAULT_UNAVAILABLE "out_of_memory". */
bool value_parse(struct slice text, size_t flags, int depth_max, json_t **out,
                 struct fault *fault) MUST_CHECK;

/* Rewrites JSON that jansson refuses: in strings \u0000, halves of surrogate pairs and bytes that
 * are not UTF-8 become U+FFFD; integers beyond 64 bits get an exponent; numbers beyond a double's
 * range become null. Other text is copied. */
void value_repair_json(struct slice text, struct buf *out);
#define VALUE_MENDED_MAX(len)                                                                      \
    (3 * (len) + 1) /* maximum of bytes that value_repair_json() writes                            \
                     */
