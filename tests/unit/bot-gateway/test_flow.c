// SPDX-License-Identifier: MIT
/* Every step of every flow with the longest values and the maximum lifetime of a dialogue: Telegram
 * accepts it (conversation.c checks that), and it has a button to leave it. */
#include "base/money.h"

#include "bots/bot.h"
#include "definition.h"
#include "dialogue/product.h"
#include "dialogue/talk.h"
#include "guest/stay.h"
#include "guest/stay_json.h"
#include "owner/owner.h"
#include "owner/owner_json.h"
#include "relay/relay.h"
#include "support/patience.h"
#include "support/scratch.h"
#include "taxi/ride.h"
#include "telegram/text.h"
#include "texts/text_key.h"
#include "worst.h"

TEST_CASE("flows", .timeout_s = 180);

enum {
    VERSION_LEFT = 8,
    IDLE_LEAST_S = 15 * 60, /* time to find a phone */
    IDLE_MOST_S = 7 * 24 * 3600
};

static struct conversation talk;

const char *worst_text(size_t count)
{
    for (size_t i = 0; i < count; i++)
        buf_text(&scratch, i % 2 == 0 ? "&" : "\\\"");
    return textf("\"%s\"", scratch_text());
}

const char *worst_words(size_t count)
{
    const char *one = worst_text(count);

    return textf("{\"ru\":%s,\"kz\":%s,\"en\":%s}", one, one, one);
}

/* Repeats `item`, with commas. */
static const char *repeat(const char *item, size_t count)
{
    char *all = arena_alloc(&arena, count * (strlen(item) + 1) + 1), *at = all;

    ck_assert_ptr_nonnull(all);
    for (size_t i = 0; i < count; i++)
        at = stpcpy(stpcpy(at, i > 0 ? "," : ""), item);
    return all;
}

const char *worst_list(const char *item, size_t count)
{
    return textf("{\"items\":[%s]}", repeat(item, count));
}

const char *worst_page(const char *item, size_t count, const char *more)
{
    return textf("{\"items\":[%s],\"next_cursor\":\"%0*d\"%s}", repeat(item, count),
                 ANSWER_CURSOR_MAX, 1, more);
}

const char *worst_actions(const char *const *names, size_t count)
{
    const char *actions = "";

    for (size_t i = 0; i < count; i++)
        actions = textf("%s%s{\"action\":\"%s\",\"label\":%s}", actions, i > 0 ? "," : "", names[i],
                        worst_words(30));
    return actions;
}

const char *worst_state(void)
{
    return textf("%s", scratch_text());
}

/* --- the flow "stay" --- */

#define AMENITIES                                                                                  \
    "\"iron\",\"tv\",\"elevator\",\"dishwasher\",\"washer\",\"kitchen\",\"air-conditioner\","      \
    "\"wifi\",\"workplace\",\"parking\",\"crib\",\"pets-allowed\",\"self-check-in\","              \
    "\"fireplace\","                                                                               \
    "\"balcony\",\"city-view\",\"mountain-view\""

static const char *const booking_statuses[] = {
    "held",    "requested", "payment_claimed", "confirmed", "checked_in", "completed",
    "expired", "declined",  "cancelled",       "no_show",   "new to us",
};
enum { STATUSES = ARRAY_LEN(booking_statuses) };

/* At most twelve different lines are shown. */
static const char *longest_lines(void)
{
    const char *lines = "";

    for (int i = 0; i < 12; i++)
        lines = textf("%s%s{\"kind\":\"weekend\",\"date\":\"2026-11-22\",\"text\":%s,"
                      "\"amount\":{\"amount\":%lld,\"currency\":\"KZT\"}}",
                      lines, i > 0 ? "," : "", worst_words(300), 1000000000000LL - 100 * i);
    return lines;
}

#define PLACE_AND_SECURITY                                                                         \
    "\"location\":{\"lat\":-43.238712,\"lon\":-76.943298},\"security_deposit\":" MOST

