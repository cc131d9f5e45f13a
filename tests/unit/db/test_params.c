// SPDX-License-Identifier: MIT
#include "db/params_private.h"

#include "support/scratch.h"

static struct db_params params;

static void finish(void)
{
    db_params_finish(&params);
}

TEST_CASE("encoding", .teardown = finish);

static const struct {
    const char *why;
    struct db_value value;
    const char *text;
} cases[] = {
    {"null",             {.type = DB_NULL},                              NULL                           },
    {"text",             {.type = DB_TEXT, .text = {"abcdef", 3}},       "abc"                          },
    {"empty text",       {.type = DB_TEXT, .text = {"", 0}},             ""                             },
    {"zero",             {.type = DB_INT, .integer = 0},                 "0"                            },
    {"negative",         {.type = DB_INT, .integer = -1209},             "-1209"                        },
    {"largest",          {.type = DB_INT, .integer = INT64_MAX},         "9223372036854775807"          },
    {"smallest",         {.type = DB_INT, .integer = INT64_MIN},         "-9223372036854775808"         },
    {"true",             {.type = DB_BOOL, .integer = 1},                "t"                            },
    {"false",            {.type = DB_BOOL, .integer = 0},                "f"                            },
    {"a third",          {.type = DB_DOUBLE, .real = 1.0 / 3},           "0.33333333333333331"          },
    {"uuid",
     {.type = DB_UUID, .uuid = {{0x01, 0x9a, [15] = 0xff}}},
     "019a0000-0000-0000-0000-0000000000ff"                                                             },
    {"date",             {.type = DB_DATE, .integer = 20455},            "2026-01-02"                   },
    {"time",             {.type = DB_TIME, .integer = 1767323045678901}, "2026-01-02 03:04:05.678901+00"},
    {"time before 1970", {.type = DB_TIME, .integer = -1},               "1969-12-31 23:59:59.999999+00"},
};

TEST_ROWS_WHY(values_are_encoded_as_text_for_postgresql, cases)
{
    const struct db_value value = row->value;

    ck_assert(db_params_check(&value, 1, &fault));
    ck_assert(db_params_encode(&params, &value, 1));
    if (row->text == NULL)
        ck_assert_ptr_null(params.texts[0]);
    else
        ck_assert_str_eq(params.texts[0], row->text);
}

TEST(bytes_are_sent_without_a_copy)
{
    static const char bytes[] = "a\0\377";
    const struct db_value values[] = {
        db_int(7),
        db_bytes((struct slice){bytes, 3}),
        db_bytes(SLICE("")),
        db_bytes(SLICE_NONE),
    };

    ck_assert(db_params_check(values, 4, &fault));
    ck_assert(db_params_encode(&params, values, 4));
    ck_assert_ptr_eq(params.formats, params.kinds);
    ck_assert_int_eq(params.formats[0], 0);
    ck_assert_str_eq(params.texts[0], "7");
    ck_assert_ptr_eq(params.texts[1], bytes);
    ck_assert_int_eq(params.formats[1], 1);
    ck_assert_int_eq(params.lengths[1], 3);
    ck_assert_ptr_nonnull(params.texts[2]);
    ck_assert_int_eq(params.formats[2], 1);
    ck_assert_int_eq(params.lengths[2], 0);
    ck_assert_ptr_null(params.texts[3]);
    ck_assert(db_params_encode(&params, values, 1));
    ck_assert_ptr_null(params.formats);
}

#define NULL_ITEM        "\377\377\377\377"
#define HEAD(oid, count) "\0\0\0\1\0\0\0\1\0\0" oid "\0\0\0" count "\0\0\0\1"
#define ARRAY(of, ...)                                                                             \
    (of), (const struct db_value[]){__VA_ARGS__},                                                  \
        sizeof((const struct db_value[]){__VA_ARGS__}) / sizeof(struct db_value)

