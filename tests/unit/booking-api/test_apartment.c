// SPDX-License-Identifier: MIT
/* Which apartments and queries are valid, and who may see an apartment. */

#include "access.h"
#include "apartments/apartment_listed.h"
#include "apartments/apartments_json.h"
#include "calendar/calendar_json.h"
#include "support/scratch.h"

TEST_CASE("apartments");

#define APARTMENT(more)                                                                               \
    "{\"owner_id\":\"01900000-0000-7000-8000-000000000001\",\"title\":{\"ru\":\"Квартира\"}," \
    "\"city\":\"almaty\",\"rooms\":2,\"max_guests\":4,"                                               \
    "\"base_price\":{\"amount\":2500000,\"currency\":\"KZT\"}" more "}"

// clang-format off
static const struct {
    const char *why, *body;
    const char *code; /* of the only problem; NULL: valid */
    const char *field;
} bodies[] = {
    {"only required fields", APARTMENT(""), NULL, NULL},
    {"every field at its maximum", APARTMENT(",\"min_nights\":1,\"max_nights\":366,\"buffer_days\":30,\"advance_notice_hours\":720,\"booking_window_days\":730,\"prepayment_percent\":100"), NULL, NULL},
    {"a city by another name", APARTMENT(",\"district\":\"Медеуский\""), NULL, NULL},
    {"a zone of the tz database", APARTMENT(",\"timezone\":\"Europe/Moscow\""), NULL, NULL},
    {"a zone that is not", APARTMENT(",\"timezone\":\"Mars/Phobos\""), "unknown_timezone", "timezone"},
    {"a path instead of a zone", APARTMENT(",\"timezone\":\"../../etc/passwd\""), "unknown_timezone", "timezone"},
    {"a folder of zones", APARTMENT(",\"timezone\":\"Asia/\""), "unknown_timezone", "timezone"},
    {"an offset instead of a zone", APARTMENT(",\"timezone\":\"+05\""), "unknown_timezone", "timezone"},
    {"a code with a space", APARTMENT(",\"code\":\"A B\""), "bad_code", "code"},
    {"a code of 33", APARTMENT(",\"code\":\"A23456789012345678901234567890123\""), "bad_code", "code"},
    {"money that is no whole tenge", APARTMENT(",\"cleaning_fee\":{\"amount\":150,\"currency\":\"KZT\"}"), "not_whole_tenge", "cleaning_fee/amount"},
    {"tenths over a hundred", APARTMENT(",\"prepayment_percent\":101"), "out_of_range", "prepayment_percent"},
    {"zero nights", APARTMENT(",\"min_nights\":0"), "out_of_range", "min_nights"},
    {"a year and more", APARTMENT(",\"max_nights\":367"), "out_of_range", "max_nights"},
    {"an unknown policy", APARTMENT(",\"cancellation_policy\":\"lax\""), "unknown_value", "cancellation_policy"},
    {"24:00 is no time", APARTMENT(",\"check_in_time\":\"24:00\""), "bad_time", "check_in_time"},
    {"amenities are slugs", APARTMENT(",\"amenities\":[\"Wi Fi\"]"), "bad_slug", "amenities/0"},
    {"photos are https", APARTMENT(",\"photos\":[\"http://x.kz/1.jpg\"]"), "bad_url", "photos/0"},
    {"check_in_info", APARTMENT(",\"check_in_info\":{\"ru\":\"Код 1\",\"kz\":null}"), NULL, NULL},
    {"check_in_info a month before", APARTMENT(",\"check_in_info_hours\":720"), NULL, NULL},
    {"check_in_info too early", APARTMENT(",\"check_in_info_hours\":721"), "out_of_range", "check_in_info_hours"},
    {"no check_in_info", APARTMENT(",\"check_in_info\":null"), NULL, NULL},
    {"check_in_info without Russian", APARTMENT(",\"check_in_info\":{\"en\":\"Code 1\"}"), "required", "check_in_info/ru"},
    {"house_rules", APARTMENT(",\"house_rules\":{\"ru\":\"Без вечеринок\"}"), NULL, NULL},
    {"a security deposit", APARTMENT(",\"security_deposit\":{\"amount\":2000000,\"currency\":\"KZT\"}"), NULL, NULL},
    {"a security deposit that is no whole tenge", APARTMENT(",\"security_deposit\":{\"amount\":150,\"currency\":\"KZT\"}"), "not_whole_tenge", "security_deposit/amount"},
    {"the prepayment of a list is not written", APARTMENT(",\"deposit\":{\"amount\":100,\"currency\":\"KZT\"}"), "read_only", "deposit"},
    {"included_guests absent", APARTMENT(",\"included_guests\":null"), NULL, NULL},
    {"what the list adds is not written", APARTMENT(",\"total\":{\"amount\":100,\"currency\":\"KZT\"}"), "read_only", "total"},
    {"the version is not written", APARTMENT(",\"version\":3"), "read_only", "version"},
};
// clang-format on

