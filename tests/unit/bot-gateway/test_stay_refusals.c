// SPDX-License-Identifier: MIT
/* Each refusal of booking-api to a call of the flow "stay": the text, and the step afterwards
 * (conversation.c checks that there is a button). The codes are those of
 * services/booking-api/openapi.yaml; a code without a row here fails. */
#include "stay_talk.h"

TEST_CASE("stay refusals", .setup = stay_talk_begin, .teardown = stay_talk_end);

enum { CODE_MAX = 64 };

// clang-format off

/* --- the refused calls --- */

#define HELD_ONES "GET /v1/bookings?status=held&limit=3"
static const struct exchange to_guests[] = {TO_GUESTS};
static const struct exchange to_list[] = {TO_LIST};
static const struct exchange to_apartment[] = {TO_APARTMENT};
static const struct exchange to_contact[] = {TO_CONTACT};
static const struct exchange to_booking[] = {TO_BOOKING};
static const struct exchange to_pay[] = {TO_APARTMENT, {.tap = "@stay_button_book", .step = "contact", BOOKS(WORLD_TO_PAY)}, {.tap = "@stay_key_no_contact", .step = "booking", INSTEAD({CALL_BOOKING, 200, WORLD_TO_PAY})}};
static const struct exchange to_cancel[] = {TO_BOOKING, {.tap = "Отменить бронь", .step = "cancel"}};
#define CHANGE "POST /v1/bookings/" WORLD_BOOKING_ID "/change-dates"
static const struct exchange to_days[] = {TO_BOOKING, {.tap = "Изменить даты", .step = "new_day"}, {.tap = "25", .step = "new_end"}};
static const struct exchange to_change[] = {TO_BOOKING, {.tap = "Изменить даты", .step = "new_day"}, {.tap = "25", .step = "new_end"}, {.tap = "28", .step = "change"}};
static const struct exchange to_release[] = {{.type = "/cancel", .step = "release", INSTEAD({HELD_ONES, 200, WORLD_BOOKINGS(WORLD_HELD, "null")})}};

enum place { LINKING, LINKED, SEARCHING, OPENING, PRICING, BOOKING, LOOKING, CONFIRMING, CLAIMING, ASKING, CANCELLING, RELEASING, TRYING, CHANGING, DATES /* the last two */ };
#define WAY(way) (way), ARRAY_LEN(way)
static const struct {
    const struct exchange *way;
    size_t count;
    struct exchange act;
    const char *call; /* the refused one */
} places[] = {
    [LINKING]    = {NULL, 0,         {.type = "/start apt_X"},                     "GET /v1/apartments?code="},
    [LINKED]     = {NULL, 0,         {.type = "/start apt_X"},                     "GET /v1/apartments/" WORLD_APARTMENT_ID "/calendar?"},
    [SEARCHING]  = {WAY(to_guests),  {.tap = "2"},                                 "GET /v1/apartments?"},
    [OPENING]    = {WAY(to_list),    {.tap = APARTMENT_BUTTON},                         "GET /v1/apartments/" WORLD_APARTMENT_ID},
    [PRICING]    = {WAY(to_list),    {.tap = APARTMENT_BUTTON},                         "POST /v1/quotes"},
    [BOOKING]    = {WAY(to_apartment),    {.tap = "@stay_button_book"},                 "POST /v1/bookings"},
    [LOOKING]    = {WAY(to_contact), {.tap = "@stay_key_no_contact"},              CALL_BOOKING},
    [CONFIRMING] = {WAY(to_booking), {.tap = "Подтвердить"},                       "POST /v1/bookings/" WORLD_BOOKING_ID "/confirm"},
    [CLAIMING]   = {WAY(to_pay),     {.tap = "Я оплатил"},                         "POST /v1/bookings/" WORLD_BOOKING_ID "/claim-payment"},
    [ASKING]     = {WAY(to_booking), {.tap = "Отменить бронь"},                    CALL_BOOKING "/cancel-preview"},
    [CANCELLING] = {WAY(to_cancel),  {.tap = "@stay_button_cancel"},               "POST /v1/bookings/" WORLD_BOOKING_ID "/cancel"},
    [RELEASING]  = {WAY(to_release), {.tap = "Отменить 0WX1HA6S · 22–24 ноя"},     "POST /v1/bookings/" WORLD_BOOKING_ID "/cancel"},
    [TRYING]     = {WAY(to_days),    {.tap = "28"},                                CHANGE "?dry_run=true"},
    [CHANGING]   = {WAY(to_change),  {.tap = "@stay_button_change"},               CHANGE " {"},
};

