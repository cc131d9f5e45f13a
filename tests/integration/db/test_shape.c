// SPDX-License-Identifier: MIT
/* Rows written and read by one list of columns; parameters by name. */

#include "stand.h"

struct note {
    int64_t id;
    struct slice text;
    bool done;
    double weight;
    struct uuid owner;
    int32_t day;
    int64_t time;
    int32_t opens;
    int colour;
    struct slice photo; /* bytes */
    int64_t length;     /* of the text; the database computes it */
};

static const char *const colours[] = {"red", "green", NULL};

// clang-format off
#define AT(member) offsetof(struct note, member)
static const struct db_column columns[] = {
    {DB_INT, AT(id), .name = "id"},
    {DB_TEXT, AT(text), .name = "text", .flags = DB_WRITTEN},
    {DB_BOOL, AT(done), .name = "done", .flags = DB_WRITTEN},
    {DB_DOUBLE, AT(weight), .name = "weight", .flags = DB_WRITTEN},
    {DB_UUID, AT(owner), .name = "owner", .flags = DB_WRITTEN},
    {DB_DATE, AT(day), .name = "day", .flags = DB_WRITTEN},
    {DB_TIME, AT(time), .name = "at", .flags = DB_WRITTEN},
    {DB_CLOCK, AT(opens), .name = "opens", .flags = DB_WRITTEN},
    {DB_NAME, AT(colour), .name = "colour", .flags = DB_WRITTEN, .names = colours},
    {DB_BYTES, AT(photo), .name = "photo", .flags = DB_WRITTEN},
    {DB_INT,    AT(length), .sql = "length(n.text)"},
};
#undef AT
// clang-format on
static const struct db_shape shape = DB_SHAPE(columns, "n");
enum { WRITTEN = 9 };

static const struct db_statement insert = {
    .name = "note_insert",
    .sql = "INSERT INTO note AS n (id, {written}) VALUES ({id}, {values}) RETURNING {columns}",
    .parameters = "id",
    .shape = &shape,
};
static const struct db_statement update = {
    .name = "note_update",
    .sql = "UPDATE note n SET ({written}) = ROW({values}) WHERE id = {id} RETURNING {columns}",
    .parameters = "id, unused bigint",
    .shape = &shape,
};

static void begin(void)
{
    stand_begin();
    stand_sql("CREATE TABLE note (id bigint PRIMARY KEY, text text, done boolean, weight float8,"
              " owner uuid, day date, at timestamptz, opens time, colour text, photo bytea)");
}

static void store(struct db *tx, const struct db_statement *statement, struct db_value *values,
                  size_t named, const struct note *note)
{
    struct db_rows rows auto_rows = {0};
    struct note found = {.colour = -1};

    ck_assert_uint_eq(db_row_get_values(&shape, note, values + named), WRITTEN);
    ck_ok(db_query(tx, statement, values, named + WRITTEN, &rows, &fault));
    ck_assert_int_eq(rows.count, 1);
    db_row_read(&rows, 0, 0, columns, shape.count, &found);
    ck_assert_int_eq(found.id, note->id);
    ck_assert(slice_equal(found.text, note->text));
    ck_assert(found.done == note->done);
    ck_assert(found.weight == note->weight || (isnan(found.weight) && isnan(note->weight)));
    ck_assert(uuid_equal(&found.owner, &note->owner));
    ck_assert_int_eq(found.day, note->day);
    ck_assert_int_eq(found.time, note->time);
    ck_assert_int_eq(found.opens, note->opens);
    ck_assert_int_eq(found.colour, note->colour);
    ck_assert(slice_equal(found.photo, note->photo));
    ck_assert((found.photo.at == NULL) == (note->photo.at == NULL));
    ck_assert_int_eq(found.length, note->length);
}

static bool write_notes(struct db *tx, void *arg, struct fault *fault)
{
    const struct note note = {
        .id = 7,
        .text = SLICE("Шаңырақ"),
        .done = true,
        .weight = 0.5,
        .owner = uuid_make(),
        .day = 20455,
        .time = 1767323045678901,
        .opens = 14 * 60 + 5,
        .colour = 1,
        .photo = SLICE("\377\330\0\\x"),
        .length = 7,
    };
    const struct note empty = {
        .id = 7,
        .weight = (double)NAN,
        .day = INT32_MIN,
        .time = INT64_MIN,
        .opens = INT32_MIN,
        .colour = -1,
        .length = INT64_MIN,
    };
    struct db_value values[2 + WRITTEN] = {db_int(7)};

    store(tx, &insert, values, 1, &note);
    values[1] = db_null();
    store(tx, &update, values, 2, &empty);
    return true;
}

