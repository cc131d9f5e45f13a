// SPDX-License-Identifier: MIT

#include "sample.h"
#include "support/scratch.h"

TEST_CASE("encode");

TEST(all_fields_are_encoded)
{
    struct sample full = sample_full();

    fields_encode(&sample_fields, &full, false, &scratch);
    ck_assert_slice(buf_as_slice(&scratch), sample_full_json);
}

static const char empty_json[] =
    "{\"id\":null,\"title\":null,\"description\":null,\"code\":null,\"site\":null,"
    "\"phone\":null,\"rooms\":null,\"any_number\":null,\"instant\":false,"
    "\"price\":null,\"fee\":null,\"from\":null,\"check_in\":null,"
    "\"created_at\":null,\"owner_id\":null,\"location\":null,\"policy\":null,"
    "\"amenities\":[],\"photos\":null,\"actions\":null}";

TEST(absent_values_are_null_empty_or_omitted)
{
    struct sample empty = sample_empty();

    fields_encode(&sample_fields, &empty, false, &scratch);
    ck_assert_slice(buf_as_slice(&scratch), empty_json);
}

TEST(cleared_struct_has_all_fields_absent)
{
    struct sample sample = sample_full();

    fields_clear(&sample_fields, &sample);
    ck_assert_int_eq(sample.fee, FIELD_ABSENT);
    ck_assert_int_eq(sample.from, FIELD_ABSENT32);
    ck_assert_int_eq(sample.policy, -1);
    ck_assert_ptr_null(sample.secret.at);
    fields_encode(&sample_fields, &sample, false, &scratch);
    ck_assert_slice(buf_as_slice(&scratch), empty_json);
}

TEST(unparsed_list_passes_through)
{
    struct sample sample = sample_empty();

    sample.amenities.json = SLICE("[\"wifi\", \"hot-tub\"]");
    fields_encode(&sample_fields, &sample, false, &scratch);
    buf_char(&scratch, '\0');
    ck_has(scratch.data, "\"amenities\":[\"wifi\", \"hot-tub\"],\"photos\":null");
}

TEST(list_items_omit_detail_fields)
{
    struct sample full = sample_full();

    fields_encode(&sample_fields, &full, true, &scratch);
    buf_char(&scratch, '\0');
    ck_lacks(scratch.data, "description");
    ck_has(scratch.data, "\"title\"");
}

TEST(members_can_follow_others)
{
    struct sample full = sample_full();
    const struct field only[] = {sample_fields.items[SAMPLE_CODE]};
    const struct fields table = FIELDS_OF(only, struct sample);

    fields_encode_members(&table, &full, false, true, &scratch);
    fields_encode_members(&table, &full, false, false, &scratch);
    ck_assert_slice(buf_as_slice(&scratch), "\"code\":\"dom-1\",\"code\":\"dom-1\"");
}

TEST(first_member_after_omitted_ones_has_no_comma)
{
    struct sample empty = sample_empty();
    const struct field some[] = {sample_fields.items[22], sample_fields.items[20],
                                 sample_fields.items[SAMPLE_CODE]};
    const struct fields table = FIELDS_OF(some, struct sample);

    fields_encode(&table, &empty, false, &scratch);
    ck_assert_slice(buf_as_slice(&scratch), "{\"code\":null}");
}

static const struct {
    struct field_geo place;
    const char *json;
} places[] = {
    {{0, 0},                    "{\"lat\":0,\"lon\":0}"                },
    {{-90, 180},                "{\"lat\":-90,\"lon\":180}"            },
    {{43.238949, 76.889709},    "{\"lat\":43.238949,\"lon\":76.889709}"},
    {{0.1, -0.0000001},         "{\"lat\":0.1,\"lon\":-0.0000001}"     },
    {{-0.00000001, 1.99999999}, "{\"lat\":0,\"lon\":2}"                },
};

TEST_ROWS(places_are_fixed_point_without_trailing_zeros, places)
{
    struct sample sample = {.place = row->place};
    const struct field only[] = {sample_fields.items[15]};
    const struct fields table = FIELDS_OF(only, struct sample);
    const char *expected = textf("{\"location\":%s}", row->json);

    fields_encode(&table, &sample, false, &scratch);
    ck_assert_slice(buf_as_slice(&scratch), expected);
}

TEST(degrees_are_a_member_of_their_own)
{
    static const struct field only[] = {
        {.name = "lat", .type = FIELD_DEGREES, .flags = FIELD_NULLABLE, .max = 90}
    };
    static const struct fields table = FIELDS_OF(only, double);
    double lat;

    fields_clear(&table, &lat);
    fields_encode(&table, &lat, false, &scratch);
    ck_assert(fields_decode(&table, SLICE("{\"lat\":-43.5}"), false, &lat, NULL, &arena, &fault));
    fields_encode(&table, &lat, false, &scratch);
    ck_assert_slice(buf_as_slice(&scratch), "{\"lat\":null}{\"lat\":-43.5}");
    ck_assert(!fields_decode(&table, SLICE("{\"lat\":91}"), false, &lat, NULL, &arena, &fault));
    ck_assert_str_eq(sample_problems(&fault), "lat:out_of_range");
}

TEST(encoding_works_or_fails_at_every_limit)
{
    struct sample full = sample_full();
    size_t len = strlen(sample_full_json);

    for (size_t max = 0; max <= len + 1; max++) {
        struct buf small = BUF(max);
        fields_encode(&sample_fields, &full, false, &small);
        ck_assert_int_eq(buf_ok(&small, &fault), max >= len);
        buf_finish(&small);
    }
}