// clang-format off
static const struct {
    const char *why;
    enum db_value_type of;
    const struct db_value *items;
    size_t count;
    struct slice bytes;
} arrays[] = {
    {"none", DB_INT, NULL, 0, {"\0\0\0\0\0\0\0\1\0\0\0\24", 12}},
    {"integers", ARRAY(DB_INT, {.type = DB_INT, .integer = 258}, {.type = DB_INT, .integer = -2}),
     {HEAD("\0\24", "\2") "\0\0\0\10\0\0\0\0\0\0\1\2" "\0\0\0\10\377\377\377\377\377\377\377\376", 44}},
    {"a NULL between texts", ARRAY(DB_TEXT, {.type = DB_TEXT, .text = {"a\"{,", 4}}, {.type = DB_NULL}, {.type = DB_TEXT, .text = {"", 0}}),
     {HEAD("\0\31", "\3") "\0\0\0\4a\"{," NULL_ITEM "\0\0\0\0", 36}},
    {"bytes", ARRAY(DB_BYTES, {.type = DB_BYTES, .text = {"a\0\377", 3}}), {HEAD("\0\21", "\1") "\0\0\0\3a\0\377", 27}},
    {"truths", ARRAY(DB_BOOL, {.type = DB_BOOL, .integer = 1}, {.type = DB_BOOL, .integer = 0}), {HEAD("\0\20", "\2") "\0\0\0\1\1\0\0\0\1\0", 30}},
    {"uuids", ARRAY(DB_UUID, {.type = DB_UUID, .uuid = {{0x01, 0x9a, [15] = 0xff}}}),
     {HEAD("\13\206", "\1") "\0\0\0\20\1\232\0\0\0\0\0\0\0\0\0\0\0\0\0\377", 40}},
    {"dates", ARRAY(DB_DATE, {.type = DB_DATE, .integer = 11215}, {.type = DB_DATE, .integer = 10956}),
     {HEAD("\4\72", "\2") "\0\0\0\4\0\0\1\2" "\0\0\0\4\377\377\377\377", 36}},
};
// clang-format on

/* After another value and before one. */
TEST_ROWS_WHY(arrays_are_encoded_in_binary_for_postgresql, arrays)
{
    const struct db_value values[] = {
        db_int(7),
        db_array(row->of, row->items, row->count),
        db_str("end"),
    };

    ck_assert(db_params_check(values, 3, &fault));
    ck_assert(db_params_encode(&params, values, 3));
    ck_assert_ptr_eq(params.formats, params.kinds);
    ck_assert_int_eq(params.formats[1], 1);
    ck_assert(slice_equal((struct slice){params.texts[1], (size_t)params.lengths[1]}, row->bytes));
    ck_assert_str_eq(params.texts[0], "7");
    ck_assert_int_eq(params.formats[2], 0);
    ck_assert_str_eq(params.texts[2], "end");
}

struct bead {
    struct uuid id;
    int64_t size;
    int32_t day;
    bool is_round;
    int colour;
    struct slice name;
    struct slice hash;
};
static const struct bead beads[] = {
    {{{1}}, 3,         20455,     true,  1,  {"a", 1},  {"\0", 1}},
    {{{0}}, INT64_MIN, INT32_MIN, false, -1, {NULL, 0}, {NULL, 0}},
};
enum { BEADS = ARRAY_LEN(beads) };

/* The value at an even index and its successor are equal. */
static void check_pairs(const struct db_value *values, size_t count)
{
    ck_assert(db_params_check(values, count, &fault));
    ck_assert(db_params_encode(&params, values, count));
    for (size_t i = 0; i < count; i += 2)
        ck_assert(slice_equal((struct slice){params.texts[i], (size_t)params.lengths[i]},
                              (struct slice){params.texts[i + 1], (size_t)params.lengths[i + 1]}));
}

TEST(members_of_structs_are_encoded_as_a_list_of_their_values)
{
    static const char *const colours[] = {"red", "green", NULL};
    const struct db_column colour = {DB_NAME, offsetof(struct bead, colour), .names = colours};
    const struct db_value ids[] = {db_uuid(&beads[0].id), db_null()};
    const struct db_value sizes[] = {db_int(3), db_null()};
    const struct db_value days[] = {db_date(20455), db_null()};
    const struct db_value are_round[] = {db_bool(true), db_bool(false)};
    const struct db_value colour_names[] = {db_str("green"), db_null()};
    const struct db_value names[] = {db_str("a"), db_null()};
    const struct db_value hashes[] = {db_bytes(beads[0].hash), db_null()};

    check_pairs(DB_VALUES(
        DB_MEMBERS(DB_UUID, beads, BEADS, id), db_array(DB_UUID, ids, BEADS),
        DB_MEMBERS(DB_INT, beads, BEADS, size), db_array(DB_INT, sizes, BEADS),
        DB_MEMBERS(DB_DATE, beads, BEADS, day), db_array(DB_DATE, days, BEADS),
        DB_MEMBERS(DB_BOOL, beads, BEADS, is_round), db_array(DB_BOOL, are_round, BEADS),
        db_array_of(&colour, beads, sizeof *beads, BEADS), db_array(DB_TEXT, colour_names, BEADS),
        DB_MEMBERS(DB_TEXT, beads, BEADS, name), db_array(DB_TEXT, names, BEADS),
        DB_MEMBERS(DB_BYTES, beads, BEADS, hash), db_array(DB_BYTES, hashes, BEADS)));
}

