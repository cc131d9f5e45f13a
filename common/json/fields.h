// SPDX-License-Identifier: MIT
/* One table for each struct decodes it from a body or a query string and encodes it into a reply.
 * So each JSON name is in one place, and the refusal of a body names every bad field.
 *
 * base/value.h defines which values are absent. An empty FIELD_DIGITS (0) and an object whose
 * members are all absent are absent too. An absent value is encoded as null, but an absent list as
 * [] unless it is FIELD_NULLABLE. */
#pragma once

#include "base/arena.h"
#include "base/buf.h"
#include "base/fault.h"
#include "base/value.h"

enum field_type {
    FIELD_TEXT,    /* struct slice; cleaned by text_clean(); min..max code points */
    FIELD_SLUG,    /* struct slice that satisfies text_is_slug() */
    FIELD_URL,     /* struct slice; https://, at most max bytes */
    FIELD_PHONE,   /* struct slice; E.164 after text_normalize_phone() */
    FIELD_INT,     /* int64_t, min..max */
    FIELD_BOOL,    /* bool; with FIELD_OMIT: false is not written */
    FIELD_MONEY,   /* int64_t tiyn, min..max, whole tenge; {"amount":..,"currency":"KZT"} */
    FIELD_DATE,    /* int32_t day number */
    FIELD_CLOCK,   /* int32_t minutes after midnight, "HH:MM" */
    FIELD_TIME,    /* int64_t microseconds UTC; RFC 3339; encode only */
    FIELD_UUID,    /* struct uuid */
    FIELD_GEO,     /* struct field_geo; {"lat":..,"lon":..} */
    FIELD_DEGREES, /* double, -max..max; absent: NAN; not in queries */
    FIELD_ENUM,    /* int, index into `names`; a decoded index above `max` becomes `max` */
    FIELD_SLUGS,   /* struct field_texts of slugs, at most max of them */
    FIELD_URLS,    /* struct field_texts of https URLs of at most 500 bytes */
    FIELD_TEXTS,   /* struct field_texts, at most max of them, each as a FIELD_TEXT of 1 to
                      FIELD_TEXTS_POINTS code points */
    FIELD_UUIDS,   /* struct field_uuids, at most max of them */
    FIELD_INTS,    /* struct field_ints, at most max of them; any whole number of 64 bits */
    FIELD_DIGITS,  /* int64_t, a bit set: an array of whole numbers min..max within 0..62 */
    FIELD_OBJECT,  /* a nested struct; its fields are in `table` */
    FIELD_LIST,    /* struct field_list of structs of `item_size`, by `table`; at most max */
    FIELD_RAW, /* struct slice. Encoding: JSON text, which is copied. Queries: the raw value, for a
                  handler that checks it (a cursor). Not allowed in bodies */
    FIELD_CUSTOM /* decoded and encoded by functions of the field */
};

enum { FIELD_TEXTS_POINTS = 100 /* code points of an item of FIELD_TEXTS */ };

enum {
    FIELD_REQUIRED = 1 << 0,  /* a missing or null field is refused: "required" */
    FIELD_NULLABLE = 1 << 1,  /* null sets it to absent; encoded as null when absent */
    FIELD_READ_ONLY = 1 << 2, /* refused in the input: "read_only" */
    FIELD_DETAIL = 1 << 3,    /* not encoded in lists (`description`) */
    FIELD_OMIT = 1 << 4,      /* not encoded when absent */
    FIELD_COMMA = 1 << 5, /* a query has comma-separated values. Allowed for SLUGS and TEXTS, and
                             for ENUM and INT (0..62), which then become a bit set */
    FIELD_WRITE_ONLY = 1 << 6, /* decoded, never encoded */
    FIELD_ROWS = 1 << 7,       /* a LIST of at most max lists, each with at most max items: a struct
                                  field_list of struct field_list; only decoded */
    FIELD_AS_SENT = 1 << 8,    /* a CUSTOM that gets the text unchecked: it may be empty */
    FIELD_ANY_MARKS = 1 << 9   /* a TEXT that others have written: a long run of combining marks is
                                  kept, and the text then not normalised (base/text.h) */
};

struct fields;
struct field;

/* Decodes a value in the service's own format (a city by any of its names). `text` is the JSON
 * string or query value after text_typed() and text_clean() unless the field is FIELD_AS_SENT, in
 * the arena. If `text` is absent (.at NULL), set `value` to absent. To refuse `text`, set `code`
 * and `detail` (both static) and return false. */
typedef bool field_decode_fn(struct slice text, void *value, const char **code,
                             const char **detail);
typedef void field_encode_fn(const void *value, struct buf *out);

/* For a FIELD_CUSTOM that is an int64_t of microseconds UTC: decodes an RFC 3339 time with its
 * offset. Problem: "bad_time". A FIELD_TIME of the same member encodes it. */
field_decode_fn field_decode_time;

struct field {
    const char *name;
    enum field_type type;
    unsigned flags;
    size_t offset;
    int64_t min, max;
    const struct fields *table; /* for FIELD_OBJECT and FIELD_LIST: fields of the nested struct */
    const char *const *names;   /* for FIELD_ENUM: names of the values, NULL-terminated */
    field_decode_fn *decode;    /* for FIELD_CUSTOM */
    field_encode_fn *encode;    /* for FIELD_CUSTOM */
};

