// SPDX-License-Identifier: MIT
/* Random steps of feeds that lie, vanish, jump, shrink and come back, beside bookings, compared
 * with a simple model after each step: exactly the nights that a feed holds and that are not ours
 * are taken for feeds, and each overlap is one conflict, announced once. FEED_MODEL_SEED and
 * FEED_MODEL_STEPS repeat or lengthen a run. */
#include <stdlib.h>

#include "calendars.h"
#include "channels/feed_reader.h"

enum { FEEDS = 3, NIGHTS = 48, STEPS = 250, BODY_MAX = 4096, BOOKINGS = 64 };

struct model_feed {
    char id[40];
    bool says[NIGHTS];   /* what the channel says when it does not lie */
    bool held[NIGHTS];   /* what must be held */
    bool missed[NIGHTS]; /* omitted by the last complete read */
    bool seen[NIGHTS];   /* by the last readable answer */
};

static struct {
    const char *apartment;
    struct model_feed feeds[FEEDS];
    char bookings[BOOKINGS][40];
    int booked;
    unsigned seed;
    int step;
    char did[160];
} model;

static int chance(int below)
{
    model.seed = model.seed * 1103515245u + 12345u;
    return (int)(model.seed >> 16) % below;
}

static void begin(void)
{
    stand_begin();
    calendars_begin();
}

static void connect_feed(struct model_feed *feed)
{
    memset(feed, 0, sizeof *feed);
    snprintf(feed->id, sizeof feed->id, "%s", feed_of(model.apartment, "airbnb"));
}

/* --- the channel --- */

/* Adds or removes a stay. */
static void change_calendar(struct model_feed *feed)
{
    const bool adds = chance(3) != 0;
    const int from = 1 + chance(NIGHTS - 6), nights = 1 + chance(5);

    for (int i = from; i < from + nights; i++)
        feed->says[i] = adds;
}

static void shift_calendar(struct model_feed *feed)
{
    memmove(feed->says + 2, feed->says + 1, NIGHTS - 2);
    feed->says[1] = false;
}

static void publish(const struct model_feed *feed)
{
    char text[BODY_MAX] = "";
    size_t len = 0;

    for (int i = 1; i < NIGHTS; i++) {
        int nights = 0;
        while (i + nights < NIGHTS && feed->says[i + nights])
            nights++;
        if (nights > 0)
            len += (size_t)snprintf(text + len, sizeof text - len, " %d+%d", i, nights);
        i += nights;
    }
    calendar_has(text);
}

/* Publishes a lie. Returns whether it is a calendar, which says that there are no stays. */
static bool lie(void)
{
    static const struct {
        int status;
        const char *body;
    } lies[] = {
        {200, "<html>Too many requests</html>"                     },
        {200, ""                                                   },
        {200, "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nEND:VCALENDAR\r\n"},
        {200, "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n"                 },
        {304, ""                                                   },
        {404, ""                                                   },
        {503, ""                                                   },
    };
    const int which = chance(ARRAY_LEN(lies));

    calendar_answers(lies[which].status, "", lies[which].body);
    return strncmp(lies[which].body, "BEGIN", 5) == 0;
}

/* --- the model of trust. Which answers are trusted is tested in test_feed_trust.c; here the status
 * of the reply says it --- */

/* What an answer says. */
enum said { SAYS_ITS_CALENDAR, SAYS_NO_STAYS, SAYS_NOTHING };

static void take_answer(struct model_feed *feed, bool is_trusted, enum said said)
{
    for (int i = 1; i < NIGHTS; i++) {
        if (said != SAYS_NOTHING)
            feed->seen[i] = said == SAYS_ITS_CALENDAR && feed->says[i];
        if (feed->seen[i])
            feed->held[i] = true;
        if (!is_trusted || feed->seen[i]) {
            feed->missed[i] = false;
        } else if (feed->missed[i]) {
            feed->held[i] = feed->missed[i] = false;
        } else {
            feed->missed[i] = feed->held[i];
        }
    }
}