/* --- the refusals --- */

#define OTHERS ",\"alternatives\":[{\"apartment_id\":\"" WORLD_APARTMENT_ID "\",\"check_in\":\"2026-11-24\",\"check_out\":\"2026-11-27\",\"total\":" WORLD_SUM(1700000) "}]"
static const struct {
    enum place place;
    long status;
    const char *code, *sees, *step;
    const char *more; /* members of the answer */
} refusals[] = {
    {LINKING,    422, "too_long",            "@stay_flat_gone",      "city",    ""},
    {LINKED,     404, "not_found",           "@stay_flat_gone",      "day",     ""},
    {SEARCHING,  422, "unknown_city",        "@stay_refused",        "city",    ""},
    {SEARCHING,  422, "bad_range",           "@stay_refused",        "day",     ""},
    {SEARCHING,  422, "invalid",             "@stay_refused",        "day",     ""},
    {OPENING,    404, "not_found",           "@stay_flat_gone",      "list",    ""},
    {PRICING,    422, "not_available",       "@stay_others",         "flat",    OTHERS},
    {PRICING,    422, "not_available",       "@stay_no_others",      "flat",    ""},
    {PRICING,    422, "total_too_high",      "@stay_others",         "flat",    OTHERS},
    {PRICING,    422, "unknown_apartment",   "@stay_no_others",      "flat",    ""},
    {PRICING,    422, "max_nights",          "@stay_no_others",      "flat",    ""},
    {PRICING,    422, "invalid",             "@stay_no_others",      "flat",    ""},
    {BOOKING,    409, "nights_taken",        "@stay_nights_taken",   "flat",    ""},
    {BOOKING,    409, "too_many_holds",      "@stay_holds_many",     "holds",   ""},
    {BOOKING,    409, "too_many_unpaid",     "@stay_unpaid_many",    "mine",    ""},
    {BOOKING,    410, "quote_expired",       "@stay_price_old",      "flat",    ""},
    {BOOKING,    422, "unknown_quote",       "@stay_price_old",      "flat",    ""},
    {BOOKING,    422, "beyond_window",       "@stay_refused",        "flat",    ""},
    {BOOKING,    422, "closed_to_arrival",   "@stay_refused",        "flat",    ""},
    {BOOKING,    422, "closed_to_departure", "@stay_refused",        "flat",    ""},
    {BOOKING,    422, "in_the_past",         "@stay_refused",        "flat",    ""},
    {BOOKING,    422, "max_nights",          "@stay_refused",        "flat",    ""},
    {BOOKING,    422, "min_nights",          "@stay_refused",        "flat",    ""},
    {BOOKING,    422, "not_bookable",        "@stay_refused",        "flat",    ""},
    {BOOKING,    422, "too_late",            "@stay_refused",        "flat",    ""},
    {BOOKING,    422, "too_many_guests",     "@stay_refused",        "flat",    ""},
    {BOOKING,    422, "unknown_apartment",   "@stay_refused",        "flat",    ""},
    {BOOKING,    422, "invalid",             "@stay_refused",        "flat",    ""},
    {BOOKING,    403, "forbidden",           "@stay_refused",        "flat",    ""},
    {LOOKING,    404, "not_found",           "@stay_booking_gone",   "booking", ""},
    {LOOKING,    403, "forbidden",           "@stay_booking_gone",   "booking", ""},
    {CONFIRMING, 409, "payment_due",         "@stay_moved_on",       "booking", ""},
    {CONFIRMING, 409, "already_requested",   "@stay_moved_on",       "booking", ""},
    {CONFIRMING, 403, "forbidden",           "@stay_moved_on",       "booking", ""},
    {CONFIRMING, 404, "not_found",           "@stay_moved_on",       "booking", ""},
    {CONFIRMING, 409, "changed_meanwhile",   "@stay_moved_on",       "booking", ""},
    {CONFIRMING, 410, "hold_expired",        "@stay_held",           "booking", ""}, /* its status says so */
    {CONFIRMING, 422, "contact_missing",     "@stay_contact_needed", "contact", ""},
    {CONFIRMING, 409, "too_many_unpaid",     "@stay_unpaid_many",    "booking", ""},
    {CLAIMING,   403, "forbidden",           "@stay_moved_on",       "booking", ""},
    {CLAIMING,   404, "not_found",           "@stay_moved_on",       "booking", ""},
    {CLAIMING,   409, "nothing_due",         "@stay_moved_on",       "booking", ""},
    {CLAIMING,   409, "changed_meanwhile",   "@stay_moved_on",       "booking", ""},
    {CLAIMING,   410, "hold_expired",        "@stay_held",           "booking", ""},
    {ASKING,     403, "forbidden",           "@stay_moved_on",       "booking", ""},
    {ASKING,     404, "not_found",           "@stay_moved_on",       "booking", ""},
    {CANCELLING, 403, "forbidden",           "@stay_moved_on",       "booking", ""},
    {CANCELLING, 404, "not_found",           "@stay_moved_on",       "booking", ""},
    {CANCELLING, 409, "changed_meanwhile",   "@stay_moved_on",       "booking", ""},
    {CANCELLING, 409, "too_late",            "@stay_moved_on",       "booking", ""},
    {CANCELLING, 409, "refund_changed",      "@stay_refund_changed", "cancel",  ""},
    {RELEASING,  404, "not_found",           "@stay_moved_on",       "booking", ""},
    {RELEASING,  409, "refund_changed",      "@stay_refund_changed", "cancel",  ""},
    {DATES,      409, "nights_taken",        "чт 26 ноя, пт 27 ноя", "new_day", ",\"nights\":[\"2026-11-26\",\"2026-11-27\"]"},
    {DATES,      409, "nights_taken",        "@stay_change_taken",  "new_day", ""},
    {DATES,      422, "in_the_past",         "@stay_day_past",      "new_day", ""},
    {DATES,      422, "beyond_window",       "@stay_day_far",       "new_day", ""},
    {DATES,      422, "too_late",            "@stay_day_closed",    "new_day", ""},
    {DATES,      422, "closed_to_arrival",   "@stay_day_closed",    "new_day", ""},
    {DATES,      422, "closed_to_departure", "@stay_day_closed",    "new_end", ""},
    {DATES,      422, "min_nights",          "@stay_day_short",     "new_end", ""},
    {DATES,      422, "max_nights",          "@stay_day_far",       "new_end", ""},
    {DATES,      422, "invalid",             "@stay_day_short",     "new_end", ",\"errors\":[{\"field\":\"check_out\",\"code\":\"min_nights\"},{\"code\":\"too_late\"}]"},
    {DATES,      422, "invalid",             "@stay_refused",       "booking", ""},
    {DATES,      422, "too_many_guests",     "@stay_refused",       "booking", ""},
    {DATES,      422, "not_bookable",        "@stay_refused",       "booking", ""},
    {DATES,      422, "total_too_high",      "@stay_refused",       "booking", ""},
    {DATES,      403, "forbidden",           "@stay_moved_on",      "booking", ""},
    {DATES,      409, "change_not_free",     "@stay_moved_on",      "booking", ""},
    {DATES,      409, "already_checked_in",  "@stay_moved_on",      "booking", ""},
    {DATES,      404, "not_found",           "@stay_moved_on",      "booking", ""},
    {TRYING,     409, "total_changed",       "@stay_moved_on",      "booking", ""}, /* no total was expected */
    {DATES,      409, "changed_meanwhile",   "@stay_moved_on",      "booking", ""},
    {DATES,      410, "hold_expired",        "@stay_held",          "booking", ""},
    {CHANGING,   409, "total_changed",       "@stay_price_old",     "change",  ""},
};

