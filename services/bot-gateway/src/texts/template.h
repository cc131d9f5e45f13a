// SPDX-License-Identifier: MIT
/* Templates of what the bots say. Pure.
 *
 *     {name}                   the value
 *     {nights|ночь|ночи|ночей} the form of the word that the language has for the number; one that
 *                              is not given is the last one that is
 *     {name?, {name}}          all of it where the value is given and not empty, else nothing
 *     {{ and }}                a brace
 *     \n                       an end of line
 *
 * Names are lower-case letters, digits and _, and begin with a letter. Forms hold no braces, and a
 * part that may be missing holds no other such part. */
#pragma once

#include <stdint.h>

#include "base/buf.h"
#include "base/language.h"
#include "base/slice.h"

struct text_value {
    const char *name;
    struct slice text; /* absent: the value is the number */
    int64_t number;
};

/* Appends what the template says. Text of values is escaped for HTML where `html` is true. Without
 * limits but those of `out`. What is no template is said as it is written; a value that is not
 * given, as nothing. */
void template_say(struct slice template, enum language language, const struct text_value *values,
                  size_t count, bool html, struct buf *out);

/* For those who look at templates: one piece after the other. */
enum template_kind {
    TEMPLATE_LITERAL, /* `text` is said, with \n for ends of lines */
    TEMPLATE_VALUE,   /* {text} */
    TEMPLATE_FORMS,   /* {text|forms} */
    TEMPLATE_IF,      /* {text? */
    TEMPLATE_END,     /* } of TEMPLATE_IF; without one it stands for itself */
    TEMPLATE_BAD      /* a brace that opens none of these, and stands for itself */
};
struct template_piece {
    enum template_kind kind;
    struct slice text;
    struct slice forms; /* with '|' between them */
};
/* Takes the next piece off `rest`. False: there is none. */
bool template_next(struct slice *rest, struct template_piece *piece);

/* Which form of a word goes with a number, counted from 0 (Unicode CLDR, cardinal plural rules of
 * ru, kk and en). */
enum { TEMPLATE_FORMS_MAX = 3 };
size_t template_form(enum language language, int64_t number);