/* Before it is agreed, a booking has no check_in_info, and afterwards its lines are not shown. */
static const char *longest_booking(const char *status, bool with_actions)
{
    static const char *const names[] = {"confirm", "claim-payment", "change-dates", "cancel"};
    const bool offered = strcmp(status, "held") == 0 || strcmp(status, "requested") == 0;
    const char *actions = worst_actions(names, with_actions ? ARRAY_LEN(names) : 0);

    return textf("{\"id\":\"" WORLD_BOOKING_ID
                 "\",\"code\":%s,\"apartment_id\":\"" WORLD_APARTMENT_ID
                 "\",\"status\":\"%s\",\"check_in\":\"2026-09-09\",\"check_out\":\"2099-12-31\","
                 "\"guests\":100,\"total\":" MOST ",\"deposit\":" MOST ",\"paid\":" MOST
                 ",\"refund\":" MOST ",\"expires_at\":\"2099-09-09T09:00:00Z\","
                 "\"check_in_at\":\"2099-09-09T09:00:00Z\","
                 "\"check_out_at\":\"2099-09-30T09:00:00Z\",\"payment_info\":%s,"
                 "\"check_in_info\":%s,\"refund_due\":" MOST ",\"apartment\":{\"title\":%s,"
                 "\"address\":%s," PLACE_AND_SECURITY "},\"lines\":[%s]"
                 ",\"cancellation\":{\"tiers\":[{\"until\":\"2026-09-09T09:00:00Z\","
                 "\"kept\":" WORLD_SUM(0) "}]},\"allowed_actions\":[%s]}",
                 worst_text(40), status, worst_text(400), offered ? "null" : worst_words(4000),
                 worst_words(300), worst_text(300), longest_lines(), actions);
}

static const char *longest_quote(void)
{
    return textf("{\"id\":\"" WORLD_QUOTE_ID "\",\"total\":" MOST ",\"deposit\":" MOST
                 ",\"lines\":[%s],\"cancellation\":{\"text\":%s}}",
                 longest_lines(), worst_words(1000));
}

static const char *longest_refusal(void)
{
    static const char other[] =
        "{\"apartment_id\":\"" WORLD_OTHER_ID "\",\"check_in\":\"2026-09-30\","
        "\"check_out\":\"2026-10-30\",\"total\":" MOST "}";
    const char *items = worst_list(other, 9) + strlen("{\"items\":");

    return textf("{\"code\":\"not_available\",\"alternatives\":%s", items);
}

/* With each status of a booking, with and without actions; available apartments, and
 * alternatives. */
static void make_stay(size_t variant, struct scripted rows[WORST_ROWS_MAX])
{
    const bool even = variant % 2 == 0;
    const char *booking = longest_booking(booking_statuses[variant / 2], even);
    const char *apartment =
        textf("{\"id\":\"" WORLD_APARTMENT_ID "\",\"title\":%s,\"district\":%s,"
              "\"address\":%s,\"max_guests\":1,\"min_nights\":366,"
              "\"rooms\":50,\"photos\":[\"https://x.kz/%0480d\",\"https://x.kz/2\"],"
              "\"check_in_time\":\"14:00\",\"check_out_time\":\"12:00\","
              "\"description\":%s,\"house_rules\":%s,\"instant_book\":false,"
              "\"deposit\":" MOST "," PLACE_AND_SECURITY ","
              "\"amenities\":[" AMENITIES "],\"total\":" MOST "}",
              worst_words(400), worst_text(400), worst_text(400), 1, worst_words(4000),
              worst_words(4000));
    const char *city = textf("{\"slug\":\"abcdefghijklmnopqrstuv\",\"name\":%s}", worst_words(90));
    // clang-format off
    const struct scripted world[WORST_ROWS_MAX] = {
        {"GET /v1/cities",      200,              worst_list(city, 60)},
        {"GET /v1/apartments?", 200,              even ? worst_list(apartment, 9) : WORLD_NO_APARTMENTS},
        {"GET /v1/apartments/", 200,              apartment},
        {"GET /v1/apartments/" WORLD_APARTMENT_ID "/calendar?", even ? 200 : 404, even ? "{\"days\":[]}" : "{}"},
        {"POST /v1/quotes",     even ? 201 : 422, even ? longest_quote() : longest_refusal()},
        {"POST /v1/bookings",   201,              booking},
        {"GET /v1/bookings?",   200,              worst_page(booking, 9, "")},
        {"GET /v1/bookings/",   200,              booking},
        {"GET /v1/bookings/" WORLD_BOOKING_ID "/cancel-preview", 200, "{\"refund\":" MOST ",\"fee\":" MOST "}"},
        {"POST /v1/bookings/",  200,              booking},
        {"POST /v1/bookings/" WORLD_BOOKING_ID "/change-dates?", 200, textf("{\"would\":%s}", booking)},
    };

    // clang-format on
    memcpy(rows, world, sizeof world);
}

