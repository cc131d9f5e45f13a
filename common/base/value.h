// SPDX-License-Identifier: MIT
/* Absent values of struct members, and types of compound values.
 *
 * "Absent" is: text with .at NULL; numbers, money and times FIELD_ABSENT; dates and clocks
 * FIELD_ABSENT32; a nil UUID; a place with lat NAN; an enum of -1; a list with .items NULL. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "base/slice.h"
#include "base/uuid.h"

#define FIELD_ABSENT   INT64_MIN
#define FIELD_ABSENT32 INT32_MIN

struct field_geo {
    double lat; /* -90..90, NAN: absent */
    double lon; /* -180..180 */
};

struct field_texts {
    const struct slice *items; /* in the arena */
    size_t count;
    struct slice json; /* JSON text of the list; if present, it is encoded instead of `items` */
};

struct field_uuids {
    const struct uuid *items; /* in the arena */
    size_t count;
};

struct field_ints {
    const int64_t *items; /* in the arena */
    size_t count;
};

struct field_list {
    void *items; /* in the arena */
    size_t count;
};

/* The same text in the three languages of the bots. */
struct texts {
    struct slice ru;
    struct slice kz;
    struct slice en;
};

/* A slice of a literal for static tables, where SLICE() is not allowed. */
#define TEXTS_LITERAL(literal)                                                                     \
    {                                                                                              \
        (literal), sizeof(literal) - 1                                                             \
    }
