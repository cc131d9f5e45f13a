// SPDX-License-Identifier: MIT

#include "sample.h"
#include "support/scratch.h"
#include "support/unseen_marks.h"

TEST(encoded_text_can_be_decoded)
{
    /* All members except read-only ones. */
    const char *body =
        "{\"title\":{\"ru\":\" Дом \",\"kz\":\"Үй\"},\"description\":{\"ru\":\"Тихо\"},"
        "\"code\":\"dom-1\",\"site\":\"https://x.kz/\",\"phone\":\"8 (701) 123-45-67\",\"rooms\":2,"
        "\"any_number\":-7,\"instant\":true,\"price\":{\"amount\":2500000,\"currency\":\"KZT\"},"
        "\"fee\":{\"amount\":500,\"currency\":\"KZT\"},\"from\":\"2026-01-01\","
        "\"check_in\":\"14:05\",\"owner_id\":\"01A1F82A-C8BA-70C8-AEFD-01DCB850C36D\","
        "\"location\":{\"lat\":43.24,\"lon\":-76},\"policy\":\"moderate\","
        "\"amenities\":[\"wifi\",\"hot-tub\"],\"photos\":[\" https://x.kz/1.jpg \"],"
        "\"words\":[\" Хан Шатыр \",\"q\"],"
        "\"rules\":[{\"from\":\"2026-01-01\",\"percent\":-10,\"closed\":true},"
        "{\"from\":\"2026-01-02\"}],\"city\":\"Алматы\",\"secret\":\"tell\\tme\\r\\nnobody\"}";
    struct sample sample = sample_empty();
    struct fields_seen seen;

    ck_assert_msg(sample_create(body, &sample, &seen), "%s", sample_problems(&fault));
    ck_assert_slice(sample.secret, "tell\tme\nnobody");
    ck_assert_uint_eq(seen.null, 0);
    ck_assert_uint_ne(seen.set >> SAMPLE_TITLE & 1, 0);
    ck_assert_uint_eq(seen.set >> SAMPLE_ID & 1, 0);
    fields_encode(&sample_fields, &sample, false, &scratch);
    ck_assert_slice(
        buf_as_slice(&scratch),
        "{\"id\":null,\"title\":{\"ru\":\"Дом\",\"kz\":\"Үй\"},\"description\":{\"ru\":\"Тихо\"},"
        "\"code\":\"dom-1\",\"site\":\"https://x.kz/\",\"phone\":\"+77011234567\",\"rooms\":2,"
        "\"any_number\":-7,\"instant\":true,\"price\":{\"amount\":2500000,\"currency\":\"KZT\"},"
        "\"fee\":{\"amount\":500,\"currency\":\"KZT\"},\"from\":\"2026-01-01\","
        "\"check_in\":\"14:05\",\"created_at\":null,"
        "\"owner_id\":\"01a1f82a-c8ba-70c8-aefd-01dcb850c36d\","
        "\"location\":{\"lat\":43.24,\"lon\":-76},\"policy\":\"moderate\","
        "\"amenities\":[\"wifi\",\"hot-tub\"],\"photos\":[\"https://x.kz/1.jpg\"],"
        "\"words\":[\"Хан Шатыр\",\"q\"],"
        "\"rules\":[{\"from\":\"2026-01-01\",\"percent\":-10,\"closed\":true},"
        "{\"from\":\"2026-01-02\",\"percent\":null,\"closed\":false}],"
        "\"actions\":null,\"city\":\"almaty\"}");
}

TEST(text_outlives_its_body)
{
    char body[] = "{" SAMPLE_REQUIRED ",\"code\":\"abc\"}";
    struct sample sample = sample_empty();

    ck_assert(sample_create(body, &sample, NULL));
    memset(body, 'x', sizeof body);
    ck_assert_slice(sample.code, "abc");
    ck_assert_slice(sample.title.ru, "Дом");
}

TEST(omitted_members_keep_their_defaults)
{
    struct sample sample = sample_full();

    ck_assert(sample_create("{" SAMPLE_REQUIRED "}", &sample, NULL));
    ck_assert_int_eq(sample.rooms, 1);
    ck_assert(sample.instant);
    ck_assert_int_eq(sample.policy, POLICY_MODERATE);
}

