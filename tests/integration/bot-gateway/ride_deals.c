// SPDX-License-Identifier: MIT
#include "ride_deals.h"

#include "base/now.h"

enum { EVENTS_MAX = 512, BODY_MAX = 64 * 1024 };

#define ID_OF   "018f00%s-0000-7000-8000-%012d"
#define RIDE_AT "2027-03-05T13:30:00Z" /* a delay is added */

struct ride_deal ride_deals[RIDE_DEALS_MAX];
int ride_deals_count;
struct ride_deals_trip ride_deals_trip;
static struct ride_deals_event events[EVENTS_MAX];
int ride_deals_event_count;
struct notifier *ride_deals_copies[RIDE_DEALS_COPIES];

void ride_deals_begin(void)
{
    deals_begin();
    ride_deals_count = ride_deals_event_count = 0;
    ride_deals_trip = (struct ride_deals_trip){.status = "scheduled", .version = 1};
    stand_sql("UPDATE bot SET bot_type = 'taxi'");
    deals_look();
}

/* --- changes --- */

void ride_deals_note(struct ride_deals_event event)
{
    ck_assert_int_lt(ride_deals_event_count, EVENTS_MAX);
    event.at_us = deals_now();
    events[ride_deals_event_count++] = event;
}

void ride_deals_step(int ride, const char *status, const char *actor)
{
    const char *from = ride_deals[ride].status;

    ride_deals[ride].status = status;
    ride_deals_note((struct ride_deals_event){NULL, "ride", from, status, actor, ride,
                                              ++ride_deals[ride].version, 0});
}

int ride_deals_make(int of_trip, const char *status, const char *actor)
{
    ck_assert_int_lt(ride_deals_count, RIDE_DEALS_MAX);
    ride_deals[ride_deals_count] =
        (struct ride_deal){.trip = of_trip, .guest = RIDE_DEALS_FIRST + ride_deals_count};
    ride_deals_step(ride_deals_count, status, actor);
    return ride_deals_count++;
}

void ride_deals_step_trip(const char *type, const char *status, const char *actor)
{
    const char *from = ride_deals_trip.status;

    ride_deals_trip.status = status;
    ride_deals_note((struct ride_deals_event){type, "trip", from, status, actor, 0,
                                              ++ride_deals_trip.version, 0});
}

/* --- answers --- */

static const char *id_of(const char *noun, int number)
{
    static char ids[4][UUID_TEXT_LEN + 1];
    static int next;
    char *id = ids[next++ % 4];

    snprintf(id, UUID_TEXT_LEN + 1, ID_OF, noun, number);
    return id;
}

#define NOUN(resource)                                                                             \
    (strcmp(resource, "ride") == 0 ? "13" : strcmp(resource, "trip") == 0 ? "12" : "14")

static void put_step(const struct ride_deals_event *event, struct buf *out)
{
    if (deals_without_steps || event->actor == NULL)
        return;
    buf_printf(out, ",\"step\":{\"to\":\"%s\",\"actor\":\"%.*s\",\"has_reason\":false",
               event->status, (int)strcspn(event->actor, ":"), event->actor);
    if (event->from != NULL)
        buf_printf(out, ",\"from\":\"%s\"", event->from);
    buf_char(out, '}');
}

static void put_events(const char *path, struct buf *out)
{
    const char *after = strstr(path, "&after=c");
    const int first = after != NULL ? atoi(after + 8) : 0, limit = atoi(strstr(path, "limit=") + 6);
    int i = first;

    buf_text(out, "{\"items\":[");
    for (; i < ride_deals_event_count && i < first + limit; i++) {
        char at[NOW_RFC3339_LEN + 1];
        now_format_rfc3339(events[i].at_us, at);
        buf_printf(out,
                   "%s{\"id\":\"%s\",\"type\":\"%s%s\",\"occurred_at\":\"%s\",\"resource\":{"
                   "\"type\":\"%s\",\"id\":\"%s\",\"version\":%d},\"data\":{\"status\":\"%s\","
                   "\"ride_id\":\"%s\",\"driver_id\":\"%s\",\"from_stop\":%d,"
                   "\"delay_minutes\":%d,\"minutes\":%d",
                   i > first ? "," : "", id_of("15", i), events[i].type != NULL ? "" : "ride.",
                   events[i].type != NULL ? events[i].type : events[i].status, at,
                   events[i].resource, id_of(NOUN(events[i].resource), events[i].number),
                   events[i].version, events[i].status, id_of("13", events[i].number),
                   id_of("10", 0), ride_deals_trip.delayed_from, ride_deals_trip.delay,
                   ride_deals_trip.delayed_by);
        put_step(&events[i], out);
        buf_text(out, "}}");
    }
    buf_printf(out, "],\"next_cursor\":\"c%d\"}", i);
}