/* The status of the booking does not allow the action any more: 409 already_<status>. */
static const enum place moves[] = {CONFIRMING, CLAIMING, ASKING, CANCELLING, RELEASING, TRYING, CHANGING};
static const char *const statuses[] = {"held", "requested", "payment_claimed", "confirmed", "checked_in", "completed",
                                       "expired", "declined", "cancelled", "no_show"};
enum { LIVE_STATUSES = 5 }; /* the first ones: the dates of such a booking cannot be changed */

static const struct {
    const char *code, *why;
} not_asked_for[] = {
    {"already_connected", "of calendars of other channels"},
    {"already_gone",     "of calendars of other channels"},
    {"already_kept_theirs", "of calendars of other channels"},
    {"bad_actor",        "every call has the same form of X-Actor"},
    {"bad_code",         "flats are not written"},
    {"bad_secret",       "of webhooks"},
    {"bad_time",         "no call has such a field"},
    {"code_taken",       "flats are not written"},
    {"contradiction",    "flats are not written"},
    {"has_live_bookings", "of erasure: privacy/erasure.c"},
    {"has_live_rides",   "of erasure: privacy/erasure.c"},
    {"nothing_to_accept", "of calendars of other channels"},
    {"own_calendar",     "of calendars of other channels"},
    {"scope_missing",    "no answer: clients/booking_client.c"},
    {"test_key_only",    "no call has such a field"},
    {"too_many_feeds",   "of calendars of other channels"},
    {"too_many_links",   "of calendars of other channels"},
    {"too_many_webhooks", "of webhooks"},
    {"url_not_allowed",  "of calendars of other channels"},
    {"too_early",        "of what owners and staff do"},
    {"occupied",         "of what owners and staff do"},
    {"unknown_owner",    "flats are not written"},
    {"unknown_timezone", "flats are not written"},
};
// clang-format on

