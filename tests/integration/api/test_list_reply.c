// SPDX-License-Identifier: MIT
/* list_reply() serves a list that `struct list` describes: its pages, by id or by time and id, are
 * contiguous. */
#include <stddef.h>

#include "api/list.h"

#include "integration/stand.h"
#include "support/scratch.h"

#define SCHEMA "test_list_reply"

enum { TEXT_MAX = 256 };

struct note {
    struct uuid id;
    struct slice text;
    int64_t written_at;
    int colour; /* not a column */
};
static const char *const colours[] = {"red", NULL};

// clang-format off
static const struct db_column columns[] = {
    {DB_UUID, offsetof(struct note, id),         .name = "id"},
    {DB_TEXT, offsetof(struct note, text),       .name = "text"},
    {DB_TIME, offsetof(struct note, written_at), .name = "written_at"},
};
static const struct db_shape shape = DB_SHAPE(columns, NULL);

static const struct field items[] = {
    {.name = "id",   .type = FIELD_UUID, .offset = offsetof(struct note, id)},
    {.name = "text", .type = FIELD_TEXT, .offset = offsetof(struct note, text)},
    {.name = "gone", .type = FIELD_TEXT, .offset = offsetof(struct note, text), .flags = FIELD_DETAIL},
};
static const struct fields fields = FIELDS_OF(items, struct note);
static const struct field colour_items[] = {
    {.name = "text",   .type = FIELD_TEXT, .offset = offsetof(struct note, text)},
    {.name = "colour", .type = FIELD_ENUM, .offset = offsetof(struct note, colour), .names = colours},
};

static const struct db_statement by_id_statement = {
    .name = "test_by_id",
    .parameters = "tag text, after uuid, limit bigint",
    .shape = &shape,
    .sql = LIST_PAGE_OF
           "SELECT {columns}, octet_length(text) AS large FROM note"
           " WHERE ({tag} IS NULL OR tag = {tag}) AND id < {after} ORDER BY id DESC LIMIT {limit}"
           LIST_PAGE_CUT,
};
static const struct db_statement by_time_statement = {
    .name = "test_by_time",
    .parameters = "tag text, since timestamptz, after uuid, limit bigint",
    .shape = &shape,
    .sql = LIST_PAGE_OF
           "SELECT {columns}, NULL::integer AS large FROM note WHERE ({tag} IS NULL OR tag = {tag})"
           " AND (written_at, id) < (coalesce({since}, 'infinity'), {after})"
           " ORDER BY written_at DESC, id DESC LIMIT {limit}"
           LIST_PAGE_CUT,
};
// clang-format on

static void encode_item(const struct db_rows *rows, int row, const void *data, struct buf *out,
                        struct list_cursor *cursor)
{
    const struct api_caller *caller = data;

    ck_assert(slice_equal(caller->actor_text, stand_staff.actor_text));
    buf_text(out, "{\"text\":\"own\"}");
    cursor->id = db_get_uuid(rows, row, 0);
}

static const struct list by_id = {
    .statement = &by_id_statement, .fields = &fields, .id = offsetof(struct note, id)};
static const struct list by_time = {
    .statement = &by_time_statement,
    .fields = &fields,
    .id = offsetof(struct note, id),
    .by_time = true,
    .time = offsetof(struct note, written_at),
};
static const struct list by_item = {.statement = &by_id_statement, .item = encode_item};

/* The list and the tag that the handler uses. */
static const struct list *listed;
static const char *tag;

static enum http_status get_notes(void *data, const struct http_request *req,
                                  struct http_response *res)
{
    const struct service *service = ((struct service_data *)data)->service;
    struct list_page page = {.limit = LIST_LIMIT_DEFAULT};

    if (!http_request_query(req, &list_page_fields, &page, &fault) ||
        !list_page_read(req, SLICE("notes"), &page, &fault))
        return http_reply_fault(req, res, &fault);
    return list_reply(req, res, service->db, listed, &page, DB_VALUES(db_str(tag)));
}

static const char *page_of(const char *limit, const char *cursor)
{
    return textf("limit=%s%s%s", limit, *cursor != '\0' ? "&cursor=" : "", cursor);
}

/* The texts of all pages of `limit` rows, with a bar after each page. */
static void read_all(const char *limit, char text[TEXT_MAX])
{
    char cursor[LIST_CURSOR_MAX + 1] = "";
    const char *next = cursor;

    for (*text = '\0'; next != NULL;) {
        struct answer answer = ck_status(ask_get(get_notes, .params = page_of(limit, cursor)), 200);
        const json_t *page = json_object_get(answer.json, "items");
        for (size_t i = 0; i < json_array_size(page); i++) {
            const json_t *item = json_array_get(page, i);
            ck_assert(json_object_get(item, "gone") == NULL);
            strcat(text, text_at(item, "text"));
        }
        strcat(text, "|");
        ck_assert_uint_lt(strlen(text), TEXT_MAX - 50);
        next = text_at(answer.json, "next_cursor");
        if (next != NULL)
            strcpy(cursor, next);
    }
}

