// SPDX-License-Identifier: MIT
/* The same text in the three languages of the bots. */
#pragma once

#include "base/slice.h"
#include "json/fields.h"

struct texts {
    struct slice ru;
    struct slice kz;
    struct slice en;
};

/* A slice of a literal where only a constant will do (tables). */
#define TEXTS_LITERAL(literal)                                                                     \
    {                                                                                              \
        (literal), sizeof(literal) - 1                                                             \
    }

enum { TEXTS_TITLE_MAX = 200, TEXTS_BODY_MAX = 3000 };

extern const struct fields texts_title_fields; /* a name or title: Russian is required */
extern const struct fields texts_body_fields;  /* a longer text: all optional */
