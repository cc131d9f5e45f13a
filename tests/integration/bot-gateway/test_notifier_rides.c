// SPDX-License-Identifier: MIT
/* Notifications about rides, from a fake booking-api of their own: each step once, despite crashes
 * of instances. */
#include "base/now.h"

#include "deals.h"

enum { RIDES_MAX_HERE = 128, EVENTS_MAX = 512, BODY_MAX = 64 * 1024, COPIES = 2, STEPS = 60 };
enum { DRIVER = 500, OTHER, FIRST = 100 /* telegram_id of the passenger of ride 0 */ };

#define ID_OF   "018f00%s-0000-7000-8000-%012d"
#define BY_HIM  "driver:018f0010-0000-7000-8000-000000000000"
#define RIDE_AT "2027-03-05T13:30:00Z" /* 18:30 in Almaty; a delay is added */

static struct ride_here {
    int trip; /* -1: none */
    const char *status;
    int guest;
    int version;
} rides[RIDES_MAX_HERE];
static int ride_count;
static struct trip_here {
    const char *status;
    int version, delay;
    bool is_closed, is_confirmed;
} trip; /* number 0 */
static struct event_here {
    const char *type, *resource, *from, *status, *actor;
    int number, version;
    int64_t at_us;
} events[EVENTS_MAX];
static int event_count;

static void begin(void)
{
    deals_begin();
    ride_count = event_count = 0;
    trip = (struct trip_here){.status = "scheduled", .version = 1};
    stand_sql("UPDATE bot SET bot_type = 'taxi'");
    deals_look();
}

TEST_CASE("notices_rides", .setup = begin, .teardown = sends_finish, .timeout_s = 120);

/* --- changes --- */

static void note(struct event_here event)
{
    ck_assert_int_lt(event_count, EVENTS_MAX);
    event.at_us = deals_now();
    events[event_count++] = event;
}

/* The type is "ride.<status>". */
static void step(int ride, const char *status, const char *actor)
{
    const char *from = rides[ride].status;

    rides[ride].status = status;
    note((struct event_here){NULL, "ride", from, status, actor, ride, ++rides[ride].version, 0});
}

static int make(int of_trip, const char *status, const char *actor)
{
    ck_assert_int_lt(ride_count, RIDES_MAX_HERE);
    rides[ride_count] = (struct ride_here){.trip = of_trip, .guest = FIRST + ride_count};
    step(ride_count, status, actor);
    return ride_count++;
}

