// SPDX-License-Identifier: MIT
/* Shared by decode.c (bodies) and query.c (queries). Private to json/. */
#pragma once

#include "json/fields.h"

enum {
    FIELD_ITEMS_MAX = 1000, /* maximum of items of a list for which the table sets no max */
    FIELD_TEXT_MAX = 3000,  /* maximum of code points of a text for which the table sets no max */
    FIELD_URL_MAX = 500,    /* maximum of bytes of a URL for which the table sets no max */
    FIELD_ENUM_ABSENT = -1
};

/* A body or query that is being decoded into a struct. */
struct decoding {
    struct arena *arena;
    void *copy;              /* a copy of the struct, which replaces it if no field was refused */
    struct fields_seen seen; /* fields of the outermost table */
    struct fault_list problems;
    bool full; /* the arena is full: decoding stops */
    size_t path_len;
    char path[2 * FAULT_FIELD_MAX]; /* JSON pointer of the value being read; always ends with NUL */
};

/* `out` holds the defaults (POST) or the present values (PATCH). */
bool decoding_begin(struct decoding *decoding, const struct fields *table, const void *out,
                    struct arena *arena, struct fault *fault) MUST_CHECK;
/* Calls the table's `check` for fields without a problem. If no field was refused, sets `out`, and
 * `seen` unless it is NULL. Otherwise fails with the collected problems or "out_of_memory". */
bool decoding_end(struct decoding *decoding, const struct fields *table, void *out,
                  struct fields_seen *seen, struct fault *fault) MUST_CHECK;

/* Appends a member's name to `path`. To remove it, pass the result to decoding_pop_path(). */
size_t decoding_push_name(struct decoding *decoding, const char *name);
size_t decoding_push_index(struct decoding *decoding, size_t index);
void decoding_pop_path(struct decoding *decoding, size_t path_len_before);

/* The field called `name`; NULL if there is none. */
const struct field *fields_find(const struct fields *table, struct slice name, size_t *index);

/* True for types whose value is a single text, both in a body and in a query. */
bool value_is_single_text(enum field_type type);
/* Passes the text of a value that is no free text through text_typed(). False if the arena is full.
 */
bool value_make_typed(struct decoding *decoding, const struct field *field, struct slice *text);
void value_decode_text(struct decoding *decoding, const struct field *field, struct slice text,
                       void *out);
void value_store_checked_i64(struct decoding *decoding, const struct field *field, int64_t value,
                             int64_t *out);
void value_store_checked_money(struct decoding *decoding, const struct field *field, int64_t amount,
                               int64_t *out);
/* `degrees_max` is 90 or 180. */
void value_store_checked_degrees(struct decoding *decoding, double degrees, double degrees_max,
                                 double *out);
/* Adds a problem with the value at `path`. */
void value_refuse(struct decoding *decoding, const char *code, const char *detail);
void value_refuse_type(struct decoding *decoding, const char *expected);
/* Allocates `count` items of a list in the arena. NULL with a problem if there are more than `max`
 * (0: FIELD_ITEMS_MAX) or fewer than `min`. NULL if the arena is full. */
void *decoding_alloc_items(struct decoding *decoding, const struct field *field, size_t count,
                           size_t size) MUST_CHECK;
/* The field by which each item of a FIELD_SLUGS, FIELD_URLS, FIELD_TEXTS, FIELD_UUIDS or FIELD_INTS
 * is read. */
const struct field *value_get_item_field(const struct field *list);

/* Size in a struct of a value of this type: a text, a list, a bool, a whole number or a UUID. */
size_t value_size(enum field_type type);
bool value_is_absent(const struct field *field, const void *value);
bool fields_are_absent(const struct fields *table, const void *value);
void value_set_absent(const struct field *field, void *value);