/* Checks conditions over several fields of a struct. If a field was refused, its member still has
 * the value from before decoding (absent or the default), and further problems of the field are
 * ignored. fault_list_has() returns whether it was refused, for conditions reported elsewhere. */
typedef void fields_check_fn(const void *value, struct fault_list *problems);

struct fields {
    const struct field *items;
    size_t count;     /* at most FIELDS_MAX */
    size_t item_size; /* bytes of the struct; may be 0 if it is only encoded, and not in a LIST */
    fields_check_fn *check; /* or NULL; not called for the tables of nested structs */
};

enum { FIELDS_MAX = 64 /* of a table: the number of bits in struct fields_seen */ };

/* The length of an array of fields. It does not compile if the array is too long. */
#define FIELDS_COUNT(array)                                                                        \
    (ARRAY_LEN(array) + 0 * sizeof(char[ARRAY_LEN(array) <= FIELDS_MAX ? 1 : -1]))

/* Example: const struct fields note_fields = FIELDS_OF(note_items, struct note); */
#define FIELDS_OF(array, type) FIELDS_CHECKED(array, type, NULL)
#define FIELDS_CHECKED(array, type, agree)                                                         \
    {                                                                                              \
        (array), FIELDS_COUNT(array), sizeof(type), (agree)                                        \
    }

/* Which fields the input has. Bit i stands for row i of the table that the caller passed; the rows
 * of nested tables are not recorded. */
struct fields_seen {
    uint64_t set;  /* the field had a value */
    uint64_t null; /* the field was null */
};

/* Parses and decodes a body. FAULT_UNREADABLE "bad_json": not JSON, not UTF-8, a repeated name, a
 * lone surrogate, NUL, a number beyond 64 bits, nested deeper than 32. FAULT_UNREADABLE
 * "body_missing": empty body. FAULT_INVALID "not_an_object". Otherwise a fault with every problem:
 * "required", "unknown_field", "wrong_type", "too_short", "too_long", "out_of_range", "bad_date",
 * "bad_time", "bad_uuid", "bad_phone", "bad_url", "bad_slug", "bad_currency", "not_whole_tenge",
 * "unknown_value", "read_only", "blank", "bad_text", "too_many", and the problems that the table's
 * `check` finds.
 *
 * Before the call `out` holds the defaults, after it the result; on failure `out` is untouched. For
 * PATCH (RFC 7396) `patch` is true and `out` holds the present value: FIELD_REQUIRED then only
 * forbids null, and objects are merged. Text is copied into the arena. */
bool fields_decode(const struct fields *table, struct slice body, bool patch, void *out,
                   struct fields_seen *seen, struct arena *arena, struct fault *fault) MUST_CHECK;

/* fields_decode() in two steps, for callers that also need canonical JSON: fields_parse(), then
 * fields_decode_body(). */
struct json_body; /* in the arena; owns a jansson value until fields_parse_finish() */
bool fields_parse(struct slice body, bool required, struct json_body **out, struct arena *arena,
                  struct fault *fault) MUST_CHECK;
void fields_parse_finish(struct json_body *body); /* NULL is allowed */
/* The memory in bytes of the jansson value, at most: eighty times the text's length, if that is
 * only empty objects. */
size_t fields_body_size(const struct json_body *body);
bool fields_decode_body(const struct fields *table, const struct json_body *body, bool patch,
                        void *out, struct fields_seen *seen, struct arena *arena,
                        struct fault *fault) MUST_CHECK;
/* Whether the body is an object with a member `name` that is not null. */
bool fields_body_has(const struct json_body *body, const char *name);
/* Writes canonical JSON: sorted names, no white space; "{}" if there is no body. */
bool fields_encode_canonical(const struct json_body *body, struct buf *out,
                             struct fault *fault) MUST_CHECK;

/* Sets all bytes of the struct to zero, then each field except FIELD_CUSTOM to its absent value:
 * the result of decoding an empty body or query. */
void fields_clear(const struct fields *table, void *out);

struct field_pair {
    struct slice name;
    struct slice value; /* percent-decoded UTF-8 */
};

/* Decodes query parameters with the same tables as bodies. Further problems: "unknown_parameter",
 * "repeated_parameter". A FIELD_RAW borrows from `pairs`; other text is copied. */
bool fields_decode_query(const struct fields *table, const struct field_pair *pairs, size_t count,
                         void *out, struct fields_seen *seen, struct arena *arena,
                         struct fault *fault) MUST_CHECK;

/* Encodes `{"a":1,...}`; if `in_list`, without the FIELD_DETAIL members. Without jansson, which is
 * slower. */
void fields_encode(const struct fields *table, const void *value, bool in_list, struct buf *out);
/* Encodes `[{"a":1,...},...]`: `count` structs of the table's item_size. */
void fields_encode_list(const struct fields *table, const void *items, size_t count, bool in_list,
                        struct buf *out);
/* Encodes the members without braces, each after a ','. If `is_first`, the first member has no ','.
 */
void fields_encode_members(const struct fields *table, const void *value, bool in_list,
                           bool is_first, struct buf *out);
/* Encodes the texts as a member of type FIELD_SLUGS, FIELD_URLS or FIELD_TEXTS, in the arena. */
bool fields_keep_texts(const struct field_texts *texts, struct arena *arena, struct slice *out,
                       struct fault *fault) MUST_CHECK;