TEST_ROWS_WHY(body_is_accepted_or_names_its_invalid_field, bodies)
{
    struct apartment apartment = apartment_defaults();
    struct fields_seen seen;
    bool taken = fields_decode(&apartment_fields, slice_of(row->body), false, &apartment, &seen,
                               &arena, &fault);

    if (row->code == NULL) {
        ck_assert_msg(taken, "%s", taken ? "" : fault.detail);
        ck_assert_slice(apartment.city, "almaty");
        return;
    }
    ck_assert(!taken);
    ck_assert_str_eq(fault.code, row->code);
    ck_assert_uint_eq(fault.field_count, 1);
    ck_assert_str_eq(fault.fields[0].field, row->field);
}

TEST(missing_required_fields_are_named)
{
    struct apartment apartment = apartment_defaults();
    struct fields_seen seen;

    ck_assert(
        !fields_decode(&apartment_fields, SLICE("{}"), false, &apartment, &seen, &arena, &fault));
    ck_assert_uint_eq(fault.field_count, 6);
    ck_assert_str_eq(fault.code, "invalid");
    ck_assert_int_eq(apartment.included_guests, FIELD_ABSENT);
}

static const struct {
    const char *why;
    int64_t min_nights, max_nights, included, guests;
    size_t problems;
} agreements[] = {
    {"equal nights",               3, 3,  2, 2, 0},
    {"each of the two is named",   4, 3,  2, 2, 2},
    {"more included than allowed", 1, 30, 5, 4, 2},
    {"all at once",                4, 3,  5, 4, 4},
};

TEST_ROWS_WHY(contradicting_fields_are_each_named, agreements)
{
    struct fault_list problems;
    struct apartment apartment = apartment_defaults();

    apartment.min_nights = row->min_nights;
    apartment.max_nights = row->max_nights;
    apartment.included_guests = row->included;
    apartment.max_guests = row->guests;
    fault_list_init(&problems, &arena);
    apartment_check(&apartment, &problems);
    ck_assert(problems.count == row->problems);
}

static const struct uuid mine = {{1}};
static const struct uuid other = {{2}};

static const struct {
    const char *why;
    unsigned actor;
    bool own, active, visible;
} views[] = {
    {"guests see active apartments",   ACTOR_GUEST,  false, true,  true },
    {"and no others",                  ACTOR_GUEST,  false, false, false},
    {"owners see their own",           ACTOR_OWNER,  true,  true,  true },
    {"even those that are not active", ACTOR_OWNER,  true,  false, true },
    {"but not those of others",        ACTOR_OWNER,  false, true,  false},
    {"staff see all",                  ACTOR_STAFF,  false, false, true },
    {"a program alone is staff",       ACTOR_CLIENT, false, false, true },
};

