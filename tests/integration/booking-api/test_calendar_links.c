// SPDX-License-Identifier: MIT
/* Links of calendars, and the calendars, on PostgreSQL. */
#include "base/date.h"

#include "channels/calendar_link.h"
#include "stand.h"

static struct answer make_link(const struct api_caller *caller, const char *apartment,
                               const char *body)
{
    return ask_post(post_calendar_link, .caller = caller, .id = apartment, .body = body,
                    .action = true);
}

static struct answer end_link(const struct api_caller *caller, const char *apartment,
                              const char *id)
{
    return ask_delete(delete_calendar_link, .caller = caller, .id = apartment, .second_id = id);
}

static struct answer links_of(const struct api_caller *caller, const char *apartment)
{
    return ask_get(get_calendar_links, .caller = caller, .id = apartment);
}

static struct slice token_of(const struct answer *link)
{
    const char *url = text_at(link->json, "url");

    return (struct slice){strrchr(url, '/') + 1, CALENDAR_TOKEN_LEN};
}

/* The nights of a calendar, counted from today: "10>12 B" for blocks, "10>12" for stays. */
static const char *calendar_of(const struct answer *link)
{
    static char text[500];
    static struct arena arena = {.limit = 100000};
    struct buf out = buf_over(text, sizeof text - 1);
    struct calendar_export calendar;

    ck_ok(calendar_link_store_find(stand_app()->service->db, token_of(link), &arena, &calendar,
                                   &fault));
    int32_t today;
    ck_assert(date_parse(slice_of(stand_day(0)), &today));
    for (size_t i = 0; i < calendar.count; i++)
        buf_printf(&out, "%s%d>%d%s", i > 0 ? " " : "", calendar.entries[i].from - today,
                   calendar.entries[i].to - today, calendar.entries[i].is_stay ? "" : "B");
    ck_assert(!out.failed);
    text[out.len] = '\0';
    arena_reset(&arena);
    return text;
}

static void insert_night_of_feed(const char *apartment, int day, const char *channels)
{
    stand_sql("INSERT INTO occupancy (id, tenant_id, apartment_id, kind, status, check_in, "
              "check_out, reason)"
              " SELECT gen_random_uuid(), tenant_id, id, 'feed', 'blocked', '%s', '%s', '%s'"
              " FROM apartment WHERE id = '%s'",
              stand_day(day), stand_day(day + 1), channels, apartment);
}

TEST_CASE("calendar_links", .setup = stand_begin, .teardown = stand_finish);

FIBER_TEST(address_is_shown_once)
{
    const char *apartment = stand_apartment();
    const struct answer link =
        ck_status(make_link(&stand_owner, apartment, "{'channel':'airbnb','name':'Студия'}"), 201);
    const char *url = text_at(link.json, "url");
    const char *prefix = "https://api.test/v1/calendars/";

    ck_assert_int_eq(strncmp(url, prefix, strlen(prefix)), 0);
    ck_assert_str_eq(url + strlen(prefix) + CALENDAR_TOKEN_LEN, ".ics");
    const struct answer list = ck_status(links_of(&stand_owner, apartment), 200);
    ck_assert_str_eq(text_at(list.json, "items.0.id"), link.id);
    ck_assert_str_eq(text_at(list.json, "items.0.channel"), "airbnb");
    ck_assert_str_eq(text_at(list.json, "items.0.name"), "Студия");
    ck_assert_ptr_null(value_at(list.json, "items.0.url"));
    ck_assert_ptr_null(value_at(list.json, "items.0.last_read_at"));
    ck_rows(1, "calendar_link WHERE octet_length(token_hash) = 32");
    ck_rows(1, "audit WHERE action = 'calendar_link.create'");
    ck_rows(0, "outbox WHERE type LIKE 'calendar%%'");
}

FIBER_TEST(deleted_link_is_not_found)
{
    const char *apartment = stand_apartment();
    const struct answer link = ck_status(make_link(NULL, apartment, NULL), 201);
    struct arena arena = ARENA(100000);
    struct calendar_export calendar;
    struct fault fault;

    ck_assert_str_eq(text_at(link.json, "channel"), "other");
    ck_refused(end_link(NULL, stand_apartment(), link.id), 404, "not_found");
    ck_status(end_link(&stand_owner, apartment, link.id), 204);
    ck_refused(end_link(&stand_owner, apartment, link.id), 404, "not_found");
    ck_assert(!calendar_link_store_find(stand_app()->service->db, token_of(&link), &arena,
                                        &calendar, &fault));
    ck_assert_str_eq(fault.code, "not_found");
    arena_finish(&arena);
}

