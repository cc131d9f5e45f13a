// SPDX-License-Identifier: MIT
/* The reason of a failure, as a value.
 *
 * A function that can fail returns `bool MUST_CHECK` and takes `struct fault *` last. True: its
 * outputs are set. False: its outputs are untouched and the fault is filled in. Faults do not
 * depend on HTTP: only http/reply.c maps a kind to a status. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/slice.h"

#define MUST_CHECK        __attribute__((warn_unused_result))
#define PRINTF_LIKE(f, a) __attribute__((format(printf, f, a)))

struct arena;

enum fault_kind {
    FAULT_UNREADABLE,      /* cannot be read: not JSON, not UTF-8 */
    FAULT_UNAUTHENTICATED, /* no key, or an unknown one */
    FAULT_FORBIDDEN,       /* the caller is known, but not allowed */
    FAULT_NOT_FOUND,
    FAULT_METHOD,         /* the path exists, but not with this HTTP method */
    FAULT_NOT_ACCEPTABLE, /* Accept excludes our media types */
    FAULT_CONFLICT,       /* contradicts the present state */
    FAULT_GONE,           /* existed and has expired */
    FAULT_PRECONDITION,   /* If-Match named another version */
    FAULT_TOO_LARGE,
    FAULT_MEDIA_TYPE,
    FAULT_INVALID, /* readable, but not allowed */
    FAULT_RATE_LIMITED,
    FAULT_UNAVAILABLE, /* a dependency cannot be used now; try again */
    FAULT_TIMEOUT,     /* a wait reached its deadline; try again */
    FAULT_INTERNAL     /* our bug */
};

enum {
    FAULT_FIELD_MAX = 96,   /* bytes of a JSON pointer, with NUL; a longer one is cut */
    FAULT_DETAIL_MAX = 160, /* bytes of a sentence, with NUL; a longer one is cut */
    FAULT_FIELDS_MAX = 32   /* maximum number of problems that are listed for one body */
};

/* One problem of one field of the input. */
struct fault_field {
    const char *code; /* static, lower_snake_case */
    char field[FAULT_FIELD_MAX];
    char detail[FAULT_DETAIL_MAX];
};

struct fault {
    enum fault_kind kind;
    const char *code;              /* static, lower_snake_case, stable: programs compare it */
    char detail[FAULT_DETAIL_MAX]; /* an English sentence for people, without internals */
    /* The bad fields, borrowed from the request's arena; NULL if there are none. */
    const struct fault_field *fields;
    size_t field_count;
    struct slice members; /* further members of the problem+json reply, as JSON text without braces
                             (`"nights":["2026-01-02"]`), in the arena; may be empty */
    int retry_after_s;    /* for FAULT_RATE_LIMITED and FAULT_UNAVAILABLE; 0 means 1 second */
};

/* Fills `fault`, without fields and members. Returns false, for `return fault_set(...);`. */
bool fault_set(struct fault *fault, enum fault_kind kind, const char *code, const char *format, ...)
    PRINTF_LIKE(4, 5);

/* Sets FAULT_UNAVAILABLE "out_of_memory": "There is no memory for `what`." If a request's arena is
 * full, use arena_fault() instead. Returns false. */
bool fault_out_of_memory(struct fault *fault, const char *what);

/* Returns new zeroed memory. If the system has none, returns NULL with
 * fault_out_of_memory(`what`). */
void *fault_calloc(size_t size, const char *what, struct fault *fault) MUST_CHECK;

/* Sets FAULT_INVALID with one invalid field. If `arena` has no room for the entry of the field, the
 * fault has no entry. Returns false. */
bool fault_set_field(struct fault *fault, struct arena *arena, const char *field, const char *code,
                     const char *format, ...) PRINTF_LIKE(5, 6);

/* Sets the members of `fault` to `members`, a result of arena_printf(). If its `.at` is NULL, the
 * fault becomes arena_fault(). Returns false. */
bool fault_set_members(struct fault *fault, struct slice members);

/* Collects the problems of one request body or query. After FAULT_FIELDS_MAX problems, further ones
 * are only counted. */
struct fault_list {
    struct arena *arena;
    struct fault_field *fields;       /* in the arena, NULL until the first problem */
    size_t count;                     /* problems in `fields` */
    size_t seen;                      /* number of all problems */
    const struct fault_list *earlier; /* NULL, or the problems found before, for fault_list_has() */
};

void fault_list_init(struct fault_list *list, struct arena *arena);

/* Whether the field has a problem in the list or in the earlier one. */
bool fault_list_has(const struct fault_list *list, const char *field);

/* Adds one problem; `field` is a JSON pointer without its leading slash, or a parameter's name. */
void fault_list_add(struct fault_list *list, const char *field, const char *code,
                    const char *format, ...) PRINTF_LIKE(4, 5);

/* Whether no problem was added. Otherwise `fault` becomes FAULT_INVALID with the problems as
 * fields. Its code is the code of the only problem, or "invalid" if there are several. */
bool fault_list_ok(const struct fault_list *list, struct fault *fault) MUST_CHECK;

/* The kind in lower case for logs, such as "not_found". */
const char *fault_kind_name(enum fault_kind kind);