static void put_history(const char *resource, int number, struct buf *out)
{
    const char *comma = "";

    ck_assert_msg(deals_without_steps, "the history is not read");
    buf_text(out, "{\"items\":[");
    for (int i = 0; i < ride_deals_event_count; i++) {
        if (strcmp(events[i].resource, resource) != 0 || events[i].number != number)
            continue;
        buf_printf(out, "%s{\"version\":%d", comma, events[i].version);
        if (events[i].from != NULL)
            buf_printf(out, ",\"from_status\":\"%s\"", events[i].from);
        buf_printf(out, ",\"to_status\":\"%s\",\"actor\":\"%s\"}", events[i].status,
                   events[i].actor);
        comma = ",";
    }
    buf_text(out, "],\"next_cursor\":null}");
}

static const char *departure(void)
{
    static char at[NOW_RFC3339_LEN + 1];

    now_format_rfc3339(deals_time(RIDE_AT) + ride_deals_trip.delay * INT64_C(60) * US_PER_S, at);
    return at;
}

#define ACTION(name, ru) "{\"action\":\"" name "\",\"label\":{\"ru\":\"" ru "\"}}"

/* For staff, or for the passenger. */
static void put_ride(int number, bool for_guest, struct buf *out)
{
    const struct ride_deal *ride = &ride_deals[number];
    const bool agreed = strcmp(ride->status, "confirmed") == 0;

    buf_printf(out, "{\"id\":\"%s\",\"code\":\"CODE%d\",\"version\":%d,\"status\":\"%s\",",
               id_of("13", number), number, ride->version, ride->status);
    if (ride->trip < 0)
        buf_text(out, "\"price\":{\"amount\":800000},");
    else
        buf_printf(out, "\"trip_id\":\"%s\",\"from_stop\":%d,\"to_stop\":2,", id_of("12", 0),
                   ride->from_stop);
    if (!for_guest)
        buf_printf(out, "\"passenger\":{\"name\":\"Айгуль\",\"telegram_id\":%d},", ride->guest);
    if (agreed || !for_guest)
        buf_text(out, "\"driver\":{\"name\":\"Асхат\",\"phone\":\"+77017778899\"},");
    buf_printf(
        out,
        "\"kind\":\"%s\",\"delivered\":%s,\"from\":\"almaty\",\"to\":\"taraz\",\"seats\":2,"
        "\"depart_at\":\"%s\",\"arrive_at\":\"2027-03-05T20:00:00Z\",\"total\":{\"amount\":500000},"
        "\"refund\":{\"amount\":%d},\"free_cancel\":%s,\"allowed_actions\":[%s]}",
        ride->is_parcel ? "parcel" : "seat", ride->is_delivered ? "true" : "false", departure(),
        ride->refund, ride_deals_trip.delay > 60 || ride_deals_trip.is_closed ? "true" : "false",
        for_guest ? ACTION("cancel", "Отменить")
                  : ACTION("confirm", "Подтвердить") "," ACTION("decline", "Отклонить"));
}

static void put_rides(const char *path, struct buf *out)
{
    const char *cursor = strstr(path, "&cursor=");
    const int limit = atoi(strstr(path, "limit=") + 6);
    int i = cursor != NULL ? atoi(cursor + 8) : 0, count = 0;

    ck_assert_ptr_nonnull(strstr(path, "&status=held,requested,payment_claimed,confirmed&"));
    buf_text(out, "{\"items\":[");
    for (; i < ride_deals_count && count < limit; i++)
        if (ride_deals[i].trip == 0 && strstr(path, ride_deals[i].status) != NULL) {
            buf_text(out, count++ > 0 ? "," : "");
            put_ride(i, false, out);
        }
    if (i < ride_deals_count)
        buf_printf(out, "],\"next_cursor\":\"%d\"}", i);
    else
        buf_text(out, "],\"next_cursor\":null}");
}

