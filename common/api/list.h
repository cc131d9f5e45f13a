// SPDX-License-Identifier: MIT
/* Lists: limit, cursor, {"items":[...],"next_cursor":...}. A cursor is opaque: base64url of the
 * last row's sort key and of a hash of the filters. A request with other filters than those of its
 * cursor fails with 422 "bad_cursor". */
#pragma once

#include "base/arena.h"
#include "base/buf.h"
#include "base/fault.h"
#include "base/uuid.h"
#include "db/query.h"
#include "http/reply.h"
#include "json/fields.h"

enum {
    LIST_LIMIT_DEFAULT = 20,
    LIST_LIMIT_MAX = 100,
    LIST_CURSOR_MAX = 200,        /* length of a generated cursor; a client may send a longer one */
    LIST_BYTES_MAX = 1024 * 1024, /* bytes of a page of steps (api/steps.h) */
    /* Bytes of a page's rows, also in the SQL of LIST_PAGE_OF. The page and one more row of the
     * greatest size (a stay of a year) are below 256 kB (see db/db.h). */
    LIST_PAGE_BYTES_MAX = 192 * 1024
};

/* The position in a list after which a page begins. */
struct list_cursor {
    bool set;       /* false: the start of the list */
    int64_t number; /* value by which the list is sorted, not negative: price, distance in metres,
                       time in microseconds, version, or 0 */
    struct uuid id; /* decides between equal numbers */
};

/* The requested page of a list. */
struct list_page {
    int64_t limit; /* set it to LIST_LIMIT_DEFAULT before decoding */
    struct slice cursor;
    struct slice filters; /* identifies the list: its filters as text, without cursor and limit */
    struct list_cursor after;
};
extern const struct fields list_page_fields; /* the query parameters limit and cursor */

/* Sets `after` and `filters` of a decoded page. `filters` becomes a text of `name`, the parameters
 * of the path, and those of the query (ordered by name, without cursor and limit), in the request's
 * arena. */
bool list_page_read(const struct http_request *req, struct slice name, struct list_page *page,
                    struct fault *fault) MUST_CHECK;

/* Decodes a cursor; an absent cursor is the start of the list. A fault names `parameter`. */
bool list_cursor_decode(struct slice cursor, const char *parameter, struct slice filters,
                        struct arena *arena, struct list_cursor *out,
                        struct fault *fault) MUST_CHECK;
void list_cursor_encode(const struct list_cursor *cursor, struct slice filters, struct buf *out);

// clang-format off
/* SQL of a page that ends early if its rows are large (a stay of a year is 51 kB):
 *     LIST_PAGE_OF "SELECT ..., octet_length(...) AS large FROM ... ORDER BY ... LIMIT $9" LIST_PAGE_CUT
 * The SELECT in the middle must be ordered, request one row more than the limit, and have `large`
 * as its last column: the bytes of those columns that may be long (NULL counts as 0). The other
 * columns together count as 1 kB. The result has the first rows within LIST_PAGE_BYTES_MAX, at
 * least one, and one more row if there are more. A column with the sum of the bytes follows
 * `large`. A row larger than a page counts as a whole page. The order is kept, because a window
 * without ORDER BY and a filter process the rows in their order. */
#define LIST_PAGE_OF                                                                               \
    "SELECT * FROM ("                                                                              \
    "  SELECT page.*,"                                                                             \
    "    sum(least(1024 + coalesce(page.large, 0), 196608)) OVER (ROWS UNBOUNDED PRECEDING) AS bytes"           \
    "  FROM ("
#define LIST_PAGE_CUT                                                                              \
    ") page) cut"                                                                                  \
    " WHERE bytes - least(1024 + coalesce(large, 0), 196608) <= 196608"
// clang-format on

/* Writes a row as an item, and sets the position after which the next page begins. */
typedef void list_item_fn(const struct db_rows *rows, int row, const void *data, struct buf *out,
                          struct list_cursor *cursor);
/* Writes the list from the rows of a LIST_PAGE_OF statement, whose column number `large_column`,
 * counted from 0, is `large`. */
void list_encode(const struct db_rows *rows, int large_column, const struct list_page *page,
                 list_item_fn *item, const void *data, struct buf *out);

/* A list that list_reply() reads and writes after a handler has decoded the query. */
struct list {
    /* A LIST_PAGE_OF statement with the columns of its shape before `large`. Its last parameters
     * are the position, which is `time` (if `by_time`) and `id` of a row, and the limit. Without a
     * cursor the time is NULL and the id uuid_max: the list begins with the newest row. */
    const struct db_statement *statement;
    /* A row is read into a struct of this table, and encoded by it with `in_list`. */
    const struct fields *fields;
    const void *blank; /* initial value of the struct; NULL: zeros */
    size_t id;         /* offset of the row's struct uuid */
    bool by_time;      /* the list is sorted by a time, then by id */
    size_t time;       /* offset of the row's time, an int64_t, if `by_time` */
    /* If it is not NULL, it writes the rows instead of `fields`; its argument `data` is the struct
     * api_caller. */
    list_item_fn *item;
};
enum { LIST_VALUES_MAX = 8 };

/* Replies with a page of the list. `values` are the parameters before the position, at most
 * LIST_VALUES_MAX. */
enum http_status list_reply(const struct http_request *req, struct http_response *res,
                            struct db *db, const struct list *list, const struct list_page *page,
                            const struct db_value *values, size_t count);

/* Like list_reply() for a short list without pages: replies with all rows of a statement that
 * selects the columns of its shape. Of `list` only statement, fields and blank are used. */
enum http_status list_reply_whole(const struct http_request *req, struct http_response *res,
                                  struct db *db, const struct list *list,
                                  const struct db_value *values, size_t count);

enum { LIST_NAMES_MAX = 128 };
/* Writes the names of the set bits, comma-separated ("held,confirmed"), for a filter in SQL; absent
 * if no bit is set. `buffer` is large enough for all names. */
struct slice list_join_names(int64_t bit_set, const char *const *names,
                             char buffer[LIST_NAMES_MAX]);

/* One of the statements for the same list, each for an index: PostgreSQL plans the text of a
 * statement and does not know which filters are set. */
struct list_path {
    const struct db_statement *statement;
    struct db_value value; /* of the condition on the index; NULL: the path cannot be used */
};
/* Returns the first path whose value is not NULL; that of the last one must not be. */
const struct list_path *list_choose_path(const struct list_path *paths);
/* The value of a path that has only rows of `group`: `id`, if `bit_set` is a part of the group and
 * not empty; else NULL. */
struct db_value list_value_if_within(int64_t group, int64_t bit_set, const struct uuid *id);

/* list_begin() writes `{"items":[`, list_separator() a `,` before each item but the first,
 * list_end() `]`, next_cursor and `}`. */
void list_begin(struct buf *out);
void list_separator(struct buf *out, size_t index);
void list_end(struct buf *out, const struct list_cursor *next_or_null, struct slice filters);