static const struct stay_change longest_change = {.was_in = CHECK_IN,
                                                  .was_out = CHECK_IN + 30,
                                                  .month = CHECK_IN,
                                                  .check_in = CHECK_IN,
                                                  .check_out = CHECK_IN + 30,
                                                  .total = MONEY_MAX};

static const char *stay_data(void)
{
    struct answer_alternative others[ANSWER_ALTERNATIVES_MAX];
    char wide[4 * ANSWER_TITLE_MAX], cursor[ANSWER_CURSOR_MAX];
    char wish[STAY_FILTER_BYTES_MAX];
    struct slice pages[STAY_PAGES_MAX];
    struct slice name = {wide, sizeof wide};
    struct stay stay = {
        .city = SLICE("abcdefghijklmnopqrstuv"),
        .month = CHECK_IN,
        .check_in = CHECK_IN,
        .nights = 366,
        .chosen = true,
        .pending_nights = 365,
        .pending_check_out = CHECK_IN,
        .filters = {.rooms = SLICE("1,2,3,4,5,6,7,8"),
                    .min_price = MONEY_MAX,
                    .max_price = MONEY_MAX,
                    .district = name,
                    .amenities = SLICE("self-check-in,air-conditioner,mountain-view,city-view,"
                                       "dishwasher,pets-allowed,fireplace,workplace"),
                    .words = {wish, sizeof wish},
                    .rest = {wish, sizeof wish}},
        .guests = STAY_GUESTS_MAX,
        .limit = STAY_GUESTS_MAX,
        .searched = true,
        .claimed = true,
        .search_step = SLICE("guests"),
        .refund = MONEY_MAX,
        .version = INT64_MAX,
        .change = longest_change,
        .pages = {pages,                  STAY_PAGES_MAX},
        .page = {true,       {cursor, sizeof cursor}                                    },
        .more = {true,  {cursor, sizeof cursor}                               },
        .others = {others,    ANSWER_ALTERNATIVES_MAX}
    };

    for (size_t i = 0; i < sizeof wide; i += 4)
        memcpy(wide + i, "🏠", 4);
    memset(cursor, 'x', sizeof cursor);
    for (size_t i = 0; i < sizeof wish; i++)
        wish[i] = i % 25 == 24 ? ',' : '&';
    wish[sizeof wish - 1] = '&';
    stay.receipt = (struct slice){cursor, sizeof cursor};
    stay.city_name = stay.title = (struct texts){name, name, name};
    ck_assert(uuid_parse(SLICE(WORLD_APARTMENT_ID), &stay.apartment));
    ck_assert(uuid_parse(SLICE(WORLD_QUOTE_ID), &stay.quote));
    ck_assert(uuid_parse(SLICE(WORLD_BOOKING_ID), &stay.booking));
    stay.change.apartment = stay.apartment;
    for (size_t i = 0; i < STAY_PAGES_MAX; i++)
        pages[i] = (struct slice){cursor, sizeof cursor};
    for (size_t i = 0; i < ANSWER_ALTERNATIVES_MAX; i++)
        others[i] = (struct answer_alternative){stay.apartment, CHECK_IN, CHECK_IN + 30, MONEY_MAX};
    fields_encode(&stay_fields, &stay, false, &scratch);
    const char *kept = worst_state();
    ck_ok(fields_decode(&stay_fields, slice_of(kept), false, &stay, NULL, &arena, &fault));
    return kept;
}

/* --- the flow "desk" --- */

#define OWNER_ID "018f0001-0000-7000-8000-000000000001"