static void read_and_take(struct model_feed *feed, enum said said)
{
    const struct answer read = ck_status(feed_read(model.apartment, feed->id), 200);
    const char *status = json_string_value(json_object_get(read.json, "status"));
    const char *error = json_string_value(json_object_get(read.json, "last_error"));

    snprintf(model.did, sizeof model.did, "read %d: %s, %s", said, status,
             error != NULL ? error : "no error");
    take_answer(feed, strcmp(status, "ok") == 0, said);
}

static void accept_what_is_said(struct model_feed *feed)
{
    const struct answer answer =
        ask_action(accept_feed, .id = model.apartment, .second_id = feed->id);
    const char *status = json_string_value(json_object_get(answer.json, "status"));

    snprintf(model.did, sizeof model.did, "accept: %d", answer.status);
    if (answer.status != 200)
        return;
    ck_assert_str_eq(status, "ok");
    /* If the feed was ok before, nothing has changed. */
    if (stand_number("SELECT count(*) FROM audit WHERE action = 'feed.accept'"
                     " AND resource_id = '%s'",
                     feed->id) == 0)
        return;
    stand_sql("UPDATE audit SET action = 'feed.accepted' WHERE action = 'feed.accept'");
    for (int i = 1; i < NIGHTS; i++) {
        feed->held[i] = feed->seen[i];
        feed->missed[i] = false;
    }
}

/* --- ours --- */

static bool is_held(int night)
{
    for (int i = 0; i < FEEDS; i++) {
        if (model.feeds[i].held[night])
            return true;
    }
    return false;
}

static void book_some(void)
{
    const int from = 1 + chance(NIGHTS - 6), nights = 1 + chance(5);
    const struct answer answer = book(&stand_staff, model.apartment, from, nights);

    snprintf(model.did, sizeof model.did, "book %d+%d: %d", from, nights, answer.status);
    if (answer.status != 201) {
        ck_assert_int_eq(answer.status, 409);
        return;
    }
    for (int i = from; i < from + nights; i++)
        ck_assert_msg(!is_held(i), "step %d: night %d of a feed was booked", model.step, i);
    snprintf(model.bookings[model.booked++ % BOOKINGS], 40, "%s", answer.id);
}

static void act_on_some(void)
{
    const int count = model.booked < BOOKINGS ? model.booked : BOOKINGS;
    const char *id = count > 0 ? model.bookings[chance(count)] : NULL;

    if (id == NULL)
        return;
    switch (chance(3)) {
    case 0:
        stand_act(cancel_booking, NULL, id, NULL);
        snprintf(model.did, sizeof model.did, "cancel");
        break;
    case 1: {
        const int from = 1 + chance(NIGHTS - 6);
        stand_act(
            change_booking_dates, NULL, id,
            textf("{'check_in':'%s','check_out':'%s'}", stand_day(from), stand_day(from + 2)));
        snprintf(model.did, sizeof model.did, "change dates");
        break;
    }
    default:
        stand_sql("UPDATE occupancy SET expires_at = now() - interval '1 second'"
                  " WHERE id = '%s' AND status = 'held'",
                  id);
        snprintf(model.did, sizeof model.did, "let a hold lapse");
    }
}

static void decide_some(void)
{
    const char *id = stand_text("SELECT coalesce((SELECT id::text FROM calendar_conflict"
                                " WHERE status IN ('open', 'kept_ours') ORDER BY id LIMIT 1), '')");

    if (id[0] == '\0')
        return;
    const struct answer answer = ask_action(
        resolve_conflict, .id = id, .body = chance(2) ? "{'keep':'ours'}" : "{'keep':'theirs'}");
    snprintf(model.did, sizeof model.did, "decide: %d %s", answer.status, answer.code);
    ck_assert_msg(answer.status == 200 || answer.status == 409 || answer.status == 410, "%d %s",
                  answer.status, answer.code);
}

/* --- comparison --- */

static void announce(void)
{
    struct feed_reader reader = {.service = stand_service()};
    struct fault fault;

    ck_assert_msg(feed_announcer_run(&reader, &fault), "%s", fault.code);
}

