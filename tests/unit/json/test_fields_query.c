// SPDX-License-Identifier: MIT

#include "sample.h"
#include "support/scratch.h"

static const char *const sorts[] = {"price", "distance", "newest", NULL};

struct search {
    struct slice q;
    int64_t rooms; /* bits */
    int64_t limit, min_price;
    int32_t check_in;
    bool active;
    int statuses; /* bits */
    int sort;
    struct field_geo near_place;
    struct field_texts amenities, links;
    struct uuid owner;
    int64_t required;
};

// clang-format off
#define AT(member) .offset = offsetof(struct search, member)
static const struct field items[] = {
    {.name = "q",         .type = FIELD_TEXT,  AT(q), .max = 20},
    {.name = "rooms",     .type = FIELD_INT,   AT(rooms),     .flags = FIELD_COMMA, .min = 0, .max = 62},
    {.name = "limit",     .type = FIELD_INT,   AT(limit),     .min = 1, .max = 100},
    {.name = "min_price", .type = FIELD_MONEY, AT(min_price)},
    {.name = "check_in",  .type = FIELD_DATE,  AT(check_in)},
    {.name = "is_active", .type = FIELD_BOOL,  AT(active)},
    {.name = "status",    .type = FIELD_ENUM,  AT(statuses),  .flags = FIELD_COMMA, .names = sorts},
    {.name = "sort",      .type = FIELD_ENUM,  AT(sort),      .names = sorts},
    {.name = "near",      .type = FIELD_GEO,   AT(near_place)},
    {.name = "amenities", .type = FIELD_SLUGS, AT(amenities), .flags = FIELD_COMMA, .max = 3},
    {.name = "links",     .type = FIELD_URLS,  AT(links),     .flags = FIELD_COMMA},
    {.name = "owner_id",  .type = FIELD_UUID,  AT(owner)},
    {.name = "id",        .type = FIELD_UUID,  AT(owner),     .flags = FIELD_READ_ONLY},
    {.name = "raw",       .type = FIELD_RAW,   AT(q)},
    {.name = "types",     .type = FIELD_TEXTS, AT(links),     .flags = FIELD_COMMA, .max = 3},
};
// clang-format on
static const struct fields table = FIELDS_OF(items, struct search);

static bool decode_one(const char *name, struct slice value, struct search *search,
                       struct fields_seen *seen)
{
    struct field_pair pair = {slice_of(name), value};

    return fields_decode_query(&table, &pair, 1, search, seen, &arena, &fault);
}

TEST(number_beyond_64_bits_is_out_of_range)
{
    struct person {
        int64_t user_id;
    };
    static const struct field user_id[] = {
        {.name = "user_id", .type = FIELD_INT, .min = -INT64_MAX, .max = INT64_MAX},
    };
    static const struct fields person = FIELDS_OF(user_id, struct person);
    const char *const beyond[] = {"9223372036854775808", "-9223372036854775808",
                                  "-99999999999999999999"};

    for (size_t i = 0; i < ARRAY_LEN(beyond); i++) {
        const struct field_pair pair = {SLICE("user_id"), slice_of(beyond[i])};
        struct person out = {0};
        struct fields_seen seen;
        ck_assert(!fields_decode_query(&person, &pair, 1, &out, &seen, &arena, &fault));
        ck_assert_str_eq(fault.fields[0].code, "out_of_range");
    }
}

TEST(empty_query_keeps_the_defaults)
{
    struct search search = {.limit = 20};
    struct fields_seen seen = {77, 77};

    ck_assert(fields_decode_query(&table, NULL, 0, &search, &seen, &arena, &fault));
    ck_assert_int_eq(search.limit, 20);
    ck_assert_uint_eq(seen.set, 0);
    ck_assert_uint_eq(seen.null, 0);
    ck_assert(fields_decode_query(&table, NULL, 0, &search, NULL, &arena, &fault));
}