TEST(patch_changes_only_given_members)
{
    struct sample sample = sample_full();
    struct sample before = sample;
    struct fields_seen seen;

    ck_assert(sample_patch("{}", &sample, &seen));
    ck_assert(memcmp(&sample, &before, sizeof sample) == 0);
    ck_assert(sample_patch("{\"title\":{\"kz\":\"Пәтер\"},\"rooms\":3}", &sample, &seen));
    ck_assert_slice(sample.title.ru, "Дом \"у\tреки\"");
    ck_assert_slice(sample.title.kz, "Пәтер");
    ck_assert_int_eq(sample.rooms, 3);
    ck_assert_int_eq(sample.price, before.price);
    ck_assert_uint_eq(seen.set, 1U << SAMPLE_TITLE | 1U << 6);
}

TEST(null_clears_every_type_that_may_be_absent)
{
    struct sample sample = sample_full();
    struct fields_seen seen;

    ck_assert(
        sample_patch("{\"title\":{\"kz\":null},\"description\":null,\"site\":null,\"phone\":null,"
                     "\"any_number\":null,\"fee\":null,\"from\":null,\"check_in\":null,"
                     "\"owner_id\":null,\"location\":null,\"policy\":null,\"photos\":null,"
                     "\"rules\":null,\"city\":null}",
                     &sample, &seen));
    ck_assert_ptr_null(sample.title.kz.at);
    ck_assert_ptr_null(sample.description.ru.at);
    ck_assert_ptr_null(sample.site.at);
    ck_assert_ptr_null(sample.phone.at);
    ck_assert_int_eq(sample.any_number, FIELD_ABSENT);
    ck_assert_int_eq(sample.fee, FIELD_ABSENT);
    ck_assert_int_eq(sample.from, FIELD_ABSENT32);
    ck_assert_int_eq(sample.check_in, FIELD_ABSENT32);
    ck_assert(uuid_is_nil(&sample.owner));
    ck_assert(isnan(sample.place.lat));
    ck_assert_int_eq(sample.policy, -1);
    ck_assert_ptr_null(sample.photos.items);
    ck_assert_ptr_null(sample.rules.items);
    ck_assert_int_eq(sample.city, 0);
    ck_assert_uint_eq(seen.set, 1U << SAMPLE_TITLE);
    ck_assert_uint_ne(seen.null >> SAMPLE_SITE & 1, 0);
}

TEST(patch_of_an_absent_object_must_be_complete)
{
    struct sample sample = sample_empty();

    sample.title.ru = SLICE("Дом");
    ck_assert(!sample_patch("{\"description\":{\"kz\":\"Тыныш\"},\"location\":{\"lat\":1},"
                            "\"fee\":{\"amount\":100}}",
                            &sample, NULL));
    ck_assert_str_eq(sample_problems(&fault),
                     "description/ru:required location/lon:required fee/currency:required");
    ck_assert(sample_patch("{\"description\":{\"ru\":\"Тихо\"},\"location\":{\"lat\":1,\"lon\":2}}",
                           &sample, NULL));
    ck_assert(sample_patch("{\"description\":{\"kz\":\"Тыныш\"},\"location\":{\"lat\":5}}", &sample,
                           NULL));
    ck_assert_slice(sample.description.ru, "Тихо");
    ck_assert_slice(sample.description.kz, "Тыныш");
    ck_assert_double_eq(sample.place.lat, 5);
    ck_assert_double_eq(sample.place.lon, 2);
}

TEST(lists_are_replaced_and_may_be_empty)
{
    struct sample sample = sample_full();

    ck_assert(sample_patch("{\"rules\":[],\"amenities\":[]}", &sample, NULL));
    ck_assert_uint_eq(sample.rules.count, 0);
    ck_assert_ptr_nonnull(sample.rules.items);
    ck_assert_uint_eq(sample.amenities.count, 0);
}

