// SPDX-License-Identifier: MIT
/* Reads the JSON of other programs (Telegram, n8n, Qdrant, an embeddings server) into a struct, by
 * one table for each struct. json/fields.h is for bodies of our own API, whose caller receives all
 * mistakes. Another program would not read a refusal, so every usable value is accepted:
 *
 * - A name that is not in the table is skipped.
 * - null, and a value of another type than the table's, is read as absent (base/value.h). No member
 *   is required: the caller checks for those that it needs.
 * - If a name is repeated, the last value counts, as in jsonb and JSON.parse().
 * - Text keeps its characters: no trimming, no NFC.
 * - Characters that PostgreSQL cannot store become U+FFFD: \u0000; a \u escape that is half of a
 *   surrogate pair, which JavaScript writes where it has cut a text; a byte in a string that is not
 *   part of a UTF-8 character, which telegram-bot-api passes on in members whose bytes a user's
 *   program chooses (Client.cpp, JsonRawString).
 * - A number beyond a double's range is null.
 *
 * Text that is not a JSON object or array by RFC 8259, or that exceeds the limits below, is
 * refused. The caller bounds the size of the text; jansson's values, which are freed before the
 * function returns, take from 4 to 80 times as much memory. */
#pragma once

#include <stdint.h>

#include "base/arena.h"
#include "base/fault.h"
#include "base/value.h"

enum {
    /* Maximum depth of nested objects and arrays. Telegram nests up to 16 blocks in a rich message
     * (Bot API, Rich Message Limits), a list being 4 levels of JSON, and the rich message in the
     * message that answers it. Each level takes about 80 bytes of the stack. */
    FOREIGN_DEPTH_MAX = 128,
    FOREIGN_NUMBER_MAX = 300 /* maximum of bytes of a number that does not fit int64_t */
};

enum foreign_type {
    FOREIGN_TEXT,    /* struct slice */
    FOREIGN_INT,     /* int64_t; absent if the number has a point or exponent, or exceeds 64 bits */
    FOREIGN_DOUBLE,  /* double; NAN: absent */
    FOREIGN_BOOL,    /* bool; absent: false */
    FOREIGN_UUID,    /* struct uuid, of a text */
    FOREIGN_DATE,    /* int32_t day number, of a text */
    FOREIGN_TIME,    /* int64_t microseconds UTC, of a text */
    FOREIGN_PRESENT, /* bool: true if the value is not null */
    FOREIGN_RAW, /* struct slice: the value as JSON, borrowed from the text; in the arena if a part
                    of it was replaced */
    FOREIGN_OBJECT, /* a nested struct with its own table */
    FOREIGN_LIST,   /* struct foreign_list of structs, by their table */
    FOREIGN_TEXTS,  /* struct foreign_list of struct slice, each as FOREIGN_TEXT */
    FOREIGN_DOUBLES /* struct foreign_list of double */
};

/* An array; absent if .items is NULL. An item of another type is absent and keeps its index. */
struct foreign_list {
    void *items;     /* in the arena; not NULL for an empty array */
    size_t count;    /* at most the member's `max` */
    size_t left_out; /* number of items beyond the maximum, which were skipped */
};

struct foreign;

struct foreign_member {
    const char *name; /* "a/b": the member b of the member a; "": the outermost object */
    enum foreign_type type;
    size_t offset;
    const struct foreign *table; /* for FOREIGN_OBJECT and FOREIGN_LIST: members of the struct */
    size_t max;                  /* lists: maximum of items that are stored; 1 or more */
};

/* A table: the members of a struct. Two members may have the same name and different types; a value
 * then sets the member of its type, and the other one is absent. */
struct foreign {
    const struct foreign_member *items;
    size_t count;
    size_t size; /* bytes of the struct */
    size_t here; /* offset of a bool that is set to true if the object is present; FOREIGN_NOWHERE:
                    there is no such bool */
};

#define FOREIGN_NOWHERE SIZE_MAX

/* Example: const struct foreign chat_table = FOREIGN_OF(chat_members, struct chat); */
#define FOREIGN_OF(array, type)                                                                    \
    {                                                                                              \
        (array), ARRAY_LEN(array), sizeof(type), FOREIGN_NOWHERE                                   \
    }
/* FOREIGN_OF() for a struct with a bool member `here`, which is set to true if the object is
 * present, so that a caller can distinguish kinds of updates. */
#define FOREIGN_HERE(array, type)                                                                  \
    {                                                                                              \
        (array), ARRAY_LEN(array), sizeof(type), offsetof(type, here)                              \
    }

/* Reads an object into `out`. Members of the struct without a row in the table are set to zero. Raw
 * values are borrowed from `text`; the arena holds all others. FAULT_UNREADABLE "bad_json": the
 * text is not a JSON object, or exceeds the limits above. FAULT_UNAVAILABLE
 * "out_of_memory": the arena is full, or the system is out of memory. On failure `out` is
 * untouched. */
bool foreign_read(const struct foreign *table, struct slice text, void *out, struct arena *arena,
                  struct fault *fault) MUST_CHECK;

/* Like foreign_read() for an array of objects, of which it keeps at most `items_max`. */
bool foreign_read_list(const struct foreign *table, size_t items_max, struct slice text,
                       struct foreign_list *out, struct arena *arena,
                       struct fault *fault) MUST_CHECK;
