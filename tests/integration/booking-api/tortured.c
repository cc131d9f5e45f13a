// SPDX-License-Identifier: MIT
#include "tortured.h"

#include "http/client.h"

#include "definition.h"
#include "rides.h"

static struct {
    char apartment[40], other[40], owner[40], quote[40], booking[40], second[40], calendar[40];
    char conflict[40], webhook[40];
} made;

static const char *word(const char *at, int *len)
{
    static const struct torture_word words[] = {
        {"$apartment", made.apartment},
        {"$other",            made.other},
        {"$owner",made.owner},
        {"$quote",     made.quote},
        {0           }
    };
    int day;

    if (sscanf(at, "$+%d%n", &day, len) == 1)
        return stand_day(day);
    const char *value = torture_word(words, at, len);
    ck_assert_msg(value != NULL, "no such word: %s", at);
    return value;
}

static void take(char into[40], struct answer answer, int status)
{
    ck_status(answer, status);
    snprintf(into, 40, "%s", answer.id);
}

static struct answer post(http_handler *handler, const char *text)
{
    char body[TORTURE_BODY];

    return ask_post(handler, .id = made.apartment,
                    .body = torture_fill(&tortured_service, text, body));
}

static void make_booking(int given)
{
    char id[40];

    take(made.booking, book(&stand_guest, made.apartment, 10, 2), 201);
    if (given >= GIVEN_CONFIRMED)
        take(id, stand_act(confirm_booking, NULL, made.booking, NULL), 200);
    if (given < GIVEN_ARRIVED)
        return;
    stand_sql("UPDATE occupancy SET check_in = check_in - 10, check_out = check_out - 10");
    take(id, stand_act(check_in_booking, NULL, made.booking, NULL), 200);
    if (given >= GIVEN_LEFT)
        take(id, stand_act(check_out_booking, NULL, made.booking, NULL), 200);
}

static void make_link(void)
{
    const struct answer link = post(post_calendar_link, "{}");
    const char *url = text_at(link.json, "url");

    take(made.second, link, 201);
    snprintf(made.calendar, sizeof made.calendar, "%s", strrchr(url, '/') + 1);
}

/* A suspect feed, which holds two nights and whose last answer has one of them. A read of it is
 * refused before it reaches a network. */
static void make_feed(void)
{
    take(made.second, post(post_feed, "{'url':'https://calendar.invalid/a.ics'}"), 201);
    stand_sql("UPDATE channel_feed SET url = 'https://10.0.0.1/a.ics', verdict = 'suspect',"
              " last_answer = 'complete', trusted = true, answered_at = now()");
    stand_sql("INSERT INTO channel_feed_night (feed_id, apartment_id, night, said, missed)"
              " VALUES ('%s', '%s', '%s', true, false), ('%s', '%s', '%s', false, false)",
              made.second, made.apartment, stand_day(11), made.second, made.apartment,
              stand_day(12));
    stand_sql("SELECT channel_feed_take_nights('%s', '-infinity', 'infinity')", made.apartment);
}

static void make_conflict(void)
{
    make_booking(GIVEN_CONFIRMED);
    make_feed();
    stand_sql("INSERT INTO calendar_conflict (id, tenant_id, apartment_id, feed_id, occupancy_id,"
              " kind, check_in, check_out) SELECT gen_random_uuid(), tenant_id, apartment_id, '%s',"
              " id, 'booking', check_in + 1, check_out FROM occupancy WHERE id = '%s'",
              made.second, made.booking);
    snprintf(made.conflict, sizeof made.conflict, "%s",
             stand_text("SELECT id FROM calendar_conflict"));
}

static void make(const struct torture_case *row)
{
    char tenant[UUID_TEXT_LEN + 1];

    uuid_format(&stand_owner.tenant_id, tenant);
    uuid_format(&stand_owner.actor_id, made.owner);
    stand_sql("INSERT INTO owner (id, tenant_id, name) VALUES ('%s', '%s', 'Асель')", made.owner,
              tenant);
    snprintf(made.apartment, sizeof made.apartment, "%s", stand_apartment());
    snprintf(made.other, sizeof made.other, "%s", stand_apartment());
    if (row->before != NULL)
        stand_sql("%s", row->before);
    if (row->given == GIVEN_BLOCK)
        take(made.second, post(post_block, "{'from':'$+10','to':'$+12'}"), 201);
    else if (row->given == GIVEN_LINK)
        make_link();
    else if (row->given == GIVEN_FEED)
        make_feed();
    else if (row->given == GIVEN_CONFLICT)
        make_conflict();
    else if (row->given == GIVEN_WEBHOOK)
        take(
            made.webhook,
            post(post_webhook, "{'url':'https://hooks.invalid/a','types':['booking.*','block.*']}"),
            201);
    else if (row->given == GIVEN_QUOTE)
        take(made.quote,
             post(post_quote, "{'apartment_id':'$apartment','check_in':'$+10','check_out':'$+12',"
                              "'guests':2}"),
             201);
    else if (row->given >= GIVEN_BOOKED)
        make_booking(row->given);
}

static void begin(const char *schema)
{
    const struct http_client_options options = {0};
    char tenant[UUID_TEXT_LEN + 1];
    struct fault fault;

    stand_begin();
    stand_service()->client =
        http_client_create(stand_loop(), stand_service()->work, &options, &fault);
    ck_assert_ptr_nonnull(stand_service()->client);
    uuid_format(&stand_owner.tenant_id, tenant);
    stand_sql("INSERT INTO tenant VALUES ('%s', 'one')", tenant);
}

static void end(void)
{
    http_client_destroy(stand_service()->client);
    stand_service()->client = NULL;
    stand_end();
}

static const struct torture_word subjects[] = {
    {"/v1/apartments/:id", made.apartment},
    {"/v1/bookings/:id",                    made.booking},
    {"/v1/owners/:id",made.owner},
    {"/v1/calendars/:calendar",     made.calendar},
    {"/v1/quotes/:id",                    made.quote},
    {"/v1/conflicts/:id",   made.conflict},
    {"/v1/webhooks/:id",     made.webhook},
    {0                   }
};

/* Rides have their own suite. */
static const struct service_definition *without_rides(void)
{
    static struct service_definition own;

    own = *booking_definition();
    own.route_count -= RIDES_ROUTES;
    return &own;
}

const struct torture_service tortured_service = {
    .definition = without_rides,
    .begin = begin,
    .end = end,
    .make = make,
    .subjects = subjects,
    .second_id = made.second,
    .word = word,
    .check = stand_check_traces,
    .selfcheck = get_selfcheck,
};