TEST(every_type_is_read_from_text)
{
    static const struct field_pair pairs[] = {
        {{"q", 1},         {"  Тихая  ", 14}                      },
        {{"rooms", 5},     {"1,2,62", 6}                               },
        {{"limit", 5},     {"100", 3}                                  },
        {{"min_price", 9}, {"250000", 6}                               },
        {{"check_in", 8},  {"2026-01-02", 10}                          },
        {{"is_active", 9}, {"true", 4}                                 },
        {{"status", 6},    {"newest,price", 12}                        },
        {{"sort", 4},      {"distance", 8}                             },
        {{"near", 4},      {"43.24,-76.91", 12}                        },
        {{"amenities", 9}, {"wifi,tv", 7}                              },
        {{"links", 5},     {"https://a.kz", 12}                        },
        {{"owner_id", 8},  {"01a1f82a-c8ba-70c8-aefd-01dcb850c36d", 36}},
    };
    struct search search = {0};
    struct fields_seen seen;

    ck_ok(fields_decode_query(&table, pairs, (size_t)COUNT(pairs), &search, &seen, &arena, &fault));
    ck_assert_slice(search.q, "Тихая");
    ck_assert_int_eq(search.rooms, (INT64_C(1) << 1 | INT64_C(1) << 2 | INT64_C(1) << 62));
    ck_assert_int_eq(search.limit, 100);
    ck_assert_int_eq(search.min_price, 250000);
    ck_assert_int_eq(search.check_in, 20455);
    ck_assert(search.active);
    ck_assert_int_eq(search.statuses, 5);
    ck_assert_int_eq(search.sort, 1);
    ck_assert_double_eq(search.near_place.lat, 43.24);
    ck_assert_double_eq(search.near_place.lon, -76.91);
    ck_assert_uint_eq(search.amenities.count, 2);
    ck_assert_slice(search.amenities.items[1], "tv");
    ck_assert_uint_eq(search.links.count, 1);
    ck_assert(!uuid_is_nil(&search.owner));
    ck_assert_uint_eq(seen.set, (1U << COUNT(pairs)) - 1);
}

TEST(characters_that_cannot_be_seen_are_removed)
{
    const struct field_pair pairs[] = {
        {SLICE("q"),         SLICE("\u202eти\u200bхая\u202c")},
        {SLICE("rooms"),     SLICE("\u200e1,\u20602")             },
        {SLICE("limit"),     SLICE("\ufeff100")                   },
        {SLICE("min_price"), SLICE("250000\u202c")                },
        {SLICE("check_in"),  SLICE("2026\u201101\u201102")        },
        {SLICE("is_active"), SLICE("\u2068true\u2069")            },
        {SLICE("status"),    SLICE("newest,\u200bprice")          },
        {SLICE("near"),      SLICE("43.24,\u221276.91")           },
        {SLICE("amenities"), SLICE("wifi,\u00adtv")               },
        {SLICE("links"),     SLICE("https://a.kz\u200b")          },
    };
    struct search search = {0};

    ck_ok(fields_decode_query(&table, pairs, (size_t)COUNT(pairs), &search, NULL, &arena, &fault));
    ck_assert_slice(search.q, "тихая");
    ck_assert_int_eq(search.rooms, (INT64_C(1) << 1 | INT64_C(1) << 2));
    ck_assert_int_eq(search.limit, 100);
    ck_assert_int_eq(search.min_price, 250000);
    ck_assert_int_eq(search.check_in, 20455);
    ck_assert(search.active);
    ck_assert_int_eq(search.statuses, 5);
    ck_assert_double_eq(search.near_place.lon, -76.91);
    ck_assert_slice(search.amenities.items[1], "tv");
    ck_assert_uint_eq(search.links.count, 1);
}