FIBER_TEST(guests_and_other_owners_have_no_links)
{
    const char *apartment = stand_apartment();
    const struct answer link = ck_status(make_link(NULL, apartment, NULL), 201);
    struct api_caller other = stand_owner;

    other.actor_id = uuid_make();
    ck_refused(make_link(&stand_guest, apartment, NULL), 403, "forbidden");
    ck_refused(links_of(&stand_guest, apartment), 403, "forbidden");
    ck_refused(end_link(&stand_guest, apartment, link.id), 403, "forbidden");
    ck_refused(make_link(&other, apartment, NULL), 404, "not_found");
    ck_refused(links_of(&other, apartment), 404, "not_found");
    ck_refused(end_link(&other, apartment, link.id), 404, "not_found");
}

FIBER_TEST(nights_blocked_by_hand_are_recorded)
{
    const char *apartment = stand_apartment();
    const struct answer link = ck_status(make_link(&stand_owner, apartment, NULL), 201);
    struct api_caller other = stand_owner;

    other.actor_id = uuid_make();
    ck_assert_ptr_null(value_at(link.json, "closed_at"));
    ck_refused(ask_action(close_calendar_link, .caller = &stand_guest, .id = apartment,
                          .second_id = link.id),
               403, "forbidden");
    ck_refused(
        ask_action(close_calendar_link, .caller = &other, .id = apartment, .second_id = link.id),
        404, "not_found");
    ck_refused(ask_action(close_calendar_link, .id = stand_apartment(), .second_id = link.id), 404,
               "not_found");
    const struct answer closed = ck_status(ask_action(close_calendar_link, .caller = &stand_owner,
                                                      .id = apartment, .second_id = link.id),
                                           200);
    ck_assert_str_eq(text_at(closed.json, "id"), link.id);
    const struct answer list = ck_status(links_of(&stand_owner, apartment), 200);
    ck_assert_str_eq(text_at(list.json, "items.0.closed_at"), text_at(closed.json, "closed_at"));
    ck_rows(1, "audit WHERE action = 'calendar_link.close'");
    ck_status(end_link(NULL, apartment, link.id), 204);
    ck_refused(ask_action(close_calendar_link, .id = apartment, .second_id = link.id), 404,
               "not_found");
}

/* Closes the link as of a time, in SQL, and returns its closed_at as seconds before now. */
static long long closed_before_now(const char *apartment, const char *link, const char *as_of)
{
    const char *body =
        textf("{'as_of':'%s'}", stand_text("SELECT to_json((%s)::timestamptz) #>> '{}'", as_of));
    const struct answer closed = ck_status(
        ask_action(close_calendar_link, .id = apartment, .second_id = link, .body = body), 200);

    ck_assert_ptr_nonnull(text_at(closed.json, "closed_at"));
    return stand_number("SELECT round(extract(epoch FROM now() - closed_at)) FROM calendar_link");
}

FIBER_TEST(only_nights_of_the_shown_time_are_closed)
{
    const char *apartment = stand_apartment();
    const struct answer link = ck_status(make_link(&stand_owner, apartment, NULL), 201);

    ck_assert_int_eq(closed_before_now(apartment, link.id, "now() - interval '300 seconds'"), 300);
    ck_assert_int_eq(closed_before_now(apartment, link.id, "now() - interval '900 seconds'"), 300);
    ck_assert_int_eq(closed_before_now(apartment, link.id, "now() + interval '900 seconds'"), 0);
    ck_refused(ask_action(close_calendar_link, .id = apartment, .second_id = link.id,
                          .body = "{'as_of':'today'}"),
               422, "bad_time");
}

FIBER_TEST(links_have_a_limit)
{
    const char *apartment = stand_apartment();
    struct answer link = {0};

    for (int i = 0; i < CALENDAR_LINKS_MAX; i++)
        link = ck_status(make_link(NULL, apartment, NULL), 201);
    ck_refused(make_link(NULL, apartment, NULL), 409, "too_many_links");
    ck_status(end_link(NULL, apartment, link.id), 204);
    ck_status(make_link(NULL, apartment, NULL), 201);
}

