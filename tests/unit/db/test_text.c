// SPDX-License-Identifier: MIT

#include "db/params_private.h"
#include "db/text_private.h"

#include "support/test.h"

struct note {
    int64_t id;
    struct slice title, body;
    int colour;
    int32_t opens; /* minutes after midnight */
    struct slice month;
};

static const char *const colours[] = {"red", "green", NULL};

// clang-format off
#define AT(member) offsetof(struct note, member)
static const struct db_column columns[] = {
    {DB_INT, AT(id), .name = "id"},
    {DB_TEXT, AT(title), .name = "title", .flags = DB_WRITTEN},
    {DB_TEXT, AT(body), .name = "body", .flags = DB_WRITTEN | DB_DETAIL},
    {DB_NAME, AT(colour), .name = "colour", .flags = DB_WRITTEN, .names = colours},
    {DB_CLOCK, AT(opens), .name = "opens", .flags = DB_WRITTEN},
    {DB_TEXT,  AT(month),  .sql = "to_char(n.at + {later}, 'MM')"},
};
#undef AT
// clang-format on
static const struct db_shape shape = DB_SHAPE(columns, "n");

// clang-format off
static const struct db_part parts[] = {
    {"later",   "interval '1 day'"},
    {"mine",    "tenant_id = {tenant} AND {open}"},
    {"open",    "opens > {at}"},
    {"endless", "({endless})"},
    {0},
};
// clang-format on
static const struct db_part dear[] = {
    {"price", "price > 100"},
    {0      },
};

#define PARAMETERS "tenant uuid, at time, limit, size double precision"

// clang-format off
static const struct {
    const char *sql, *text;
} cases[] = {
    {"SELECT 1", "SELECT 1"},
    {"", ""},
    {"{tenant}{at} {limit} {size}", "$1$2 $3 $4"},
    {"SELECT 1 WHERE {mine} AND {price}",
     "SELECT 1 WHERE tenant_id = $1 AND opens > $2 AND price > 100"},
    {"SELECT {columns} FROM note n",
     "SELECT n.id, n.title, n.body, n.colour, n.opens, to_char(n.at + interval '1 day', 'MM')"
     " FROM note n"},
    {"SELECT {brief}", "SELECT n.id, n.title, NULL, n.colour, n.opens,"
                       " to_char(n.at + interval '1 day', 'MM')"},
    {"concat({texts})", "concat(n.title, to_char(n.at + interval '1 day', 'MM'))"},
    {"INSERT INTO note ({written}) VALUES ({values}) RETURNING {generated}",
     "INSERT INTO note (title, body, colour, opens) VALUES ($5, $6, $7, $8)"
     " RETURNING n.id, to_char(n.at + interval '1 day', 'MM')"},
    /* Not parameters or lists: */
    {"'{}', '{\"a\": 1}', '{a,b}', '{ tenant }', '{Tenant}', {, {tenant",
     "'{}', '{\"a\": 1}', '{a,b}', '{ tenant }', '{Tenant}', {, {tenant"},
    {"{{tenant}}", "{$1}"},
    /* In no list: PostgreSQL refuses it. */
    {"SELECT {tenants}", "SELECT {tenants}"},
    {"{endless}", "(((((((({endless}))))))))"},
};
// clang-format on

static struct db_types types;

static const char *text_of(const struct db_statement *statement)
{
    static struct buf text;

    buf_finish(&text);
    buf_init(&text, DB_PARAMS_BYTES_MAX);
    db_text_build(statement, &text, &types);
    ck_assert(!text.failed);
    return text.data;
}

TEST_ROWS(names_in_braces_are_replaced, cases)
{
    const struct db_statement statement = {
        .name = "notes",
        .sql = row->sql,
        .parameters = PARAMETERS,
        .parts = {parts, dear},
        .shape = &shape,
    };
    const char *text = text_of(&statement);
    const size_t comments = strlen("/* notes */ /* " PARAMETERS " */ ");

    ck_assert_int_eq(strncmp(text, "/* notes */ /* " PARAMETERS " */ ", comments), 0);
    ck_assert_str_eq(text + comments, row->text);
    ck_assert_int_eq(types.count, 4);
    ck_assert_uint_eq(types.oids[0], 2950);
    ck_assert_uint_eq(types.oids[1], 1083);
    ck_assert_uint_eq(types.oids[2], 0);
    ck_assert_uint_eq(types.oids[3], 701);
}

TEST(statement_without_lists_is_unchanged)
{
    const struct db_statement statement = {.name = "plain",
                                           .sql = "SELECT {columns}, {tenant}, $1"};

    ck_assert_str_eq(text_of(&statement), "/* plain */ SELECT {columns}, {tenant}, $1");
    ck_assert_int_eq(types.count, 0);
}

TEST(a_statement_without_a_name_has_no_comment)
{
    const struct db_statement statement = {.sql = "SELECT {a}", .parameters = "a"};

    ck_assert_str_eq(text_of(&statement), "SELECT $1");
}

TEST(parameter_of_an_unknown_type_is_not_replaced)
{
    const struct db_statement statement = {
        .name = "odd", .sql = "SELECT {a}, {b}", .parameters = "a uid, b uuid"};

    ck_assert_str_eq(text_of(&statement), "/* odd */ /* a uid, b uuid */ SELECT {a}, $2");
}

TEST(the_values_are_those_of_the_written_columns)
{
    const struct note note = {1, SLICE("Title"), {0}, 1, 14 * 60, {0}};
    const struct note empty = {.colour = -1, .opens = INT32_MIN};
    struct db_value values[6];

    ck_assert_uint_eq(db_row_get_values(&shape, &note, values), 4);
    ck_assert(values[0].type == DB_TEXT && slice_is(values[0].text, "Title"));
    ck_assert(values[1].type == DB_NULL);
    ck_assert(values[2].type == DB_TEXT && slice_is(values[2].text, "green"));
    ck_assert(values[3].type == DB_CLOCK && values[3].integer == 840);
    ck_assert_uint_eq(db_row_get_values(&shape, &empty, values), 4);
    for (int i = 0; i < 4; i++)
        ck_assert(values[i].type == DB_NULL);
}