static const struct {
    const char *name;
    struct slice value;
    const char *problems;
} mistakes[] = {
    {"q",         {"", 0},                       "q:blank"                            },
    {"q",         {NULL, 0},                     "q:blank"                            },
    {"q",         {"a\0b", 3},                   "q:bad_text"                         },
    {"q",         {"\xff", 1},                   "q:bad_text"                         },
    {"q",         {"123456789012345678901", 21}, "q:too_long"                         },
    {"limit",     {"0", 1},                      "limit:out_of_range"                 },
    {"limit",     {"101", 3},                    "limit:out_of_range"                 },
    {"limit",     {"99999999999999999999", 20},  "limit:out_of_range"                 },
    {"limit",     {"-99999999999999999999", 21}, "limit:out_of_range"                 },
    {"limit",     {"ten", 3},                    "limit:wrong_type"                   },
    {"limit",     {"1.0", 3},                    "limit:wrong_type"                   },
    {"limit",     {"-", 1},                      "limit:wrong_type"                   },
    {"limit",     {"", 0},                       "limit:wrong_type"                   },
    {"limit",     {"1,2", 3},                    "limit:wrong_type"                   },
    {"rooms",     {"63", 2},                     "rooms:out_of_range"                 },
    {"rooms",     {"1,-1", 4},                   "rooms:out_of_range"                 },
    {"rooms",     {"1,", 2},                     "rooms:wrong_type"                   },
    {"rooms",     {",1", 2},                     "rooms:wrong_type"                   },
    {"min_price", {"250001", 6},                 "min_price:not_whole_tenge"          },
    {"min_price", {"-100", 4},                   "min_price:out_of_range"             },
    {"min_price", {"1000000000100", 13},         "min_price:out_of_range"             },
    {"min_price", {"x", 1},                      "min_price:wrong_type"               },
    {"check_in",  {"2026-02-30", 10},            "check_in:bad_date"                  },
    {"is_active", {"1", 1},                      "is_active:wrong_type"               },
    {"status",    {"price,bogus", 11},           "status:unknown_value"               },
    {"status",    {"", 0},                       "status:unknown_value"               },
    {"sort",      {"price,newest", 12},          "sort:unknown_value"                 },
    {"near",      {"43.24", 5},                  "near:wrong_type"                    },
    {"near",      {"43.24,", 6},                 "near:wrong_type"                    },
    {"near",      {"1,2,3", 5},                  "near:wrong_type"                    },
    {"near",      {"91,181", 6},                 "near:out_of_range near:out_of_range"},
    {"amenities", {"a,b,c,d", 7},                "amenities:too_many"                 },
    {"amenities", {"a,,b", 4},                   "amenities:bad_slug"                 },
    {"amenities", {"", 0},                       "amenities:bad_slug"                 },
    {"links",     {"http://a.kz", 11},           "links:bad_url"                      },
    {"owner_id",  {"1", 1},                      "owner_id:bad_uuid"                  },
    {"id",        {"1", 1},                      "id:unknown_parameter"               },
    {"bogus",     {"1", 1},                      "bogus:unknown_parameter"            },
    {"a/b",       {"1", 1},                      "a~1b:unknown_parameter"             },
    {"",          {"1", 1},                      ":unknown_parameter"                 },
};

TEST_ROWS(wrong_value_is_reported_and_changes_nothing, mistakes)
{
    struct search search, before;
    struct fields_seen seen = {77, 77};

    memset(&search, 0x5a, sizeof search);
    before = search;
    ck_assert_msg(!decode_one(row->name, row->value, &search, &seen), "%s", row->problems);
    ck_assert_int_eq(fault.kind, FAULT_INVALID);
    ck_assert_str_eq(sample_problems(&fault), row->problems);
    ck_assert(memcmp(&search, &before, sizeof search) == 0);
    ck_assert_uint_eq(seen.set, 77);
}

TEST(long_run_of_marks_is_refused_before_the_length)
{
    static const size_t counts[] = {31, 16000};
    struct search search = {0};
    struct fields_seen seen;

    for (size_t i = 0; i < COUNT(counts); i++) {
        for (size_t k = 0; k < counts[i]; k++)
            buf_printf(&scratch, "\u0301");
        for (size_t k = 31; k < counts[i]; k++)
            buf_printf(&scratch, "\u0323");
        ck_assert(!decode_one("q", buf_as_slice(&scratch), &search, &seen));
        ck_assert_str_eq(sample_problems(&fault), "q:bad_text");
        buf_clear(&scratch);
    }
    for (size_t k = 0; k < 10; k++)
        buf_printf(&scratch, "\u0301");
    buf_printf(&scratch, "%60s", "");
    ck_assert(decode_one("q", buf_as_slice(&scratch), &search, &seen));
    ck_assert_uint_eq(search.q.len, 20);
}