/* --- the tests --- */

/* `booking`: its status afterwards; NULL: unchanged. */
static void refuse(enum place place, long status, const char *body, const char *booking)
{
    struct exchange act = places[place].act;

    conversation_go(&talk, places[place].way, places[place].count);
    act.instead[0] = (struct scripted){places[place].call, status, body};
    if (booking != NULL)
        act.instead[1] = (struct scripted){CALL_BOOKING, 200, booking};
    ck_assert_msg(conversation_do(&talk, &act), "%s: %s %s", body, talk.fault.code,
                  talk.fault.detail);
    ck_assert_msg(talk.shown.count > 0, "%s", talk.seen);
}

TEST_ROWS(refusal_is_reported_and_dialogue_continues, refusals)
{
    const enum place refusing[] = {row->place == DATES ? TRYING : row->place, CHANGING};
    const size_t count = row->place == DATES ? 2 : 1;
    const char *body =
        textf("{\"status\":%ld,\"code\":\"%s\"%s}", row->status, row->code, row->more);

    for (size_t i = 0; i < count; i++) {
        refuse(refusing[i], row->status, body, NULL);
        ck_assert_msg(conversation_saw(&talk, row->sees), "%s: no %s in\n%s%s", body, row->sees,
                      talk.seen, talk.asked);
        ck_assert_msg(strcmp(talk.step, row->step) == 0, "%s: step %s", body, talk.step);
        ck_has(talk.asked, places[refusing[i]].call);
        stay_talk_end();
        stay_talk_begin();
    }
}

TEST_ROWS(changed_booking_shows_its_status, statuses)
{
    const char *status = *row;

    const char *body = textf(WORLD_PROBLEM("already_%s"), status);
    const char *booking = textf(WORLD_BOOKING("%s", "", ""), status);
    const char *key = textf("@stay_%s", strcmp(status, "payment_claimed") == 0 ? "claimed"
                                        : strcmp(status, "confirmed") == 0     ? "agreed"
                                                                               : status);
    for (size_t i = 0; i < ARRAY_LEN(moves); i++) {
        if (moves[i] == RELEASING && strcmp(status, "held") != 0)
            continue; /* tested above */
        refuse(moves[i], 409, body, booking);
        const char *why =
            moves[i] == TRYING && _i < LIVE_STATUSES ? "@stay_change_never" : "@stay_moved_on";
        ck_assert_msg(conversation_saw(&talk, why), "%s:\n%s", body, talk.seen);
        ck_assert_msg(conversation_saw(&talk, key), "%s: no %s in\n%s", body, key, talk.seen);
        ck_assert_str_eq(talk.step, "booking");
        stay_talk_end();
        stay_talk_begin();
    }
}

static bool is_here(const char *code)
{
    for (size_t i = 0; i < ARRAY_LEN(refusals); i++)
        if (strcmp(refusals[i].code, code) == 0)
            return true;
    for (size_t i = 0; i < ARRAY_LEN(not_asked_for); i++)
        if (strcmp(not_asked_for[i].code, code) == 0)
            return true;
    for (size_t i = 0; i < ARRAY_LEN(statuses); i++)
        if (strncmp(code, "already_", 8) == 0 && strcmp(code + 8, statuses[i]) == 0)
            return true;
    return false;
}

TEST(every_code_of_booking_api_is_tested)
{
    const char *text = file_read(REPOSITORY "/services/booking-api/openapi.yaml");
    size_t codes = 0;

    for (const char *at = strstr(text, "\n    Code:\n"); at != NULL; codes++) {
        char code[CODE_MAX];
        at = strstr(at, "- {const: ");
        if (at == NULL || sscanf(at, "- {const: %63[a-z_],", code) != 1)
            break;
        ck_assert_msg(is_here(code), "no case is refused with %s", code);
        at++;
    }
    ck_assert_uint_gt(codes, 40);
}