static const char *longest_owned(const char *status, bool with_actions)
{
    static const char *const names[] = {"confirm",   "decline", "check-in",
                                        "check-out", "no-show", "cancel"};
    const char *actions = worst_actions(names, with_actions ? ARRAY_LEN(names) : 0);

    return textf("{\"id\":\"" WORLD_BOOKING_ID
                 "\",\"code\":%s,\"apartment_id\":\"" WORLD_APARTMENT_ID
                 "\",\"version\":9007199254740993,\"status\":\"%s\","
                 "\"check_in\":\"2026-11-21\",\"check_out\":\"2026-11-22\",\"guests\":100,"
                 "\"guest\":{\"name\":%s,\"phone\":\"+123456789012345\"},\"note\":%s,"
                 "\"total\":" MOST ",\"deposit\":" MOST ",\"paid\":" MOST ",\"refund\":" MOST
                 ",\"expires_at\":\"2099-09-09T09:00:00Z\",\"updated_at\":\"2026-09-09T09:00:00Z\","
                 "\"allowed_actions\":[%s]}",
                 worst_text(40), status, worst_text(300), worst_text(4000), actions);
}

/* With each status of a booking, with and without actions; the most blocks, and none. */
static void make_desk(size_t variant, struct scripted rows[WORST_ROWS_MAX])
{
    const bool even = variant % 2 == 0;
    const char *booking = longest_owned(booking_statuses[variant / 2], even);
    const char *apartment = textf("{\"id\":\"" WORLD_APARTMENT_ID "\",\"code\":%s,\"title\":%s}",
                                  worst_text(60), worst_words(400));
    const char *block = textf("{\"id\":\"" WORLD_APARTMENT_ID "\",\"from\":\"2026-12-30\","
                              "\"to\":\"2027-01-30\",\"reason\":%s}",
                              worst_text(4000));
    const char *owner =
        textf("{\"id\":\"" OWNER_ID "\",\"name\":%s,\"version\":1}", worst_text(300));
    const char *conflict =
        textf("{\"id\":\"" WORLD_APARTMENT_ID "\",\"apartment_id\":\"" WORLD_APARTMENT_ID
              "\",\"booking_id\":%s,\"channel\":\"airbnb\",\"status\":\"open\","
              "\"from\":\"2026-12-30\",\"to\":\"2027-01-30\"}",
              even ? "\"" WORLD_BOOKING_ID "\"" : "null");
    const char *feed = textf(
        "{\"id\":\"" WORLD_APARTMENT_ID "\",\"channel\":\"google\",\"host\":%s,"
        "\"status\":\"%s\",\"nights\":731,\"last_error\":\"times_jumped\","
        "\"last_success_at\":\"2025-09-09T09:00:00Z\",\"next_stays\":%s",
        worst_text(300), even ? "stale" : "suspect",
        worst_list("{\"from\":\"2026-12-30\",\"to\":\"2027-01-30\"}", 5) + strlen("{\"items\":"));
    const char *link = textf("{\"id\":\"" WORLD_APARTMENT_ID "\",\"channel\":\"google\",\"url\":%s,"
                             "\"last_read_at\":\"2025-09-09T09:00:00Z\"}",
                             worst_text(300));
    // clang-format off
    const struct scripted world[WORST_ROWS_MAX] = {
        {"GET /v1/owners?",     200, worst_list(owner, 1)},
        {"GET /v1/bookings?",   200, worst_page(booking, 25, "")},
        {"GET /v1/bookings/",   200, booking},
        {"GET /v1/bookings/" WORLD_BOOKING_ID "/cancel-preview", 200, "{\"refund\":" MOST ",\"fee\":" MOST "}"},
        {"POST /v1/bookings/",  200, booking},
        {"GET /v1/apartments?", 200, worst_page(apartment, 60, "")},
        {"GET /v1/apartments/", 200, apartment},
        {"GET /v1/apartments/" WORLD_APARTMENT_ID "/calendar?", 200, "{\"days\":[]}"},
        {"GET /v1/apartments/" WORLD_APARTMENT_ID "/blocks?", 200, even ? worst_list(block, 40) : "{\"items\":[]}"},
        {"POST /v1/conflicts/", 200, conflict},
        {"POST /v1/conflicts/" WORLD_APARTMENT_ID "/resolve?dry_run=true", 200, textf("{\"would\":%s}", conflict)},
        {"GET /v1/conflicts?", 200, worst_list(conflict, 15)},
        {"GET /v1/apartments/" WORLD_APARTMENT_ID "/feeds?", 200, even ? worst_list(feed, 25) : "{\"items\":[]}"},
        {"GET /v1/apartments/" WORLD_APARTMENT_ID "/feeds/", 200, feed},
        {"POST /v1/apartments/" WORLD_APARTMENT_ID "/feeds", 200, feed},
        {"GET /v1/apartments/" WORLD_APARTMENT_ID "/calendar-links?", 200, even ? worst_list(link, 25) : "{\"items\":[]}"},
        {"POST /v1/apartments/" WORLD_APARTMENT_ID "/calendar-links", 201, link},
        {"POST /v1/apartments/", 201, "{}"},
        {"DELETE /v1/apartments/", 204, ""},
        {"GET /v1/cities",      200, "{\"items\":[]}"},
    };

    // clang-format on
    memcpy(rows, world, sizeof world);
}

