// SPDX-License-Identifier: MIT
/* Templates of texts. Pure.
 *
 *     {name}                   the value
 *     {nights|ночь|ночи|ночей} the plural form for the number; the last form if it is missing
 *     {name?, {name}}          an optional part: empty if the value is missing or empty
 *     {{ and }}                a brace
 *     \n                       a line break
 *
 * Names are lower-case letters, digits and _, and begin with a letter. Forms contain no braces, and
 * an optional part contains no other optional part. */
#pragma once

#include <stdint.h>

#include "base/buf.h"
#include "base/language.h"
#include "base/slice.h"

struct text_value {
    const char *name;
    struct slice text; /* absent: the value is the number */
    int64_t number;
    int64_t other; /* a second number of some formats: enum text_format */
    /* Of a text that names a point in time: its Unix time, and how apps show it (Bot API, date-time
     * entity formatting). NULL: of other texts. */
    int64_t moment_s;
    const char *moment_format;
};

/* Appends the rendered template. Values are escaped for HTML, and points in time
 * marked as such, if `escapes_html` is true. The length
 * is limited by `out` only. Invalid parts are copied as written; a missing value is empty. */
void template_render(struct slice template, enum language language, const struct text_value *values,
                     size_t count, bool escapes_html, struct buf *out);

/* For validators: the parts of a template one by one. */
enum template_kind {
    TEMPLATE_LITERAL, /* `text` is copied, with \n for line breaks */
    TEMPLATE_VALUE,   /* {text} */
    TEMPLATE_FORMS,   /* {text|forms} */
    TEMPLATE_IF,      /* {text? */
    TEMPLATE_END,     /* } of TEMPLATE_IF; an unpaired one is literal */
    TEMPLATE_BAD      /* a brace that starts none of these; literal */
};
struct template_piece {
    enum template_kind kind;
    struct slice text;
    struct slice forms; /* separated by '|' */
};
/* Removes the next part of a template from `rest`. False: there is none. */
bool template_cut_piece(struct slice *rest, struct template_piece *piece);

/* The index of the plural form for a number (Unicode CLDR, cardinal rules of ru, kk and en). */
size_t template_form_index(enum language language, int64_t number);
