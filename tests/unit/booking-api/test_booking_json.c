// SPDX-License-Identifier: MIT
/* JSON of bookings and events: decoding, and what each caller may see. */
#include "base/date.h"

#include "bookings/bookings_json.h"
#include "support/scratch.h"

static struct buf out;

static void setup(void)
{
    buf_init(&out, 1 << 16);
}

static void teardown(void)
{
    buf_finish(&out);
}

TEST_CASE("wire", .setup = setup, .teardown = teardown);

static struct booking sample(void)
{
    struct booking booking = {
        .code = SLICE("K7M4Q2XR"),
        .status = BOOKING_HELD,
        .guests = 2,
        .guest = {.name = SLICE("Данияр"),
                  .phone = SLICE("+77011234567"),
                  .telegram_id = FIELD_ABSENT,
                  .language = LANGUAGE_KZ},
        .lines = SLICE("[]"),
        .total = 2500000,
        .deposit = 0,
        .expires_at = INT64_C(1800000000000000),
        .version = 1,
    };

    ck_assert(uuid_parse(SLICE("0198a000-0000-7000-8000-000000000001"), &booking.id));
    booking.apartment_id = booking.owner_id = booking.id;
    ck_assert(date_parse(SLICE("2026-12-31"), &booking.check_in));
    booking.check_out = booking.check_in + 1;
    return booking;
}

#define TITLE   "\"title\":{\"ru\":\"Студия\",\"kz\":null,\"en\":\"Studio\"}"
#define ADDRESS ",\"address\":\"ул. Абая, 1\",\"location\":{\"lat\":43.2,\"lon\":76.9}"

static bool contains(const char *text)
{
    return memmem(out.data, out.len, text, strlen(text)) != NULL;
}

TEST(booking_is_encoded_with_the_actions_of_its_reader)
{
    const struct api_caller guest = {.actor = ACTOR_GUEST};
    const struct api_caller staff = {.actor = ACTOR_STAFF};
    struct booking booking = sample();

    booking_encode(&booking, &guest, false, &out);
    ck_assert(contains("\"status\":\"held\""));
    ck_assert(contains("\"check_out\":\"2027-01-01\""));
    ck_assert(contains("\"total\":{\"amount\":2500000,\"currency\":\"KZT\"}"));
    ck_assert(contains("\"telegram_id\":null"));
    ck_assert(contains("\"language\":\"kz\""));
    ck_assert(contains("\"lines\":[]"));
    ck_assert(contains("\"note\":null"));
    ck_assert(
        contains("\"allowed_actions\":[{\"action\":\"confirm\",\"until\":\"2027-01-15T08:00:00"));
    booking.status = BOOKING_REQUESTED;
    buf_clear(&out);
    booking_encode(&booking, &guest, false, &out);
    ck_assert(!contains("\"decline\""));
    buf_clear(&out);
    booking_encode(&booking, &staff, true, &out);
    ck_assert(contains("\"action\":\"decline\""));
}

static const struct {
    const char *why;
    unsigned actor;
    bool active, owned;
    enum booking_status status;
    const char *json; /* NULL: the member is absent */
} seen_apartments[] = {
    {"a guest before confirmation", ACTOR_GUEST, true,  false, BOOKING_HELD,       "{" TITLE "}"        },
    {"a guest who will come",       ACTOR_GUEST, true,  false, BOOKING_CONFIRMED,  "{" TITLE ADDRESS "}"},
    {"a guest who stays",           ACTOR_GUEST, true,  false, BOOKING_CHECKED_IN, "{" TITLE ADDRESS "}"},
    {"a guest who has left",        ACTOR_GUEST, true,  false, BOOKING_COMPLETED,  "{" TITLE "}"        },
    {"its guest if inactive",       ACTOR_GUEST, false, false, BOOKING_CONFIRMED,  "{" TITLE ADDRESS "}"},
    {"its former guest, inactive",  ACTOR_GUEST, false, false, BOOKING_COMPLETED,  NULL                 },
    {"it was cancelled, inactive",  ACTOR_GUEST, false, false, BOOKING_CANCELLED,  NULL                 },
    {"its owner",                   ACTOR_OWNER, false, true,  BOOKING_CONFIRMED,  "{" TITLE ADDRESS "}"},
    {"its owner before an answer",  ACTOR_OWNER, true,  true,  BOOKING_REQUESTED,  "{" TITLE "}"        },
    {"a former owner",              ACTOR_OWNER, true,  false, BOOKING_COMPLETED,  NULL                 },
    {"staff",                       ACTOR_STAFF, false, false, BOOKING_CONFIRMED,  "{" TITLE ADDRESS "}"},
};