TEST(raw_value_is_unchanged)
{
    static const struct slice values[] = {
        {"",           0},
        {" a\r\n\x01", 5},
        {"\xff",       1}
    };
    struct search search = {0};
    struct fields_seen seen;

    for (size_t i = 0; i < COUNT(values); i++) {
        ck_assert(decode_one("raw", values[i], &search, &seen));
        ck_assert(search.q.at == values[i].at && search.q.len == values[i].len);
    }
    ck_assert(decode_one("raw", SLICE_NONE, &search, &seen));
    ck_assert_ptr_nonnull(search.q.at);
}

TEST(every_problem_of_a_query_is_reported)
{
    static const struct field_pair pairs[] = {
        {{"limit", 5}, {"0", 1} },
        {{"limit", 5}, {"5", 1} },
        {{"bogus", 5}, {"5", 1} },
        {{"sort", 4},  {"up", 2}},
    };
    struct search search = {0};

    ck_assert(
        !fields_decode_query(&table, pairs, (size_t)COUNT(pairs), &search, NULL, &arena, &fault));
    ck_assert_str_eq(fault.code, "invalid");
    ck_assert_str_eq(sample_problems(&fault), "limit:out_of_range limit:repeated_parameter "
                                              "bogus:unknown_parameter sort:unknown_value");
}

TEST(a_long_name_is_cut)
{
    char name[2000];
    struct field_pair pair = {
        {name, sizeof name},
        SLICE("1")
    };
    struct search search = {0};

    memset(name, '~', sizeof name);
    ck_assert(!fields_decode_query(&table, &pair, 1, &search, NULL, &arena, &fault));
    ck_assert_uint_eq(strlen(fault.fields[0].field), FAULT_FIELD_MAX - 1);
}

TEST(missing_required_parameter_is_reported)
{
    static const struct field one[] = {
        {.name = "from", .type = FIELD_DATE, .flags = FIELD_REQUIRED}
    };
    static const struct fields needs = FIELDS_OF(one, int32_t);
    int32_t from = 7;

    ck_assert(!fields_decode_query(&needs, NULL, 0, &from, NULL, &arena, &fault));
    ck_assert_str_eq(sample_problems(&fault), "from:required");
    ck_assert_int_eq(from, 7);
}

TEST(full_arena_is_not_reported_as_a_client_error)
{
    struct field_pair pairs[] = {
        {SLICE("amenities"), SLICE("a,b")    },
        {SLICE("q"),         SLICE("e\u0301")},
    };

    for (size_t limit = 0; limit < 1000; limit += 16) {
        struct search search = {0};
        struct search before = search;
        struct arena small = ARENA(limit);
        bool ok = fields_decode_query(&table, pairs, 2, &search, NULL, &small, &fault);
        if (!ok) {
            ck_assert_str_eq(fault.code, "out_of_memory");
            ck_assert(memcmp(&search, &before, sizeof search) == 0);
        }
        ck_assert(ok || limit < 700);
        arena_finish(&small);
    }
}

TEST(texts_of_a_query_keep_their_dots)
{
    struct search search = {0};

    ck_ok(decode_one("types", SLICE("a.b, c.*,x-y"), &search, NULL));
    ck_assert_uint_eq(search.links.count, 3);
    ck_assert(slice_is(search.links.items[0], "a.b") && slice_is(search.links.items[1], "c.*") &&
              slice_is(search.links.items[2], "x-y"));
    ck_assert(!decode_one("types", SLICE("a,b,c,d"), &search, NULL));
    ck_assert_str_eq(fault.code, "too_many");
    ck_assert(!decode_one("types", SLICE("a,,c"), &search, NULL));
    ck_assert_str_eq(fault.code, "blank");
}