static void trip_step(const char *type, const char *status, const char *actor)
{
    const char *from = trip.status;

    trip.status = status;
    note((struct event_here){type, "trip", from, status, actor, 0, ++trip.version, 0});
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

static void put_events(const char *path, struct buf *out)
{
    const char *after = strstr(path, "&after=c");
    const int first = after != NULL ? atoi(after + 8) : 0, limit = atoi(strstr(path, "limit=") + 6);
    int i = first;

    buf_text(out, "{\"items\":[");
    for (; i < event_count && i < first + limit; i++) {
        char at[NOW_RFC3339_LEN + 1];
        now_format_rfc3339(events[i].at_us, at);
        buf_printf(out,
                   "%s{\"id\":\"%s\",\"type\":\"%s%s\",\"occurred_at\":\"%s\",\"resource\":{"
                   "\"type\":\"%s\",\"id\":\"%s\",\"version\":%d},\"data\":{\"status\":\"%s\","
                   "\"ride_id\":\"%s\"}}",
                   i > first ? "," : "", id_of("15", i), events[i].type != NULL ? "" : "ride.",
                   events[i].type != NULL ? events[i].type : events[i].status, at,
                   events[i].resource, id_of(NOUN(events[i].resource), events[i].number),
                   events[i].version, events[i].status, id_of("13", events[i].number));
    }
    buf_printf(out, "],\"next_cursor\":\"c%d\"}", i);
}

static void put_history(const char *resource, int number, struct buf *out)
{
    const char *comma = "";

    buf_text(out, "{\"items\":[");
    for (int i = 0; i < event_count; i++) {
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

    now_format_rfc3339(deals_time(RIDE_AT) + trip.delay * INT64_C(60) * US_PER_S, at);
    return at;
}

#define ACTION(name, ru) "{\"action\":\"" name "\",\"label\":{\"ru\":\"" ru "\"}}"

/* For staff, or for the passenger. */
static void put_ride(int number, bool for_guest, struct buf *out)
{
    const struct ride_here *ride = &rides[number];
    const bool agreed = strcmp(ride->status, "confirmed") == 0;

    buf_printf(out, "{\"id\":\"%s\",\"code\":\"CODE%d\",\"version\":%d,\"status\":\"%s\",",
               id_of("13", number), number, ride->version, ride->status);
    if (ride->trip < 0)
        buf_text(out, "\"price\":{\"amount\":800000},");
    else
        buf_printf(out, "\"trip_id\":\"%s\",\"from_stop\":0,\"to_stop\":1,", id_of("12", 0));
    if (!for_guest)
        buf_printf(out, "\"passenger\":{\"name\":\"Айгуль\",\"telegram_id\":%d},", ride->guest);
    if (agreed || !for_guest)
        buf_text(out, "\"driver\":{\"name\":\"Асхат\",\"phone\":\"+77017778899\"},");
    buf_printf(out,
               "\"kind\":\"seat\",\"from\":\"almaty\",\"to\":\"taraz\",\"seats\":2,\"depart_at\":"
               "\"%s\",\"arrive_at\":\"2027-03-05T20:00:00Z\",\"total\":{\"amount\":500000},"
               "\"free_cancel\":%s,\"allowed_actions\":[%s]}",
               departure(), trip.delay > 60 || trip.is_closed ? "true" : "false",
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
    for (; i < ride_count && count < limit; i++)
        if (rides[i].trip == 0 && strstr(path, rides[i].status) != NULL) {
            buf_text(out, count++ > 0 ? "," : "");
            put_ride(i, false, out);
        }
    if (i < ride_count)
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
               id_of("12", 0), id_of("10", 0), trip.version, trip.status, trip.delay, departure(),
               trip.is_confirmed ? "\"2027-03-05T09:00:00Z\"" : "null",
               trip.is_closed ? "{\"until\":\"2027-03-06T03:00:00Z\"}" : "",
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
                   DRIVER, OTHER, FIRST);
    else if (strncmp(path, "/v1/drivers/", 12) == 0)
        buf_printf(out, "{\"name\":\"Асхат\",\"telegram_id\":%d}", DRIVER);
    else if (strstr(path, "/history?") != NULL)
        put_history(path[4] == 'r' ? "ride" : "trip", number_in(path), out);
    else if (strncmp(path, "/v1/trips/", 10) == 0)
        put_trip(out);
    else if (strncmp(path, "/v1/rides/", 10) == 0)
        put_ride(number_in(path), for_guest, out);
    else
        return false;
    ck_assert(!for_guest || call->user_id == rides[number_in(path)].guest);
    return true;
}

static bool ask(void *data, const struct booking_call *call, struct arena *arena,
                struct service_answer *answer, struct fault *fault)
{
    const char *path = arena_copy(arena, call->call->path).at;
    struct buf out;

    buf_init(&out, BODY_MAX);
    if (deals_delay_ms > 0 && !fiber_sleep(deals_delay_ms * NS_PER_MS, fault))
        return false;
    const bool found = put_answer(call, path, &out);
    *answer = (struct service_answer){found ? 200 : 404, arena_copy(arena, buf_as_slice(&out))};
    buf_finish(&out);
    return true;
}

static void wait_for_all(void)
{
    deals_wait_for(event_count);
}

static void follow(void)
{
    deal_person(DRIVER, "ru");
    deals_follow_by(ask);
    wait_for_all();
}

/* --- recipients and texts --- */

FIBER_TEST(passenger_and_driver_are_notified_of_steps_of_the_other_one)
{
    deal_person(FIRST, "ru");
    follow();
    const int ride = make(0, "requested", textf("guest:%d", FIRST));
    wait_for_all();
    ck_assert_int_eq(count_all_messages(), 1);
    ck_assert_int_eq(count_messages(DRIVER, "Заявка на ваш рейс"), 1);
    ck_assert_int_eq(count_messages(DRIVER, "go.0.rider_ok."), 1);
    ck_assert_int_eq(count_messages(DRIVER, "Айгуль"), 0);
    step(ride, "confirmed", BY_HIM);
    wait_for_all();
    ck_assert_int_eq(count_all_messages(), 2);
    ck_assert_int_eq(count_messages(FIRST, "Водитель подтвердил"), 1);
    ck_rows(1, "sending WHERE confided AND payload::text LIKE '%%+77017778899%%'");
    step(ride, "cancelled", textf("guest:%d", FIRST));
    wait_for_all();
    ck_assert_int_eq(count_all_messages(), 3);
    ck_assert_int_eq(count_messages(DRIVER, "Поездка пассажира отменена"), 1);
    step(make(0, "requested", textf("guest:%d", FIRST + 1)), "declined", BY_HIM);
    wait_for_all();
    ck_assert_msg(count_all_messages() == 3,
                  "declined at once by a driver, a passenger unknown here");
}

FIBER_TEST(passenger_learns_of_an_offer_while_the_ride_is_open)
{
    deal_person(FIRST, "ru");
    follow();
    const int ride = make(-1, "open", "guest:100");
    note((struct event_here){"offer.pending", "offer", NULL, "pending", BY_HIM, ride, 1, 0});
    wait_for_all();
    ck_assert_int_eq(count_messages(FIRST, "ответил водитель"), 1);
    step(ride, "cancelled", "guest:100");
    note((struct event_here){"offer.pending", "offer", NULL, "pending", BY_HIM, ride, 2, 0});
    wait_for_all();
    ck_assert_int_eq(count_messages(FIRST, ""), 1);
}

FIBER_TEST(delay_closed_road_and_start_reach_everyone_who_has_a_seat)
{
    static const char *const statuses[] = {"held", "requested", "payment_claimed", "confirmed",
                                           "open", "boarded",   "cancelled",       "expired"};

    follow();
    for (int i = 0; i < 32; i++) {
        deal_person(FIRST + i, "ru");
        make(i < 24 ? 0 : -1, i < 16 ? "confirmed" : statuses[i % 8], textf("guest:%d", FIRST + i));
    }
    wait_for_all();
    const long long before = count_all_messages();
    trip.delay = 90;
    trip_step("trip.delayed", "scheduled", BY_HIM);
    wait_for_all();
    ck_assert_int_eq(count_all_messages() - before, 20);
    ck_assert_int_eq(count_messages(-1, "90 мин</b>%%Отмена бесплатна"), 20);
    ck_assert_int_eq(count_messages(FIRST, "go.0.ride_cancel."), 1);
    trip.is_closed = true;
    note((struct event_here){"trip.road_closed", "trip", NULL, "scheduled", BY_HIM, 0, trip.version,
                             0});
    wait_for_all();
    ck_assert_int_eq(count_messages(-1, "Дорога закрыта до"), 20);
    ck_assert_int_eq(count_messages(DRIVER, "Дорога закрыта</b>"), 1);
    trip_step("trip.started", "started", BY_HIM);
    wait_for_all();
    ck_assert_msg(count_messages(-1, "Водитель выехал") == 17, "those who have confirmed");
}

FIBER_TEST(cancelled_trip_notifies_the_driver_once)
{
    follow();
    for (int i = 0; i < 3; i++) {
        deal_person(FIRST + i, "ru");
        make(0, "confirmed", BY_HIM);
    }
    wait_for_all();
    const long long before = count_all_messages();
    for (int i = 0; i < 3; i++)
        step(i, "cancelled", "staff:aigul");
    trip_step("trip.cancelled", "cancelled", "staff:aigul");
    wait_for_all();
    ck_assert_int_eq(count_messages(DRIVER, "Ваш рейс отменён"), 1);
    ck_assert_int_eq(count_messages(-1, "Поездка отменена"), 3);
    ck_assert_int_eq(count_all_messages() - before, 4);
}

FIBER_TEST(bot_for_apartments_ignores_rides)
{
    stand_sql("UPDATE bot SET bot_type = 'apartments'");
    stand_look();
    deal_person(FIRST, "ru");
    follow();
    step(make(0, "requested", "guest:100"), "declined", BY_HIM);
    wait_for_all();
    ck_assert_int_eq(count_all_messages(), 0);
}

/* --- requests --- */

static struct notifier *copies[COPIES];

static void start_copies(void)
{
    for (int i = 0; i < COPIES; i++)
        copies[i] = deals_follow_by(ask);
    wait_for_all();
    deals_delay_ms = 1;
}

/* Passengers order rides that look for a driver, and instances die. */
static void order_open(int count)
{
    for (int i = 0; i < count; i++) {
        make(-1, "open", textf("guest:%d", FIRST + ride_count));
        stand_sleep(i % 7);
        deals_kill(copies[i % COPIES]);
        copies[i % COPIES] = deals_follow_by(ask);
    }
    wait_for_all();
}

FIBER_TEST(open_ride_is_offered_to_drivers_at_most_six_times_an_hour)
{
    deals_now_us = deals_time("2027-03-04T00:10:00Z");
    deal_person(DRIVER, "ru");
    deal_person(FIRST, "ru"); /* who drives too, and is not offered the own ride */
    start_copies();
    make(0, "open", "guest:100"); /* waits for a seat */
    order_open(5);
    ck_assert_int_eq(count_messages(DRIVER, "ищет машину%%8%%000%%go.0.wish.%%go.0.wish_bid."), 5);
    deal_person(OTHER, "en");
    order_open(4);
    ck_assert_int_eq(count_messages(DRIVER, "ищет машину"), 6);
    ck_assert_int_eq(count_messages(OTHER, "looking for a car"), 4);
    deals_now_us = deals_time("2027-03-04T01:00:00Z");
    order_open(2);
    ck_assert_int_eq(count_messages(DRIVER, "ищет машину"), 8);
    ck_assert_int_eq(count_messages(OTHER, "looking for a car"), 6);
    ck_assert_int_eq(count_messages(DRIVER, "Айгуль"), 0);
    ck_rows(0, "sending WHERE expires_at > created_at + interval '31 minutes'");
    ck_rows(0, "(SELECT FROM sending GROUP BY chat_id, payload HAVING count(*) > 1) x");
}

/* --- reminders --- */

/* At this time kills an instance during its work, and waits until no reminder is due. */
static void move_to(const char *time)
{
    static int kills;

    deals_now_us = deals_time(time);
    stand_sleep(kills % 5);
    deals_kill(copies[kills % COPIES]);
    copies[kills++ % COPIES] = deals_follow_by(ask);
    stand_until(stand_number("SELECT count(*) FROM reminder WHERE done_at IS NULL"
                             " AND try_at <= to_timestamp(%lld)",
                             (long long)(deals_now_us / US_PER_S)) == 0,
                "a reminder is due");
}

static void begin_trip(void)
{
    deals_now_us = deals_time("2027-03-04T00:00:00Z");
    deal_person(DRIVER, "ru");
    deal_person(FIRST, "ru");
    start_copies();
    trip_step("trip.scheduled", "scheduled", BY_HIM);
    make(0, "confirmed", "guest:100");
    wait_for_all();
    ck_rows(2, "reminder");
}

FIBER_TEST(reminders_of_a_departure_come_once_and_follow_a_delay)
{
    begin_trip();
    move_to("2027-03-05T07:29:00Z");
    ck_assert_int_eq(count_messages(DRIVER, "Едете?"), 0);
    move_to("2027-03-05T07:30:00Z");
    ck_assert_int_eq(count_messages(DRIVER, "Едете?%%go.0.run_ok.%%go.0.run_late."), 1);
    trip.delay = 60;
    trip_step("trip.delayed", "scheduled", BY_HIM);
    wait_for_all();
    move_to("2027-03-05T08:30:00Z");
    ck_assert_int_eq(count_messages(DRIVER, "Едете?"), 2);
    trip.is_confirmed = true;
    trip_step("trip.confirmed", "scheduled", BY_HIM);
    wait_for_all();
    move_to("2027-03-05T11:29:00Z");
    ck_assert_int_eq(count_messages(FIRST, "Скоро поездка"), 0);
    move_to("2027-03-05T11:30:00Z");
    ck_assert_int_eq(count_messages(FIRST, "Скоро поездка%%+77017778899"), 1);
    move_to("2027-03-05T14:00:00Z");
    ck_rows(3, "sending WHERE dedupe_key LIKE 'remind:%%'");
}

FIBER_TEST(reminder_of_a_confirmed_trip_or_a_cancelled_ride_is_not_sent)
{
    begin_trip();
    trip.is_confirmed = true;
    rides[0].status = "cancelled";
    move_to("2027-03-05T10:30:00Z");
    ck_rows(2, "reminder WHERE done_at IS NOT NULL");
    ck_rows(0, "sending WHERE dedupe_key LIKE 'remind:%%'");
}

/* --- exactly once --- */

/* Every step notifies the passenger or the driver, and every tenth one both passengers of a delay;
 * instances die both while they call and while they store. */
FIBER_TEST(each_step_of_rides_is_notified_once_despite_crashes)
{
    int delays = 0;

    deal_person(DRIVER, "ru");
    start_copies();
    for (int i = 0; i < STEPS; i++) {
        deal_person(FIRST + ride_count, "ru");
        step(make(0, "requested", textf("guest:%d", FIRST + ride_count)), "declined", BY_HIM);
        if (i % 10 == 0) {
            wait_for_all();
            trip.delay += 70;
            delays++;
            rides[0].status = rides[1].status = "confirmed";
            trip_step("trip.delayed", "scheduled", BY_HIM);
            wait_for_all();
            rides[0].status = rides[1].status = "declined";
        }
        stand_sleep(i % 7);
        if (i % 3 > 0)
            continue;
        deals_kill(copies[i / 3 % COPIES]);
        copies[i / 3 % COPIES] = deals_follow_by(ask);
    }
    wait_for_all();
    ck_assert_int_eq(count_messages(-1, "не смог взять заявку"), STEPS);
    ck_assert_int_eq(count_messages(-1, "Водитель задержится"),
                     2 * delays - 1); /* first: one ride */
    ck_rows(0, "(SELECT FROM sending GROUP BY chat_id, payload HAVING count(*) > 1) x");
}
