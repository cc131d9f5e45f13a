// SPDX-License-Identifier: MIT
/* Lists: limit, cursor, {"items":[...],"next_cursor":...}. A cursor is opaque: base64url of the
 * last row's sort key and of a hash of the filters. With other filters it is refused: 422
 * "bad_cursor". */
#pragma once

#include "base/arena.h"
#include "base/buf.h"
#include "base/fault.h"
#include "base/uuid.h"
#include "db/query.h"
#include "json/fields.h"

struct http_request;

enum {
    LIST_LIMIT_DEFAULT = 20,
    LIST_LIMIT_MAX = 100,
    LIST_CURSOR_MAX = 200,        /* of a cursor that we made; a client may send anything */
    LIST_BYTES_MAX = 1024 * 1024, /* where a list ends before its limit, with a cursor, whose SQL
                                     has no LIST_PAGE_OF */
    /* Of the rows of a page; LIST_PAGE_OF says it in SQL. With one row more, of a stay of a year, a
     * shared connection carries 256 kB at once: what db/db.h asks for. */
    LIST_PAGE_BYTES_MAX = 192 * 1024
};

/* The place in a list after which a page begins. */
struct list_place {
    bool set;       /* false: from the start */
    int64_t number; /* sort key: price, distance in metres, 0 */
    struct uuid id; /* tie-breaker */
};

/* One page of a list, as its query asks for it. */
struct list_page {
    int64_t limit; /* LIST_LIMIT_DEFAULT before it is read */
    struct slice cursor;
    struct slice filters; /* any stable text of the query without cursor and limit; "" is fine */
    struct list_place after;
};
extern const struct fields list_page_fields; /* limit and cursor */

/* Sets `after` and `filters` of a page whose query is decoded: `filters` becomes `name` and the
 * query without cursor and limit, in the request's arena. */
bool list_page_read(const struct http_request *req, struct slice name, struct list_page *page,
                    struct fault *fault) MUST_CHECK;

/* The place that a cursor means; without a cursor the start. The fault names the query's
 * `parameter`. */
bool list_cursor_read(struct slice cursor, const char *parameter, struct slice filters,
                      struct arena *arena, struct list_place *out, struct fault *fault) MUST_CHECK;
void list_cursor_encode(const struct list_place *place, struct slice filters, struct buf *out);

// clang-format off
/* SQL of a page that ends early where its rows are large (a stay of a year is 51 kB):
 *     LIST_PAGE_OF "SELECT ..., octet_length(...) AS large FROM ... ORDER BY ... LIMIT $9" LIST_PAGE_CUT
 * The SELECT between them is ordered, asks for one row more than the limit, and ends its columns with
 * `large`: how many bytes the columns have that may be long; all others together count as 1 kB; NULL is none.
 * What comes are its first rows, as many as LIST_PAGE_BYTES_MAX holds but at least one, then the next
 * one as a sign that there are more; behind `large` comes the sum of the bytes so far. A row that is
 * larger than a page counts as a whole page. The order stays, since a window without ORDER BY and a
 * filter take the rows as they come. */
#define LIST_PAGE_OF                                                                               \
    "SELECT * FROM ("                                                                              \
    "  SELECT page.*,"                                                                             \
    "    sum(least(1024 + coalesce(page.large, 0), 196608)) OVER (ROWS UNBOUNDED PRECEDING) AS bytes"           \
    "  FROM ("
#define LIST_PAGE_CUT                                                                              \
    ") page) cut"                                                                                  \
    " WHERE bytes - least(1024 + coalesce(large, 0), 196608) <= 196608"
// clang-format on

/* Writes the item of a row, and sets the place from which the next page begins. */
typedef void list_item_fn(const struct db_rows *rows, int row, const void *data, struct buf *out,
                          struct list_place *place);
/* The whole list from the rows of a LIST_PAGE_OF statement, whose SELECT has `columns` before
 * `large`. */
void list_encode(const struct db_rows *rows, int columns, const struct list_page *page,
                 list_item_fn *item, const void *data, struct buf *out);

/* For a filter in SQL: the names of the bits that are set, with commas between ("held,confirmed");
 * absent where none is. In `room`, which has LIST_NAMES_MAX bytes: all names fit. */
enum { LIST_NAMES_MAX = 128 };
struct slice list_names(int64_t bits, const char *const *names, char room[LIST_NAMES_MAX]);

/* The whole list of steps of a history from rows in their order, one of which may be behind the
 * limit: ends early at LIST_BYTES_MAX. LIST_STEPS is the limit of a query without one. */
enum { LIST_STEPS = 500 };
void list_encode_steps(const struct db_rows *steps, const struct list_page *page,
                       list_item_fn *step, const void *data, struct buf *out);

/* Writes `{"items":[`, then between items `,`, then the tail. */
void list_begin(struct buf *out);
void list_separator(struct buf *out, size_t index);
void list_end(struct buf *out, const struct list_place *next_or_null, struct slice filters);