TEST_ROWS_WHY(visibility_depends_on_actor_and_state, views)
{
    struct apartment apartment = apartment_defaults();
    struct api_caller caller = {.actor = row->actor, .actor_id = mine};

    apartment.owner_id = row->own ? mine : other;
    apartment.is_active = row->active;
    ck_assert(apartment_visible(&apartment, &caller) == row->visible);
}

TEST(generated_code_is_valid)
{
    struct uuid seed = {{0}};

    for (int i = 0; i < 256; i++) {
        seed.bytes[15] = (uint8_t)i;
        struct slice code = apartment_code_generate(&seed, SLICE("ust-kamenogorsk"), &arena);
        ck_assert_uint_eq(code.len, 10);
        ck_begins(code.at, "UST-");
        for (size_t k = 4; k < code.len; k++)
            ck_assert_ptr_nonnull(strchr("0123456789ABCDEFGHJKMNPQRSTVWXYZ", code.at[k]));
    }
}

// clang-format off
static const struct {
    const char *why;
    const char *names[4], *values[4];
    const char *code, *field; /* NULL: valid */
} queries[] = {
    {"no parameters",        {NULL}, {NULL}, NULL, NULL},
    {"dates",                {"check_in", "check_out"}, {"2026-12-01", "2026-12-03"}, NULL, NULL},
    {"half of the dates",    {"check_in"}, {"2026-12-01"}, "required", "check_out"},
    {"the other half",       {"check_out"}, {"2026-12-01"}, "required", "check_in"},
    {"no night",             {"check_in", "check_out"}, {"2026-12-01", "2026-12-01"}, "bad_range", "check_out"},
    {"367 nights",           {"check_in", "check_out"}, {"2026-01-01", "2027-01-03"}, "out_of_range", "check_out"},
    {"distance from where",  {"sort"}, {"distance"}, "required", "near"},
    {"a radius without a centre", {"radius_km"}, {"5"}, "required", "near"},
    {"distance from there",  {"sort", "near", "radius_km"}, {"distance", "43.2,76.9", "500"}, NULL, NULL},
    {"coordinates out of range", {"near"}, {"143.2,76.9"}, "out_of_range", "near"},
    {"too wide a circle",    {"near", "radius_km"}, {"43.2,76.9", "501"}, "out_of_range", "radius_km"},
    {"prices in order",      {"min_price", "max_price"}, {"100", "100"}, NULL, NULL},
    {"rooms, several",       {"rooms"}, {"1,2"}, NULL, NULL},
    {"no rooms",             {"rooms"}, {"0"}, "out_of_range", "rooms"},
    {"an empty limit",       {"limit"}, {"0"}, "out_of_range", "limit"},
    {"too long a page",      {"limit"}, {"101"}, "out_of_range", "limit"},
    {"eight words",          {"q"}, {"a b c d e f g h"}, NULL, NULL},
    {"nine words",           {"q"}, {"a b c d e f g h i"}, "too_many", "q"},
    {"a city by its name",   {"city"}, {"Алматы"}, NULL, NULL},
    {"an unknown city",      {"city"}, {"atlantis"}, "unknown_city", "city"},
    {"a name of ours",       {"colour"}, {"red"}, "unknown_parameter", "colour"},
    {"twice",                {"guests", "guests"}, {"1", "2"}, "repeated_parameter", "guests"},
};
// clang-format on

/* The stored JSON, which instances of the service share. If this fails, increment APARTMENT_SHAPE
 * and update the text here. */