TEST_CASE("shape", .setup = begin, .teardown = stand_end);

FIBER_TEST(row_round_trips)
{
    ck_ok(db_transaction(stand.pool, write_notes, NULL, &fault));
}

static const struct db_statement returns_some = {
    .name = "note_touch",
    .sql = "UPDATE note SET weight = 7 WHERE id = {id} RETURNING day, weight",
    .parameters = "id",
    .shape = &shape,
    .no_row = {FAULT_GONE, "no_note", "There is no note."},
};

static bool touch_notes(struct db *tx, void *arg, struct fault *out)
{
    const struct note stored = {.id = 8, .day = 20455, .length = INT64_MIN};
    struct note note = {.length = 5}, missing = {.length = 6};
    struct db_value values[1 + WRITTEN] = {db_int(8)};

    store(tx, &insert, values, 1, &stored);
    ck_ok(db_write_row(tx, &returns_some, DB_VALUES(db_int(8)), &note, &fault));
    ck_assert_int_eq(note.day, 20455);
    ck_assert_double_eq(note.weight, 7);
    ck_assert_int_eq(note.length, 5);
    ck_fault(db_write_row(tx, &returns_some, DB_VALUES(db_int(9)), &missing, &fault), "no_note",
             FAULT_GONE);
    ck_assert_double_eq(missing.weight, 0);
    return true;
}

FIBER_TEST(written_row_returns_columns_by_name)
{
    ck_ok(db_transaction(stand.pool, touch_notes, NULL, &fault));
}

static const struct {
    const char *sql;
    int64_t number;
} numbers[] = {
    {"SELECT -7::bigint",    -7       },
    {"SELECT true",          1        },
    {"SELECT false",         0        },
    {"SELECT 5 WHERE false", 0        },
    {"SELECT NULL::bigint",  INT64_MIN},
    {"SELECT 'seven'::text", INT64_MIN},
};

FIBER_TEST(number_is_read_from_an_integer_or_a_boolean)
{
    for (size_t i = 0; i < ARRAY_LEN(numbers); i++) {
        const struct db_statement statement = {.sql = numbers[i].sql};
        int64_t number;

        ck_ok(db_query_number(stand.db, &statement, DB_NO_VALUES, &number, &fault));
        ck_assert_msg(number == numbers[i].number, "%s: %lld", numbers[i].sql, (long long)number);
    }
}

static const char *const types[] = {"bigint",      "boolean", "bytea", "date", "double precision",
                                    "integer",     "json",    "jsonb", "text", "time",
                                    "timestamptz", "uuid"};

FIBER_TEST_ROWS(declared_types_match_those_of_postgresql, types)
{
    struct db_rows rows auto_rows = {0};
    const struct db_statement statement = {
        .name = "typed",
        .sql = textf("SELECT pg_typeof({value}) = '%s'::regtype", *row),
        .parameters = textf("unused uuid, value %s", *row)};

    ck_ok(db_query(stand.db, &statement, DB_VALUES(db_null(), db_null()), &rows, &fault));
    ck_assert_msg(db_get_bool(&rows, 0, 0), "%s", *row);
}

FIBER_TEST(statement_with_an_unknown_name_fails_without_affecting_others)
{
    static const struct db_statement known = {
        .name = "known", .sql = "SELECT {a} * 2", .parameters = "a bigint"};
    static const struct db_statement statements[] = {
        {.name = "unknown",        .sql = "SELECT {b}", .parameters = "a bigint"},
        {.name = "untyped",                        .sql = "SELECT {a}",                           .parameters = "a bigit"},
        {.name = "shapeless", .sql = "SELECT {columns}"},
    };
    const struct db_value one = db_int(1);

    for (size_t i = 0; i < ARRAY_LEN(statements); i++) {
        struct db_rows rows auto_rows = {0};

        ck_fault(db_query(stand.db, &statements[i], &one, statements[i].parameters != NULL, &rows,
                          &fault),
                 "database_error", FAULT_INTERNAL);
        ck_assert_int_eq(stand_int(stand.db, &known, DB_VALUES(db_int(21))), 42);
    }
}
