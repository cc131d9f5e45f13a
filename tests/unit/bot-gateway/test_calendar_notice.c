// SPDX-License-Identifier: MIT
/* Notifications about calendars of other channels: each has a text and buttons. */
#include "notifications/calendar_notice.h"
#include "support/scratch.h"
#include "support/test.h"

TEST_CASE("calendar_notice");

#define CLASH     "AY8ABwAAcACAAAAAAAAAAQ"
#define BOOKING   "AY8ABQAAcACAAAAAAAAAAQ"
#define APARTMENT "AY8AAgAAcACAAAAAAAAAAQ"

static struct notification_event read_event(const char *type, const char *resource,
                                            const char *data)
{
    const struct slice body =
        arena_printf(&arena,
                     "{\"items\":[{\"type\":\"%s\",\"occurred_at\":\"2026-11-21T07:00:00Z\","
                     "\"resource\":{\"type\":\"%s\",\"version\":1,"
                     "\"id\":\"018f0007-0000-7000-8000-000000000001\"},\"data\":{%s}}],"
                     "\"next_cursor\":\"c1\"}",
                     type, resource, data);
    struct notification_page page;

    ck_ok(notification_read_event_page(body, &arena, &page, &fault));
    ck_assert_uint_eq(page.count, 1);
    return page.items[0];
}

static const char *compose(const struct notification_event *event,
                           const struct notification_recipient *to, const char *code)
{
    struct calendar_notice_input input = {.notice = calendar_notice_find(event),
                                          .event = event,
                                          .to = *to,
                                          .texts = texts_built_in(),
                                          .title.ru = SLICE("Студия <1>"),
                                          .code = slice_of(code)};
    struct outbox_message message = {.confided = false};

    ck_assert_ptr_nonnull(input.notice);
    button_derive_key(SLICE("1:token"), input.button_key);
    ck_ok(calendar_notice_compose(&input, &arena, &message, &fault));
    ck_assert(slice_is(message.method, "sendMessage"));
    ck_assert_int_eq(message.chat_id, to->chat_id);
    ck_assert(!message.confided);
    return arena_copy(&arena, message.payload).at;
}

// clang-format off
#define OURS(booking, status) "\"booking_id\":" booking ",\"channel\":\"airbnb\",\"from\":\"2026-11-22\",\"to\":\"2026-11-24\",\"status\":\"" status "\""
#define FEED(status, before, more) "\"apartment_id\":\"018f0002-0000-7000-8000-000000000001\",\"channel\":\"airbnb\",\"status\":\"" status "\",\"previous_status\":\"" before "\"" more
#define STAY(status) OURS("\"018f0005-0000-7000-8000-000000000001\"", status)
static const struct {
    const char *why, *type, *resource, *data;
    const char *code;
    const char *says[2];     /* to owner and staff, in Russian */
    const char *to_owner[3]; /* buttons */
    const char *to_staff[2];
} rows[] = {
    {"sold twice", "calendar.conflict", "conflict", STAY("open"), "0WX1HA6S",
     {"<b>Даты проданы дважды</b>, «Студия &lt;1&gt;»: 22–24 ноя", "В календаре «Airbnb» заняты даты, на которые у нас есть бронь 0WX1HA6S"},
     {"go.0.clash_ours." CLASH, "go.0.clash_theirs." CLASH, "go.0.deal." BOOKING}, {"go.0.staff_ours." CLASH, "go.0.staff_theirs." CLASH}},
    {"a block", "calendar.conflict", "conflict", OURS("null", "open"), NULL, {"<b>Даты заняты дважды</b>", "закрыты и у нас"},
     {"go.0.clash_ours." CLASH, "go.0.clash_theirs." CLASH}, {"go.0.staff_ours." CLASH, "go.0.staff_theirs." CLASH}},
    {"ours is kept", "calendar.conflict_ended", "conflict", STAY("kept_ours"), "0WX1HA6S", {"остаются за нами", "(Airbnb)"}, {"go.0.desk.."}, {0}},
    {"theirs is kept", "calendar.conflict_ended", "conflict", STAY("kept_theirs"), "0WX1HA6S", {"отданы площадке</b> (Airbnb)", "Наша бронь 0WX1HA6S отменена"}, {"go.0.desk.."}, {0}},
    {"theirs instead of a block", "calendar.conflict_ended", "conflict", OURS("null", "kept_theirs"), NULL, {"отданы площадке</b> (Airbnb), «Студия &lt;1&gt;»: 22–24 ноя\""}, {"go.0.desk.."}, {0}},
    {"it is over", "calendar.conflict_ended", "conflict", STAY("gone"), "0WX1HA6S", {"больше не заняты дважды", "«Airbnb»"}, {"go.0.desk.."}, {0}},
    {"suspect", "feed.suspect", "feed", FEED("suspect", "ok", ",\"last_error\":\"shrunken\""), NULL,
     {"<b>Календарь похож на ошибку</b> (Airbnb), «Студия &lt;1&gt;»\\nСразу пропало больше 30 % занятых дат. Занятые даты остаются", "Сверьте"}, {"go.0.calendars." APARTMENT}, {0}},
    {"stale", "feed.stale", "feed", FEED("stale", "ok", ",\"last_error\":\"status_404\""), NULL, {"не работает больше часа</b> (Airbnb)", "адрес отозван"}, {"go.0.calendars." APARTMENT}, {0}},
    {"never read", "feed.stale", "feed", FEED("stale", "new", ""), NULL, {"не работает больше часа", "\\nНа площадке могли"}, {"go.0.calendars." APARTMENT}, {0}},
    {"works again", "feed.ok", "feed", FEED("ok", "stale", ""), NULL, {"Календарь снова работает (Airbnb)"}, {"go.0.calendars." APARTMENT}, {0}},
};
// clang-format on