static const char *owner_data(void)
{
    char cursor[ANSWER_CURSOR_MAX];
    struct owner_state desk = {
        .list = 2,
        .cursor = {cursor, sizeof cursor},
        .more = {cursor, sizeof cursor},
        .version = INT64_MAX,
        .changed_at = INT64_MAX,
        .paid = MONEY_MAX,
        .refund = MONEY_MAX,
        .pending = 4,
        .month = CHECK_IN,
        .from = CHECK_IN
    };

    memset(cursor, 'x', sizeof cursor);
    ck_assert(uuid_parse(SLICE(WORLD_APARTMENT_ID), &desk.apartment));
    ck_assert(uuid_parse(SLICE(WORLD_BOOKING_ID), &desk.booking));
    desk.block = desk.conflict = desk.feed = desk.link = desk.apartment;
    fields_encode(&owner_state_fields, &desk, false, &scratch);
    return worst_state();
}

static const char *relay_data(void)
{
    return "{\"booking\":\"" WORLD_BOOKING_ID "\",\"owner\":true}";
}

/* --- all flows --- */

static const struct {
    const struct flow *flow;
    size_t variants;
    void (*make)(size_t variant, struct scripted rows[WORST_ROWS_MAX]);
    const char *(*data)(void);
} worst[] = {
    {&stay_flow,  STATUSES * 2, make_stay,  stay_data      },
    {&owner_flow, STATUSES * 2, make_desk,  owner_data     },
    {&relay_flow, 1,            make_desk,  relay_data     },
    {&ride_flow,  WORST_RIDES,  worst_ride, worst_ride_data},
};

static bool has_worst_case(const struct flow *flow)
{
    for (size_t i = 0; i < ARRAY_LEN(worst); i++)
        if (worst[i].flow == flow)
            return true;
    return false;
}

TEST(every_flow_has_a_worst_case)
{
    for (int type = 0; type < BOT_TYPES; type++)
        for (size_t i = 0; i < gateway_products[type]->flow_count; i++)
            ck_assert(has_worst_case(gateway_products[type]->flows[i]));
}

/* An old tap shows the current step. */
static void show(const char *flow, const char *step)
{
    const struct button old = {slice_of(flow), 1, SLICE("x"), SLICE("")};

    ck_assert_msg(conversation_tap_button(&talk, &old), "%s %s: %s %s", flow, step, talk.fault.code,
                  talk.fault.detail);
}

/* Whether one of the buttons leads to another step, or ends the dialogue. */
static bool has_exit(const struct flow *flow)
{
    static char data[TURN_STATE_MAX];
    static struct shown shown;
    char step[sizeof talk.step];
    const int64_t version = talk.state.version;

    shown = talk.shown;
    memcpy(step, talk.step, sizeof step);
    memcpy(data, talk.data, sizeof data);
    for (size_t i = 0; i < shown.count; i++) {
        conversation_put(&talk, flow->name, step, data, flow->data_format, version);
        ck_assert_msg(conversation_press(&talk, &shown, i), "%s: %s: %s", step, shown.labels[i],
                      talk.fault.code);
        ck_assert_msg(!conversation_saw(&talk, "@button_stale"), "%s: %s", step, shown.labels[i]);
        if (strcmp(talk.step, step) != 0)
            return true;
    }
    return false;
}