TEST(missing_optional_body_is_an_empty_object)
{
    struct sample sample = sample_full();
    struct json_body *body = NULL;
    struct fields_seen seen = {77, 77};

    ck_assert(fields_parse(SLICE(""), false, &body, &arena, &fault));
    ck_assert(fields_decode_body(&sample_fields, body, true, &sample, &seen, &arena, &fault));
    ck_assert_uint_eq(seen.set, 0);
    ck_assert(!fields_decode_body(&sample_fields, NULL, false, &sample, NULL, &arena, &fault));
    ck_assert_str_eq(sample_problems(&fault), "title:required rooms:required price:required");
    fields_parse_finish(body);
}

TEST(full_arena_is_not_reported_as_a_client_error)
{
    static const char body[] =
        "{" SAMPLE_REQUIRED ",\"amenities\":[\"a\",\"b\"],\"rules\":[{\"from\":\"2026-01-01\"}],"
        "\"site\":\"https://"
        "x.kz\",\"description\":{\"ru\":\"e\\u0301e\\u0301\"},\"city\":\"almaty\","
        "\"code\":\"dom\"}";
    int done = 0;

    for (size_t limit = 0; limit < 4000; limit += 16) {
        struct sample sample = sample_empty();
        struct sample before = sample;
        struct arena small = ARENA(limit);
        bool ok = fields_decode(&sample_fields, SLICE(body), false, &sample, NULL, &small, &fault);
        if (ok) {
            done++;
        } else {
            ck_assert_str_eq(fault.code, "out_of_memory");
            ck_assert(memcmp(&sample, &before, sizeof sample) == 0);
        }
        arena_finish(&small);
    }
    ck_assert_int_gt(done, 10);
}

/* Lists of ids, of small numbers and of any numbers, and a boolean that is omitted if false. */
struct sets {
    struct field_uuids ids;
    int64_t days;
    bool quiet;
    struct field_ints chats;
};

// clang-format off
#define AT(member) .offset = offsetof(struct sets, member)
static const struct field set_items[] = {
    {.name = "ids",   .type = FIELD_UUIDS,  AT(ids), .min = 1, .max = 2},
    {.name = "days",  .type = FIELD_DIGITS, .flags = FIELD_NULLABLE | FIELD_OMIT, AT(days), .min = 1, .max = 7},
    {.name = "quiet", .type = FIELD_BOOL,   .flags = FIELD_OMIT, AT(quiet)},
    {.name = "chats", .type = FIELD_INTS,   .flags = FIELD_NULLABLE | FIELD_OMIT, AT(chats), .min = 1, .max = 3},
};
#undef AT
// clang-format on
static const struct fields set_fields = FIELDS_OF(set_items, struct sets);

#define ID "\"01a1f82a-c8ba-70c8-aefd-01dcb850c36d\""

// clang-format off
static const struct {
    const char *body;
    const char *expected; /* the encoded result, or the problems */
} sets[] = {
    {"{}", "{\"ids\":[]}"},
    {"{\"ids\":[" ID "],\"days\":[7,1,7],\"quiet\":true}", "{\"ids\":[" ID "],\"days\":[1,7],\"quiet\":true}"},
    {"{\"days\":null,\"quiet\":false}", "{\"ids\":[]}"},
    {"{\"days\":[1,2,3,4,5,6,7]}", "{\"ids\":[],\"days\":[1,2,3,4,5,6,7]}"},
    {"{\"ids\":[],\"days\":[]}", "ids:too_short days:too_short"},
    {"{\"ids\":[" ID "," ID "," ID "]}", "ids:too_many"},
    {"{\"ids\":[" ID ",7,\"x\"]}", "ids:too_many"},
    {"{\"ids\":[7,\"x\"]}", "ids/0:wrong_type ids/1:bad_uuid"},
    {"{\"ids\":" ID ",\"days\":1}", "ids:wrong_type days:wrong_type"},
    {"{\"days\":[0,8,-1,1.5,\"1\"]}", "days/0:out_of_range days/1:out_of_range days/2:out_of_range days/3:wrong_type days/4:wrong_type"},
    {"{\"days\":[9223372036854775807]}", "days/0:out_of_range"},
    {"{\"days\":[1,1,1,1,1,1,1,1,1]}", "days:too_many"},
    {"{\"chats\":[-1001234567890,7,7]}", "{\"ids\":[],\"chats\":[-1001234567890,7,7]}"},
    {"{\"chats\":[-9223372036854775807,9223372036854775807]}", "{\"ids\":[],\"chats\":[-9223372036854775807,9223372036854775807]}"},
    {"{\"chats\":null}", "{\"ids\":[]}"},
    {"{\"chats\":[]}", "chats:too_short"},
    {"{\"chats\":[1,2,3,4]}", "chats:too_many"},
    {"{\"chats\":[1,\"2\",1.5]}", "chats/1:wrong_type chats/2:wrong_type"},
    {"{\"chats\":7}", "chats:wrong_type"},
};
// clang-format on