static void compare(void)
{
    char wanted[BODY_MAX] = "";
    size_t len = 0;

    for (int i = 1; i < NIGHTS; i++) {
        if (is_held(i) &&
            stand_number(
                "SELECT count(*) FROM occupancy WHERE apartment_id = '%s' AND kind <> 'feed'"
                " AND occupancy_blocks(status) AND nights @> '%s'::date",
                model.apartment, stand_day(i)) == 0)
            len +=
                (size_t)snprintf(wanted + len, sizeof wanted - len, "%s%d", len > 0 ? " " : "", i);
    }
    ck_assert_msg(strcmp(feed_nights(model.apartment), wanted) == 0,
                  "seed %s, step %d (%s): %s instead of %s", getenv("FEED_MODEL_SEED"), model.step,
                  model.did, feed_nights(model.apartment), wanted);
    announce();
    /* Overlaps and live conflicts are the same, and each is announced once. */
    ck_rows(
        0,
        "(SELECT o.id, n.feed_id FROM occupancy o JOIN channel_feed_night n"
        "  ON n.apartment_id = o.apartment_id AND n.night >= o.check_in AND n.night < o.check_out"
        " WHERE o.kind = 'booking' AND occupancy_takes(o.status, o.expires_at)"
        " EXCEPT SELECT occupancy_id, feed_id FROM calendar_conflict"
        "  WHERE status IN ('open', 'kept_ours')) AS missing");
    ck_rows(0, "calendar_conflict c WHERE c.status IN ('open', 'kept_ours') AND NOT EXISTS ("
               " SELECT FROM occupancy o JOIN channel_feed_night n ON n.feed_id = c.feed_id"
               "  AND n.night >= o.check_in AND n.night < o.check_out"
               " WHERE o.id = c.occupancy_id AND occupancy_blocks(o.status))");
    ck_rows(0, "calendar_conflict c WHERE (SELECT count(*) FROM outbox WHERE resource_id = c.id"
               " AND type = 'calendar.conflict') <> 1");
    ck_rows(0, "calendar_conflict c WHERE (SELECT count(*) FROM outbox WHERE resource_id = c.id"
               " AND type = 'calendar.conflict_ended') <> (c.status <> 'open' OR c.told_end)::int");
}

static void take_step(void)
{
    struct model_feed *feed = &model.feeds[chance(FEEDS)];

    switch (chance(12)) {
    case 0:
    case 1:
    case 2:
    case 3:
        if (chance(2))
            change_calendar(feed);
        publish(feed);
        read_and_take(feed, SAYS_ITS_CALENDAR);
        break;
    case 4:
    case 5:
        read_and_take(feed, lie() ? SAYS_NO_STAYS : SAYS_NOTHING);
        break;
    case 6:
        shift_calendar(feed);
        publish(feed);
        read_and_take(feed, SAYS_ITS_CALENDAR);
        break;
    case 7:
        accept_what_is_said(feed);
        break;
    case 8:
        decide_some();
        break;
    case 9:
        if (chance(6) != 0)
            break;
        ck_status(ask_delete(delete_feed, .id = model.apartment, .second_id = feed->id), 204);
        connect_feed(feed);
        snprintf(model.did, sizeof model.did, "delete a feed");
        break;
    case 10:
        act_on_some();
        break;
    default:
        book_some();
    }
}

TEST_CASE("channel_feed_model", .setup = begin, .teardown = calendars_end, .timeout_s = 900);

FIBER_TEST(nights_and_conflicts_follow_the_model)
{
    const char *steps = getenv("FEED_MODEL_STEPS"), *seed = getenv("FEED_MODEL_SEED");
    const int count = steps != NULL ? atoi(steps) : STEPS;

    memset(&model, 0, sizeof model);
    model.seed = seed != NULL ? (unsigned)atoi(seed) : 1;
    model.apartment = stand_apartment();
    for (int i = 0; i < FEEDS; i++)
        connect_feed(&model.feeds[i]);
    for (model.step = 0; model.step < count; model.step++) {
        take_step();
        compare();
    }
    ck_assert_int_gt(stand_number("SELECT count(*) FROM calendar_conflict"), 0);
    ck_assert_int_gt(stand_number("SELECT count(*) FROM outbox WHERE type = 'feed.suspect'"), 0);
}