FIBER_TEST(calendar_has_everything_that_takes_nights)
{
    const char *apartment = stand_apartment();
    const struct answer link = ck_status(make_link(NULL, apartment, NULL), 201);

    ck_assert_str_eq(calendar_of(&link), "");
    const struct answer confirmed = ck_book(&stand_guest, apartment, 10, 2);
    ck_act(confirm_booking, NULL, confirmed.id, "{'phone':'+77011234567'}");
    const struct answer cancelled = ck_book(&stand_guest8, apartment, 20, 2);
    ck_act(cancel_booking, NULL, cancelled.id, NULL);
    ck_book(&stand_guest8, apartment, 30, 3);
    ck_status(ask_post(post_block, .id = apartment,
                       .body = textf("{'from':'%s','to':'%s'}", stand_day(40), stand_day(41))),
              201);
    ck_assert_str_eq(calendar_of(&link), "10>12 30>33 40>41B");

    stand_sql("UPDATE occupancy SET buffer_days = 2 WHERE id = '%s'", confirmed.id);
    stand_sql(
        "UPDATE occupancy SET expires_at = now() - interval '1 second' WHERE status = 'held'");
    ck_assert_str_eq(calendar_of(&link), "10>14 40>41B");
}

FIBER_TEST(past_stays_are_left_out)
{
    const char *apartment = stand_apartment();
    const struct answer link = ck_status(make_link(NULL, apartment, NULL), 201);

    const struct answer booked = ck_book(&stand_guest, apartment, 10, 3);
    ck_act(confirm_booking, NULL, booked.id, "{'phone':'+77011234567'}");
    stand_sql("UPDATE occupancy SET check_in = check_in - 12, check_out = check_out - 12");
    ck_assert_str_eq(calendar_of(&link), "-2>1");
    stand_sql("UPDATE occupancy SET check_in = check_in - 1, check_out = check_out - 1");
    ck_assert_str_eq(calendar_of(&link), "");
}

FIBER_TEST(nights_of_a_channel_are_not_sent_back_to_it)
{
    const char *apartment = stand_apartment();
    const struct answer airbnb = ck_status(make_link(NULL, apartment, "{'channel':'airbnb'}"), 201);
    const struct answer booking =
        ck_status(make_link(NULL, apartment, "{'channel':'booking'}"), 201);
    const struct answer other = ck_status(make_link(NULL, apartment, "{'channel':'other'}"), 201);

    insert_night_of_feed(apartment, 10, "airbnb");
    insert_night_of_feed(apartment, 11, "airbnb,booking");
    insert_night_of_feed(apartment, 12, "other");
    ck_assert_str_eq(calendar_of(&airbnb), "11>12B 12>13B");
    ck_assert_str_eq(calendar_of(&booking), "10>11B 11>12B 12>13B");
    ck_assert_str_eq(calendar_of(&other), "10>11B 11>12B 12>13B");
}

FIBER_TEST(time_of_a_reading_is_stored_once_a_minute)
{
    const char *apartment = stand_apartment();
    const struct answer link = ck_status(make_link(NULL, apartment, NULL), 201);
    const char *file = strrchr(text_at(link.json, "url"), '/') + 1;

    ck_status(ask_get(get_exported_calendar, .id = file), 200);
    ck_rows(1, "calendar_link WHERE last_read_at > now() - interval '1 minute'");
    stand_sql("UPDATE calendar_link SET last_read_at = now() - interval '50 seconds'");
    ck_status(ask_get(get_exported_calendar, .id = file), 200);
    ck_rows(1, "calendar_link WHERE last_read_at < now() - interval '40 seconds'");
    stand_sql("UPDATE calendar_link SET last_read_at = now() - interval '61 seconds'");
    ck_status(ask_get(get_exported_calendar, .id = file), 200);
    ck_rows(1, "calendar_link WHERE last_read_at > now() - interval '40 seconds'");
    const struct answer list = ck_status(links_of(NULL, apartment), 200);
    ck_assert_ptr_nonnull(text_at(list.json, "items.0.last_read_at"));
}

static const struct {
    const char *why, *file;
} wrong[] = {
    {"an unknown token",  "AAAAAAAAAAAAAAAAAAAAAA.ics"},
    {"no ending",         "AAAAAAAAAAAAAAAAAAAAAA"    },
    {"another ending",    "AAAAAAAAAAAAAAAAAAAAAA.icq"},
    {"a token too short", "AAAA.ics"                  },
};

FIBER_TEST_ROWS_WHY(wrong_address_is_not_found, wrong)
{
    ck_refused(ask_get(get_exported_calendar, .id = row->file), 404, "not_found");
}