static void put_trip(struct buf *out)
{
    buf_printf(out,
               "{\"id\":\"%s\",\"driver_id\":\"%s\",\"version\":%d,\"status\":\"%s\",\"seats\":8,"
               "\"delay_minutes\":%d,\"depart_at\":\"%s\",\"confirmed_at\":%s,\"arrive_at\":"
               "\"2027-03-05T20:00:00Z\",\"stops\":[{\"place\":\"almaty\"},{\"place\":\"taraz\"}],"
               "\"segments\":[],\"warnings\":[%s],\"allowed_actions\":[%s]}",
               id_of("12", 0), id_of("10", 0), ride_deals_trip.version, ride_deals_trip.status,
               ride_deals_trip.delay, departure(),
               ride_deals_trip.is_confirmed ? "\"2027-03-05T09:00:00Z\"" : "null",
               ride_deals_trip.is_closed ? "{\"until\":\"2027-03-06T03:00:00Z\"}" : "",
               ACTION("confirm", "Еду") "," ACTION("delay", "Задержусь"));
}

static int number_in(const char *path)
{
    return atoi(strchr(path + 4, '/') + 1 + UUID_TEXT_LEN - 12);
}

static bool put_answer(const struct booking_call *call, const char *path, struct buf *out)
{
    const bool for_guest = call->call->actor == SERVICE_AS_GUEST;

    if (strncmp(path, "/v1/events?", 11) == 0)
        put_events(path, out);
    else if (strncmp(path, "/v1/rides?", 10) == 0)
        put_rides(path, out);
    else if (strncmp(path, "/v1/drivers?fits_ride=", 22) == 0)
        buf_printf(out,
                   "{\"items\":[{\"telegram_id\":%d},{\"telegram_id\":null},{\"telegram_id\":%d},"
                   "{\"telegram_id\":%d}],\"next_cursor\":null}",
                   RIDE_DEALS_DRIVER, RIDE_DEALS_OTHER, RIDE_DEALS_FIRST);
    else if (strncmp(path, "/v1/drivers/", 12) == 0)
        buf_printf(out, "{\"name\":\"Асхат\",\"telegram_id\":%d}", RIDE_DEALS_DRIVER);
    else if (strstr(path, "/history?") != NULL)
        put_history(path[4] == 'r' ? "ride" : "trip", number_in(path), out);
    else if (strncmp(path, "/v1/trips/", 10) == 0)
        put_trip(out);
    else if (strstr(path, "/offers?") != NULL)
        buf_printf(out, "{\"items\":[%s],\"next_cursor\":null}",
                   ride_deals[number_in(path)].has_offer
                       ? "{\"id\":\"018f0016-0000-7000-8000-000000000001\",\"status\":\"pending\","
                         "\"price\":{\"amount\":800000},\"depart_at\":\"" RIDE_AT "\","
                         "\"arrive_at\":\"2027-03-05T20:00:00Z\"}"
                       : "");
    else if (strncmp(path, "/v1/rides/", 10) == 0)
        put_ride(number_in(path), for_guest, out);
    else
        return false;
    ck_assert(!for_guest || call->user_id == ride_deals[number_in(path)].guest);
    return true;
}

bool ride_deals_ask(void *data, const struct booking_call *call, struct arena *arena,
                    struct service_answer *answer, struct fault *fault)
{
    const char *path = arena_copy(arena, call->call->path).at;
    struct buf out = BUF(BODY_MAX);

    if (deals_delay_ms > 0 && !fiber_sleep(deals_delay_ms * NS_PER_MS, fault))
        return false;
    const bool found = put_answer(call, path, &out);
    *answer = (struct service_answer){found ? 200 : 404, arena_copy(arena, buf_as_slice(&out))};
    buf_finish(&out);
    return true;
}

void ride_deals_wait(void)
{
    deals_wait_for(ride_deals_event_count);
}

void ride_deals_start(void)
{
    for (int i = 0; i < RIDE_DEALS_COPIES; i++)
        ride_deals_copies[i] = deals_follow_by(ride_deals_ask);
    ride_deals_wait();
    deals_delay_ms = 1;
}

void ride_deals_move_to(const char *time)
{
    static int kills;

    deals_now_us = deals_time(time);
    stand_sleep(kills % 5);
    deals_kill(ride_deals_copies[kills % RIDE_DEALS_COPIES]);
    ride_deals_copies[kills++ % RIDE_DEALS_COPIES] = deals_follow_by(ride_deals_ask);
    stand_until(stand_number("SELECT count(*) FROM reminder WHERE done_at IS NULL"
                             " AND try_at <= to_timestamp(%lld)",
                             (long long)(deals_now_us / US_PER_S)) == 0,
                "a reminder is due");
}