TEST_ROWS_WHY(notice_says_what_has_happened_and_what_to_do, rows)
{
    const struct notification_event event = read_event(row->type, row->resource, row->data);

    for (int is_staff = 0; is_staff < 2; is_staff++) {
        const struct notification_recipient to = {
            .chat_id = is_staff ? -100 : INT64_C(4503599627370495), .is_staff = is_staff};
        const char *payload = compose(&event, &to, row->code);
        for (size_t i = 0; i < COUNT(row->says) && row->says[i] != NULL; i++)
            ck_has(payload, row->says[i]);
        for (size_t i = 0; i < COUNT(row->to_owner) && row->to_owner[i] != NULL; i++)
            ck_assert_msg((strstr(payload, row->to_owner[i]) != NULL) == !is_staff, "%s", payload);
        for (size_t i = 0; i < COUNT(row->to_staff) && row->to_staff[i] != NULL; i++)
            ck_assert_msg((strstr(payload, row->to_staff[i]) != NULL) == is_staff, "%s", payload);
    }
    for (enum language language = LANGUAGE_RU; language <= LANGUAGE_KZ; language++) {
        const struct notification_recipient to = {.chat_id = 7, .language = language};
        ck_has(compose(&event, &to, row->code), "Airbnb");
    }
}

TEST(staff_read_why_the_owner_is_not_notified)
{
    const struct notification_event event =
        read_event("calendar.conflict", "conflict", STAY("open"));
    const struct notification_recipient staff = {
        .chat_id = -100, .is_staff = true, .why = NOTIFICATION_WHY_BLOCKED};

    ck_has(compose(&event, &staff, "0WX1HA6S"), "остановил бота");
}

TEST(other_events_cause_no_notice)
{
    static const struct {
        const char *type, *resource, *data;
    } others[] = {
        {"apartment.updated", "apartment", ""                                             },
        {"feed.ok",           "feed",      "\"status\":\"ok\",\"previous_status\":\"new\""},
        {"feed.ok",           "feed",      "\"status\":\"ok\""                            },
    };

    for (size_t i = 0; i < COUNT(others); i++) {
        const struct notification_event event =
            read_event(others[i].type, others[i].resource, others[i].data);
        ck_assert_ptr_null(calendar_notice_find(&event));
    }
}