TEST_ROWS(arrays_of_ids_and_numbers_round_trip, sets)
{
    struct sets value = {
        {NULL, 0},
        0, false, {NULL, 0}
    };

    if (fields_decode(&set_fields, slice_of(row->body), false, &value, NULL, &arena, &fault)) {
        fields_encode(&set_fields, &value, false, &scratch);
        ck_assert_slice(buf_as_slice(&scratch), row->expected);
    } else {
        ck_assert_str_eq(sample_problems(&fault), row->expected);
        ck_assert_ptr_null(value.ids.items);
        ck_assert_ptr_null(value.chats.items);
    }
}

struct square {
    struct field_list rows;
};

static const struct field cell_items[] = {
    {.name = "n", .type = FIELD_INT, .flags = FIELD_REQUIRED, .min = 0, .max = 9},
};
static const struct fields cell_fields = FIELDS_OF(cell_items, int64_t);
static const struct field square_items[] = {
    {.name = "rows", .type = FIELD_LIST, .flags = FIELD_ROWS, .max = 2, .table = &cell_fields},
};
static const struct fields square_fields = FIELDS_OF(square_items, struct square);

TEST(lists_of_lists_are_read)
{
    struct square square = {
        {NULL, 0}
    };

    ck_assert(fields_decode(&square_fields, SLICE("{\"rows\":[[{\"n\":1},{\"n\":2}],[]]}"), false,
                            &square, NULL, &arena, &fault));
    const struct field_list *row = square.rows.items;
    ck_assert_uint_eq(square.rows.count, 2);
    ck_assert_uint_eq(row[0].count, 2);
    ck_assert_int_eq(((const int64_t *)row[0].items)[1], 2);
    ck_assert_uint_eq(row[1].count, 0);
}

static const struct {
    const char *body, *expected;
} rows[] = {
    {"{\"rows\":[{\"n\":1}]}",                          "rows/0:wrong_type"                          },
    {"{\"rows\":[[1],[{\"n\":10}]]}",                   "rows/0/0:wrong_type rows/1/0/n:out_of_range"},
    {"{\"rows\":[[],[],[]]}",                           "rows:too_many"                              },
    {"{\"rows\":[[],[{\"n\":1},{\"n\":1},{\"n\":1}]]}", "rows/1:too_many"                            },
};

TEST_ROWS(mistakes_in_lists_of_lists_are_named, rows)
{
    struct square square = {
        {NULL, 0}
    };

    ck_assert(
        !fields_decode(&square_fields, slice_of(row->body), false, &square, NULL, &arena, &fault));
    ck_assert_str_eq(sample_problems(&fault), row->expected);
    ck_assert_ptr_null(square.rows.items);
}

TEST(characters_that_cannot_be_seen_change_no_text)
{
    ck_unseen_marks(&sample_fields);
}

TEST(typed_values_may_have_any_dash_and_space)
{
    struct sample sample = sample_empty();
    struct fields_seen seen;
    const char *members =
        "\"phone\":\"+7\\u202f701\\u2011123\\u22124567\",\"from\":\"2026\\u201101\\u201301\","
        "\"code\":\"dom\\u20101\",\"city\":\"\\u202aАлматы\\u202c\",\"secret\":\"a \\u2014 b\"";

    ck_assert_msg(sample_patch(textf("{%s}", members), &sample, &seen), "%s",
                  sample_problems(&fault));
    ck_assert_slice(sample.phone, "+77011234567");
    ck_assert_slice(sample.code, "dom-1");
    ck_assert_int_eq(sample.from, 20454);
    ck_assert_slice(sample.secret, "a \u2014 b");
}