/* In the order of ids; B, C and D are of one moment, E is older than all. */
static void write_notes(void)
{
    stand_sql("TRUNCATE " SCHEMA ".note");
    stand_sql("INSERT INTO " SCHEMA ".note (id, text, tag, written_at)"
              " SELECT ('00000000-0000-7000-8000-00000000000' || n)::uuid, chr(64 + n),"
              "  CASE WHEN n IN (1, 3, 5) THEN 'odd' ELSE 'even' END,"
              "  CASE n WHEN 1 THEN timestamptz '2030-01-01' WHEN 5 THEN '2026-01-01' ELSE "
              "'2028-01-01' END"
              " FROM generate_series(1, 5) n");
}

static const struct {
    const struct list *list;
    const char *tag, *limit, *pages;
} pages[] = {
    {&by_id,   NULL,   "2",   "ED|CB|A|"         },
    {&by_id,   NULL,   "5",   "EDCBA|"           },
    {&by_id,   "odd",  "1",   "E|C|A|"           },
    {&by_id,   "none", "20",  "|"                },
    {&by_time, NULL,   "2",   "AD|CB|E|"         },
    {&by_time, NULL,   "1",   "A|D|C|B|E|"       },
    {&by_time, "even", "100", "DB|"              },
    {&by_item, NULL,   "3",   "ownownown|ownown|"},
};

static void begin(void)
{
    static const struct embed_file none;
    static struct db_migration_set own = {.schema = SCHEMA, .files = &none};
    static const struct service_definition definition = {.name = SCHEMA,
                                                         .needs = NEEDS_DATABASE,
                                                         .sets = &own,
                                                         .set_count = 1,
                                                         .search_path = SCHEMA};

    stand_service_begin(&definition, SCHEMA);
    stand_sql("CREATE TABLE IF NOT EXISTS " SCHEMA ".note"
              " (id uuid PRIMARY KEY, text text NOT NULL, tag text NOT NULL,"
              "  written_at timestamptz NOT NULL)");
}

TEST_CASE("list_reply", .setup = begin, .teardown = stand_end);

FIBER_TEST_ROWS(pages_follow_each_other_without_a_gap, pages)
{
    char text[TEXT_MAX];

    write_notes();
    listed = row->list;
    tag = row->tag;
    read_all(row->limit, text);
    ck_assert_str_eq(text, row->pages);
}

/* --- lists without pages --- */

static const struct db_statement whole_statement = {
    .name = "test_whole",
    .parameters = "tag text",
    .shape = &shape,
    .sql = "SELECT {columns} FROM note WHERE tag = {tag} ORDER BY id",
};
/* Its rows have no colour, so that of the blank row stays. */
static const struct fields colour_fields = FIELDS_OF(colour_items, struct note);
static const struct note blank = {.colour = -1};
static const struct list whole[] = {
    {.statement = &whole_statement, .fields = &colour_fields},
    { .statement = &whole_statement,     .fields = &colour_fields,          .blank = &blank},
};

static enum http_status get_whole(void *data, const struct http_request *req,
                                  struct http_response *res)
{
    const struct service *service = ((struct service_data *)data)->service;

    return list_reply_whole(req, res, service->db, listed, DB_VALUES(db_str(tag)));
}

static const struct {
    const struct list *list;
    const char *tag, *answer;
} wholes[] = {
    {&whole[0], "none", "{\"items\":[],\"next_cursor\":null}"},
    {&whole[0], "even",
     "{\"items\":[{\"text\":\"B\",\"colour\":\"red\"},{\"text\":\"D\",\"colour\":\"red\"}],"
     "\"next_cursor\":null}"                                 },
    {&whole[1], "even",
     "{\"items\":[{\"text\":\"B\",\"colour\":null},{\"text\":\"D\",\"colour\":null}],"
     "\"next_cursor\":null}"                                 },
};

FIBER_TEST_ROWS(a_list_without_pages_has_all_rows, wholes)
{
    write_notes();
    listed = row->list;
    tag = row->tag;
    char *got = json_dumps(ck_status(ask_get(get_whole), 200).json, JSON_COMPACT);
    ck_assert_str_eq(got, row->answer);
    free(got);
}

FIBER_TEST(database_error_is_returned)
{
    stand_sql("ALTER TABLE " SCHEMA ".note RENAME TO away");
    listed = &by_id;
    tag = NULL;
    ck_refused(ask_get(get_notes), 500, "database_error");
    stand_sql("ALTER TABLE " SCHEMA ".away RENAME TO note");
}
