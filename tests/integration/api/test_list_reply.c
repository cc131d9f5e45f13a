// SPDX-License-Identifier: MIT
/* list_reply() serves a list that `struct list` describes: its pages, by id or by time and id, are
 * contiguous. So are those of steps_reply(). */
#include <stddef.h>

#include "api/steps.h"

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
    stand_sql("CREATE TABLE IF NOT EXISTS " SCHEMA ".step"
              " (note_id uuid, version bigint, at timestamptz, from_status text, to_status text,"
              "  actor text, reason text, fee bigint, refund bigint)");
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

static void ck_json(const json_t *json, const char *wanted)
{
    char *got = json_dumps(json, JSON_COMPACT);

    ck_assert_str_eq(got, wanted);
    free(got);
}

FIBER_TEST_ROWS(a_list_without_pages_has_all_rows, wholes)
{
    write_notes();
    listed = row->list;
    tag = row->tag;
    ck_json(ck_status(ask_get(get_whole), 200).json, row->answer);
}

/* --- histories --- */

// clang-format off
#define STEPS(name_, shape_) {                                                                     \
    .name = "test_steps_" name_,                                                                   \
    .parameters = "id, after, limit",                                                              \
    .shape = shape_,                                                                               \
    .sql = "SELECT {columns} FROM step WHERE note_id = {id} AND version > {after}"                 \
           " ORDER BY version LIMIT {limit}"}
static const struct db_statement steps_statement = STEPS("paid", &step_shape);
static const struct db_statement unpaid_statement = STEPS("unpaid", &step_unpaid_shape);
// clang-format on

static void hide_actor(struct step *step, const struct api_caller *caller)
{
    ck_assert(uuid_equal(&caller->tenant_id, &stand_staff.tenant_id));
    step->actor = SLICE("hidden");
}

static const struct db_statement *stepped;
static step_hide_fn *hide;

static enum http_status get_steps(void *data, const struct http_request *req,
                                  struct http_response *res)
{
    const struct service *service = ((struct service_data *)data)->service;
    struct list_page page = {.limit = STEPS_LIMIT};
    struct uuid id;

    if (!http_request_uuid(req, 0, &id, &fault) ||
        !http_request_query(req, &list_page_fields, &page, &fault))
        return http_reply_fault(req, res, &fault);
    return steps_reply(req, res, service->db, stepped, &id, &page, hide);
}

#define NOTE  "00000000-0000-7000-8000-000000000001"
#define OTHER "00000000-0000-7000-8000-000000000002"

/* Asks for a page of the note's steps. `cursor` becomes that of the next page. */
static const json_t *read_steps(const struct db_statement *statement, step_hide_fn *hide_or_null,
                                const char *limit, char cursor[LIST_CURSOR_MAX + 1])
{
    stepped = statement;
    hide = hide_or_null;
    const struct answer answer =
        ck_status(ask_get(get_steps, .id = NOTE, .params = page_of(limit, cursor)), 200);
    const char *next = text_at(answer.json, "next_cursor");
    strcpy(cursor, next != NULL ? next : "");
    return json_object_get(answer.json, "items");
}

static void write_steps(void)
{
    stand_sql("TRUNCATE " SCHEMA ".step");
    stand_sql("INSERT INTO " SCHEMA ".step VALUES"
              " ('" NOTE "', 1, '2026-01-01Z', NULL, 'held', 'guest:7', NULL, NULL, NULL),"
              " ('" NOTE "', 2, '2026-01-02Z', 'held', 'cancelled', 'staff:A', 'why', 100, 200),"
              " ('" OTHER "', 3, '2026-01-03Z', NULL, 'held', 'guest:8', NULL, NULL, NULL)");
}

static const char first_step[] =
    "[{\"at\":\"2026-01-01T00:00:00.000Z\",\"from_status\":null,\"to_status\":\"held\","
    "\"actor\":\"guest:7\",\"version\":1}]";
static const char last_step[] =
    "[{\"at\":\"2026-01-02T00:00:00.000Z\",\"from_status\":\"held\",\"to_status\":\"cancelled\","
    "\"actor\":\"staff:A\",\"reason\":\"why\",\"version\":2,\"fee\":{\"amount\":100,"
    "\"currency\":\"KZT\"},\"refund\":{\"amount\":200,\"currency\":\"KZT\"}}]";

FIBER_TEST(steps_of_one_resource_follow_each_other)
{
    write_steps();
    char cursor[LIST_CURSOR_MAX + 1] = "";

    ck_json(read_steps(&steps_statement, NULL, "1", cursor), first_step);
    ck_assert_str_ne(cursor, "");
    ck_refused(ask_get(get_steps, .id = OTHER, .params = textf("cursor=%s", cursor)), 422,
               "bad_cursor");
    ck_json(read_steps(&steps_statement, NULL, "1", cursor), last_step);
    ck_assert_str_eq(cursor, "");
}

FIBER_TEST(steps_without_money_and_with_hidden_actors)
{
    write_steps();
    char cursor[LIST_CURSOR_MAX + 1] = "";

    const json_t *steps = read_steps(&unpaid_statement, hide_actor, "100", cursor);
    ck_assert_uint_eq(json_array_size(steps), 2);
    for (size_t i = 0; i < 2; i++) {
        const json_t *step = json_array_get(steps, i);
        ck_text(step, "actor", "hidden");
        ck_assert(json_object_get(step, "fee") == NULL && json_object_get(step, "refund") == NULL);
    }
}

/* --- */

FIBER_TEST(database_error_is_returned)
{
    stand_sql("ALTER TABLE " SCHEMA ".note RENAME TO away");
    listed = &by_id;
    tag = NULL;
    ck_refused(ask_get(get_notes), 500, "database_error");
    stand_sql("ALTER TABLE " SCHEMA ".away RENAME TO note");
}