#define SHAPE_TEXT                                                                                 \
    "\"id\":null,\"code\":\"T-1\",\"owner_id\":\"01900000-0000-7000-8000-000000000001\","          \
    "\"title\":{\"ru\":\"Квартира\",\"kz\":null,\"en\":null},\"city\":\"almaty\","         \
    "\"district\":null,\"address\":\"Абая, 1\",\"location\":{\"lat\":43.25,\"lon\":-0.5},"     \
    "\"rooms\":2,\"max_guests\":4,\"included_guests\":4,\"amenities\":[\"wifi\",\"tv\"],"          \
    "\"photos\":[],\"base_price\":{\"amount\":2500000,\"currency\":\"KZT\"},"                      \
    "\"weekend_price\":null,\"extra_guest_fee\":null,\"cleaning_fee\":null,"                       \
    "\"security_deposit\":null,\"prepayment_percent\":0,\"min_nights\":1,\"max_nights\":30,"       \
    "\"check_in_time\":\"14:00\","                                                                 \
    "\"check_out_time\":\"12:00\",\"buffer_days\":0,\"advance_notice_hours\":0,"                   \
    "\"booking_window_days\":365,\"instant_book\":true,\"cancellation_policy\":\"moderate\","      \
    "\"timezone\":\"Asia/Almaty\",\"is_active\":true,\"version\":7,"                               \
    "\"created_at\":\"1970-01-01T00:00:00.000Z\","                                                 \
    "\"updated_at\":\"1970-01-01T00:00:01.000Z\""

TEST(listed_json_has_the_form_of_its_shape)
{
    struct apartment apartment = apartment_defaults();
    struct slice text;

    ck_assert(
        fields_decode(&apartment_fields,
                      slice_of(APARTMENT(",\"code\":\"T-1\",\"amenities\":[\"wifi\",\"tv\"],"
                                         "\"address\":\"Абая, 1\",\"description\":{\"ru\":\"x\"},"
                                         "\"check_in_info\":{\"ru\":\"12#\"},"
                                         "\"location\":{\"lat\":43.25,\"lon\":-0.5}")),
                      false, &apartment, NULL, &arena, &fault));
    apartment.version = 7;
    apartment.created_at = 1;
    apartment.updated_at = 1000000;
    apartment.total = 5;
    ck_assert(apartment_encode_stored_json(&apartment, &arena, &text, &fault));
    ck_assert_slice(text, SHAPE_TEXT);
}

TEST_ROWS_WHY(query_is_accepted_or_names_its_invalid_parameter, queries)
{
    struct apartment_query query = apartment_list_defaults();
    struct field_pair pairs[4];
    struct fields_seen seen;
    struct fault_list problems;
    size_t count = 0;

    for (; count < 4 && row->names[count] != NULL; count++)
        pairs[count] =
            (struct field_pair){slice_of(row->names[count]), slice_of(row->values[count])};
    bool taken = fields_decode_query(&apartment_list_query_fields, pairs, count, &query, &seen,
                                     &arena, &fault);
    if (taken) {
        fault_list_init(&problems, &arena);
        apartment_list_check(&query, &problems);
        taken = fault_list_ok(&problems, &fault);
    }
    ck_assert_msg(taken == (row->code == NULL), "%s", taken ? "taken" : fault.code);
    if (taken)
        return;
    ck_assert_str_eq(fault.code, row->code);
    ck_assert_str_eq(fault.fields[0].field, row->field);
}

TEST(callers_cannot_list_more_than_they_may_see)
{
    struct api_caller guest = {.actor = ACTOR_GUEST};
    struct api_caller owner = {.actor = ACTOR_OWNER, .actor_id = mine};
    struct api_caller staff = {.actor = ACTOR_STAFF};
    struct apartment_query query = apartment_list_defaults();

    ck_assert(apartment_list_restrict(&query, &guest, &fault));
    query.is_active = ACTIVE_ALL;
    ck_assert(apartment_list_restrict(&query, &staff, &fault));
    ck_assert(!apartment_list_restrict(&query, &guest, &fault));
    ck_assert_int_eq(fault.kind, FAULT_FORBIDDEN);
    ck_assert(apartment_list_restrict(&query, &owner, &fault));
    ck_assert(uuid_equal(&query.owner_id, &mine));
    query.owner_id = other;
    ck_assert(!apartment_list_restrict(&query, &owner, &fault));
    ck_assert_int_eq(fault.kind, FAULT_FORBIDDEN);
}