TEST(plain_values_are_encoded_as_a_list_of_values)
{
    const int64_t numbers[] = {7, INT64_MIN, -2};
    const struct db_value values[] = {db_int(7), db_null(), db_int(-2)};

    check_pairs(DB_VALUES(DB_ITEMS(DB_INT, numbers, 3), db_array(DB_INT, values, 3),
                          DB_ITEMS(DB_INT, (const int64_t *)NULL, 0), db_array(DB_INT, NULL, 0)));
}

TEST(many_values_are_encoded_together)
{
    struct db_value values[DB_PARAMS_MAX];

    for (int64_t i = 0; i < DB_PARAMS_MAX; i++)
        values[i] = db_int(i);
    ck_assert(db_params_check(values, DB_PARAMS_MAX, &fault));
    ck_assert(db_params_encode(&params, values, DB_PARAMS_MAX));
    for (int i = 0; i < DB_PARAMS_MAX; i++)
        ck_assert_int_eq(atoi(params.texts[i]), i);
}

TEST(unstorable_reply_is_refused_with_a_reason)
{
    static char large[DB_PARAMS_BYTES_MAX + 1];
    static struct db_value too_many[DB_PARAMS_MAX + 1];
    const struct db_value nul = db_text(SLICE("a\0b"));
    const struct db_value huge = db_text((struct slice){large, sizeof large});
    const struct db_value bytes = db_bytes((struct slice){large, sizeof large});
    const struct db_value most = db_bytes((struct slice){large, sizeof large - 1});
    const struct db_value nul_inside = db_array(DB_TEXT, &nul, 1);
    const struct db_value huge_inside = db_array(DB_BYTES, &most, 1);
    const struct db_value nul_member = DB_ITEMS(DB_TEXT, &nul.text, 1);
    const struct db_value huge_member = DB_ITEMS(DB_BYTES, &most.text, 1);

    memset(large, 'x', sizeof large);
    ck_fault(db_params_check(&nul_inside, 1, &fault), "nul_in_text", FAULT_INVALID);
    ck_fault(db_params_check(&huge_inside, 1, &fault), "values_too_large", FAULT_TOO_LARGE);
    ck_fault(db_params_check(&nul_member, 1, &fault), "nul_in_text", FAULT_INVALID);
    ck_fault(db_params_check(&huge_member, 1, &fault), "values_too_large", FAULT_TOO_LARGE);
    ck_fault(db_params_check(&nul, 1, &fault), "nul_in_text", FAULT_INVALID);
    ck_fault(db_params_check(&huge, 1, &fault), "values_too_large", FAULT_TOO_LARGE);
    ck_fault(db_params_check(&bytes, 1, &fault), "values_too_large", FAULT_TOO_LARGE);
    ck_assert(db_params_check(&most, 1, &fault));
    ck_fault(db_params_check(too_many, DB_PARAMS_MAX + 1, &fault), "too_many_values",
             FAULT_INTERNAL);
}

TEST(memory_of_a_large_statement_is_freed)
{
    static char large[1024 * 1024];
    const struct db_value huge = db_text((struct slice){large, sizeof large});
    const struct db_value small = db_int(1);

    memset(large, 'x', sizeof large);
    ck_assert(db_params_encode(&params, &huge, 1));
    ck_assert_uint_gt(params.room, sizeof large);
    ck_assert(db_params_encode(&params, &small, 1));
    ck_assert_uint_lt(params.room, sizeof large);
    ck_assert_str_eq(params.texts[0], "1");
}