TEST_ROWS_WHY(apartment_is_shown_to_those_who_may_read_it, seen_apartments)
{
    struct api_caller caller = {.actor = row->actor, .actor_id = uuid_make()};
    struct booking booking = sample();

    booking.status = (int)row->status;
    booking.apartment = (struct booking_apartment){
        .title = {.ru = SLICE("Студия"), .en = SLICE("Studio")},
        .address = SLICE("ул. Абая, 1"),
        .location = {43.2,                        76.9                 },
        .security_deposit = FIELD_ABSENT,
        .owner_id = row->owned ? caller.actor_id : booking.owner_id,
        .is_active = row->active,
    };
    booking_encode(&booking, &caller, false, &out);
    if (row->json == NULL) {
        ck_assert(!contains("\"apartment\"") && !contains("Абая"));
        return;
    }
    ck_assert_msg(contains(textf("\"apartment\":%s,", row->json)), "%.*s", (int)out.len, out.data);
    buf_clear(&out);
    fields_encode(&booking_event_fields, &booking, false, &out);
    ck_assert(!contains("Студия") && !contains("Абая"));
}

TEST(event_omits_the_guest)
{
    const struct booking booking = sample();

    fields_encode(&booking_event_fields, &booking, false, &out);
    ck_assert(contains("\"status\":\"held\""));
    ck_assert(contains("\"code\":\"K7M4Q2XR\""));
    ck_assert(!contains("Данияр") && !contains("7701") && !contains("\"guest\""));
}

static const struct {
    const char *why, *body;
    const char *codes; /* "field:code" joined by spaces; "": valid */
} bodies[] = {
    {"all that is needed",
     "{\"apartment_id\":\"0198a000-0000-7000-8000-000000000001\",\"check_in\":\"2026-12-01\","
     "\"check_out\":\"2026-12-02\",\"guests\":1,\"guest\":{\"name\":\"A\"}}", ""                },
    {"nothing",                     "{}",
     "apartment_id:required check_in:required check_out:required guests:required guest:required"},
    {"each field wrong in its way",
     "{\"apartment_id\":\"1\",\"check_in\":\"2026-02-30\",\"check_out\":5,\"guests\":0,"
     "\"guest\":{\"name\":\" \",\"phone\":\"1\",\"language\":\"de\",\"x\":1},\"note\":\"\","
     "\"hold_minutes\":0}",                                                   "apartment_id:bad_uuid check_in:bad_date check_out:wrong_type guests:out_of_range"
     " guest/name:blank guest/phone:bad_phone guest/language:unknown_value guest/x:unknown_field"
     " note:blank hold_minutes:out_of_range"                         },
};

TEST_ROWS_WHY(draft_is_decoded_or_every_problem_is_named, bodies)
{
    struct booking_draft draft, before;

    booking_draft_defaults(&draft);
    before = draft;
    const bool read = fields_decode(&booking_draft_fields, slice_of(row->body), false, &draft, NULL,
                                    &arena, &fault);
    ck_assert(read == (row->codes[0] == '\0'));
    if (read) {
        ck_assert_int_eq(draft.check_out - draft.check_in, 1);
        ck_assert_int_eq(draft.guest.telegram_id, FIELD_ABSENT);
        ck_assert_int_eq(booking_hold_seconds(&draft), BOOKING_HOLD_DEFAULT_S);
        return;
    }
    /* The fault has exactly these pairs. */
    size_t count = 0;
    char copy[512], *rest = copy;
    snprintf(copy, sizeof copy, "%s", row->codes);
    for (const char *one; (one = strsep(&rest, " ")) != NULL && *one != '\0'; count++) {
        bool found = false;
        for (size_t i = 0; i < fault.field_count; i++)
            found = found ||
                    strcmp(textf("%s:%s", fault.fields[i].field, fault.fields[i].code), one) == 0;
        ck_assert_msg(found, "no %s", one);
    }
    ck_assert_msg(fault.field_count == count, "%zu problems", fault.field_count);
    ck_assert_msg(memcmp(&draft, &before, sizeof draft) == 0, "outputs are untouched on failure");
}

TEST(refusal_contains_the_taken_nights)
{
    struct booking_taken taken;

    ck_assert(date_parse(SLICE("2026-12-31"), &taken.first));
    taken.end = taken.first + 2;
    ck_assert(!booking_refuse_taken(&arena, taken.first, taken.end + 1, 0, &taken, 1, &fault));
    ck_assert_str_eq(fault.code, "nights_taken");
    ck_assert_slice(fault.members, "\"nights\":[\"2026-12-31\",\"2027-01-01\"]");
    ck_assert(!booking_refuse_taken(&arena, taken.end, taken.end + 1, 0, &taken, 1, &fault));
    ck_assert_slice(fault.members, "\"nights\":[]");
}