static void look(const struct flow *flow, const char *data, size_t variant, enum language language)
{
    for (size_t i = 0; i < flow->step_count; i++) {
        /* The gate shows a step of each variant in one language, of the first variant in all. */
        if (in_gate() && variant > 0 && (variant + i) % 3 != (size_t)language)
            continue;
        const char *step = flow->steps[i]->name;
        talk.language = (int)language;
        conversation_put(&talk, flow->name, step, data, flow->data_format,
                         INT64_MAX - VERSION_LEFT);
        show(flow->name, step);
        /* The text of a photo must fit its caption. */
        if (flow == &stay_flow && strcmp(step, "list") == 0)
            ck_assert_uint_le(talk.length, TELEGRAM_CAPTION_MAX);
        /* Where a button leads depends on no language. */
        if (language == LANGUAGE_RU)
            ck_assert_msg(has_exit(flow), "%s of %s cannot be left", step, flow->name);
    }
}

TEST_ROWS(every_step_is_shown_and_left, worst)
{
    struct scripted rows[WORST_ROWS_MAX];

    for (size_t variant = 0; variant < row->variants; variant++)
        for (enum language language = LANGUAGE_RU; language <= LANGUAGE_KZ; language++) {
            const struct arena_mark mark = arena_mark(&arena);
            row->make(variant, rows);
            conversation_open(&talk, rows);
            talk.bot_type = row->flow == &ride_flow ? BOT_TAXI : BOT_APARTMENTS;
            look(row->flow, row->data(), variant, language);
            conversation_close(&talk);
            arena_put_back(&arena, &mark);
        }
}

/* Buttons of the flow, tapped after the end of the dialogue. */
static void look_when_over(const struct flow *flow, const char *data, size_t step)
{
    static struct shown shown;

    conversation_put(&talk, flow->name, flow->steps[step]->name, data, flow->data_format, 1);
    show(flow->name, flow->steps[step]->name);
    shown = talk.shown;
    for (size_t i = 0; i < shown.count; i++) {
        struct slice of = slice_of(shown.data[i]);
        if (!slice_is(slice_cut(&of, '.'), flow->name))
            continue;
        conversation_put(&talk, flow->name, flow->steps[step]->name, data, flow->data_format, 1);
        talk.state.ends_at = talk.now;
        ck_assert(conversation_press(&talk, &shown, i));
        ck_assert_msg(conversation_saw(&talk, "@button_stale"), "%s", shown.labels[i]);
        ck_assert_str_eq(talk.asked, "");
        ck_assert(!talk.output.moved);
    }
}

TEST_ROWS(every_step_has_a_timeout, worst)
{
    const struct flow *flow = row->flow;
    struct scripted rows[WORST_ROWS_MAX];

    ck_assert_int_ge(flow->idle_s, IDLE_LEAST_S);
    ck_assert_int_le(flow->idle_s, IDLE_MOST_S);
    row->make(0, rows);
    conversation_open(&talk, rows);
    talk.bot_type = flow == &ride_flow ? BOT_TAXI : BOT_APARTMENTS;
    for (size_t step = 0; step < flow->step_count; step++)
        look_when_over(flow, row->data(), step);
    conversation_close(&talk);
}

TEST_ROWS(names_fit_buttons_and_moves_have_targets, worst)
{
    const struct flow *flow = row->flow;

    ck_assert_uint_le(strlen(flow->name), BUTTON_NAME_MAX);
    for (size_t i = 0; i < flow->step_count; i++)
        for (size_t j = 0; j < flow->steps[i]->move_count; j++) {
            const struct flow_move *move = &flow->steps[i]->moves[j];
            const bool taps = move->on == FLOW_TAP || move->on == FLOW_TAP_ANY_VERSION;
            ck_assert_int_eq(taps || move->on == FLOW_KEY, move->action != NULL);
            ck_assert(!taps || strlen(move->action) <= BUTTON_NAME_MAX);
            ck_assert(move->on != FLOW_KEY || text_key_find(slice_of(move->action)) < TEXTS);
            ck_assert(move->act != NULL);
        }
}
