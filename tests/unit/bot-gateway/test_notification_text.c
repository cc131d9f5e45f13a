// SPDX-License-Identifier: MIT
/* Every notification in every language, at its maximum length. */
#include "base/date.h"
#include "base/money.h"

#include "notifications/notification_text.h"
#include "support/scratch.h"
#include "texts/texts.h"

enum { ENTRY_LEN = 3000, TITLE_LEN = 200 };
#define FIRST_NOTICE (NOTIFICATION_NONE + 1)

static char entry[ENTRY_LEN + 1], title[TITLE_LEN + 1];

static void begin(void)
{
    memset(entry, 'w', ENTRY_LEN);
    memset(title, '&', TITLE_LEN); /* each one is five bytes of HTML */
}

TEST_CASE("notice_say", .setup = begin);

static struct stay_booking booking_of(void)
{
    // clang-format off
#define LITERAL(text) {text, sizeof text - 1}
#define ACTION(name) {LITERAL(name), {LITERAL("Гость не приехал"), LITERAL("Қонақ келмеді"), LITERAL("Yes")}}
    static struct answer_action actions[] = {ACTION("confirm"), ACTION("decline"), ACTION("cancel"),
                                           ACTION("check-in"), ACTION("no-show")};
    // clang-format on
    struct stay_booking booking = {
        .guest = 7, .actions = {actions, COUNT(actions), 0}
    };
    int32_t day = 0;

    ck_assert(date_parse(SLICE("2026-12-31"), &day));
    ck_assert(uuid_parse(SLICE("018f0005-0000-7000-8000-000000000001"), &booking.id));
    booking.code = SLICE("0WX1HA6S");
    booking.check_in = day;
    booking.check_out = day + 366;
    booking.guests = 100;
    booking.total = booking.deposit = MONEY_MAX;
    booking.refund = MONEY_MAX;
    booking.version = INT64_C(999999999999);
    booking.paid = 100;
    booking.expires_at = INT64_C(1798700000000000);
    booking.payment_info = SLICE("Kaspi +7 701 000 00 00");
    booking.check_in_info.ru = slice_of(entry);
    booking.address.ru = SLICE("ул. Абая, 1");
    return booking;
}

static struct slice say_to(const struct notification_recipient *to, enum notification notification,
                           const struct stay_booking *booking)
{
    const struct notification_apartment apartment = {
        .title = {.ru = slice_of(title)}, .zone = SLICE("Asia/Almaty"), .check_in_minutes = 840};
    struct notification_input input = {.notification = notification,
                                       .to = *to,
                                       .texts = texts_built_in(),
                                       .booking = booking,
                                       .apartment = &apartment,
                                       .now = INT64_C(1798600000000000)};
    struct outbox_message sending;

    button_derive_key(SLICE("1:token"), input.button_key);
    ck_assert_msg(notification_compose(&input, &arena, &sending, &fault), "%s: %s", fault.code,
                  fault.detail);
    ck_assert_int_eq(sending.chat_id, input.to.chat_id);
    ck_assert_slice(sending.method, "sendMessage");
    return sending.payload;
}

static struct slice say(enum notification notification, enum language language,
                        const struct stay_booking *booking)
{
    const struct notification_recipient to = {.chat_id = INT64_C(4503599627370495),
                                              .language = language};

    return say_to(&to, notification, booking);
}

static bool has(struct slice payload, const char *what)
{
    return strstr(arena_copy(&arena, payload).at, what) != NULL;
}

// clang-format off
static const struct {
    enum notification notification;
    const char *buttons[4];
} wanted[] = {
    {NOTIFICATION_CONFIRMED, {"go.0.booking.", "go.0.mybookings..", "\"copy_text\":{\"text\":\"ул. Абая, 1"}},
    {NOTIFICATION_PAID, {"go.0.booking.", "go.0.mybookings.."}},
    {NOTIFICATION_AGREED, {"go.0.booking.", "Kaspi", "<b>9", "\"copy_text\":{\"text\":\"+77010000000\"}"}},
    {NOTIFICATION_DECLINED, {"go.0.booking.", "go.0.mybookings.."}},
    {NOTIFICATION_EXPIRED_HOLD, {"go.0.again.AY8ABQ", "go.0.mybookings..", "go.0.person.AY8ABQAAcACAAAAAAAAAAQ_g."}},
    {NOTIFICATION_EXPIRED_REQUEST, {"go.0.again.AY8ABQ", "go.0.mybookings.."}},
    {NOTIFICATION_EXPIRED, {"go.0.booking.", "go.0.mybookings.."}},
    {NOTIFICATION_CANCELLED, {"go.0.again.AY8ABQ", "go.0.booking.", "go.0.mybookings.."}},
    {NOTIFICATION_UNPAID, {"go.0.person.AY8ABQAAcACAAAAAAAAAAQ_g.", "go.0.booking."}},
    {NOTIFICATION_SOLD, {"go.0.again.AY8ABQ", "go.0.person.AY8ABQAAcACAAAAAAAAAAQ_g.", "go.0.booking."}},
    {NOTIFICATION_SOLD_PART, {"go.0.again.AY8ABQ", "go.0.person.AY8ABQAAcACAAAAAAAAAAQ_g.", "go.0.booking."}},
    {NOTIFICATION_NO_SHOW, {"go.0.person.AY8ABQAAcACAAAAAAAAAAQ_g.", "go.0.booking."}},
    {NOTIFICATION_CHANGED, {"go.0.booking.", "go.0.mybookings.."}},
    {NOTIFICATION_REQUEST, {"go.0.deal.AY8ABQ", "go.0.deal_ok.AY8ABQAAcACAAAAAAAAAAQ_999999999999.", "go.0.deal_no.", "\"style\":\"danger\""}},
    {NOTIFICATION_CLAIM, {"go.0.deal.AY8ABQ", "go.0.deal_ok.AY8ABQAAcACAAAAAAAAAAQ_999999999999.", "go.0.deal_no.", "<b>9"}},
    {NOTIFICATION_MOVED, {"go.0.deal.", "000"}},
    {NOTIFICATION_BOOKED, {"go.0.deal.", "31"}},
    {NOTIFICATION_WITHDRAWN, {"go.0.deal.", "000"}},
    {NOTIFICATION_CHECKED_IN, {"go.0.deal."}},
    {NOTIFICATION_LAPSED, {"go.0.deal.", "31"}},
    {NOTIFICATION_MOVED_AWAY, {"go.0.desk..", "31"}},
    {NOTIFICATION_EVE, {"go.0.booking.", "go.0.mybookings.."}},
    {NOTIFICATION_TODAY, {"go.0.booking.", "wwww"}},
    {NOTIFICATION_ENTRY, {"go.0.booking.", "wwww", "ул. Абая, 1", "\"copy_text\":{\"text\":\"ул. Абая, 1"}},
    {NOTIFICATION_ENTRY_PHONE, {"go.0.booking.", "go.0.mybookings.."}},
    {NOTIFICATION_HOLD_ENDS, {"go.0.booking.", "go.0.mybookings.."}},
    {NOTIFICATION_CHECK_OUT, {"go.0.booking.", "go.0.mybookings.."}},
    {NOTIFICATION_RATE, {"go.0.rate.AY8ABQAAcACAAAAAAAAAAQ_1.", "go.0.rate.AY8ABQAAcACAAAAAAAAAAQ_5."}},
    {NOTIFICATION_REQUEST_ENDS, {"go.0.deal.", "go.0.deal_ok.", "go.0.deal_no.", "\"style\":\"success\""}},
    {NOTIFICATION_CLAIM_ENDS, {"go.0.deal.", "go.0.deal_ok."}},
    {NOTIFICATION_ARRIVED, {"go.0.deal.", "go.0.deal_in.", "go.0.deal_absent.AY8ABQAAcACAAAAAAAAAAQ_999999999999."}},
};
// clang-format on

TEST_ROWS(every_notification_has_a_text_in_every_language, wanted)
{
    struct stay_booking booking = booking_of();

    for (enum language language = LANGUAGE_RU; language <= LANGUAGE_KZ; language++) {
        const struct slice payload = say(row->notification, language, &booking);
        ck_assert(has(payload, "0WX1HA6S"));
        ck_assert_msg(!has(payload, "\"text\":\"\\n"), "it begins with words");
        for (size_t i = 0; i < COUNT(row->buttons) && row->buttons[i] != NULL; i++)
            ck_assert_msg(has(payload, row->buttons[i]), "%s: %.*s", row->buttons[i],
                          SLICE_ARG(payload));
    }
}

TEST(every_notification_is_tested)
{
    ck_assert_int_eq(COUNT(wanted), NOTIFICATION_TOMORROW - FIRST_NOTICE);
    for (int notification = FIRST_NOTICE; notification < NOTIFICATION_TOMORROW; notification++)
        ck_assert_int_eq(wanted[notification - FIRST_NOTICE].notification, notification);
}

/* NOTIFICATION_TOMORROW and those of staff are tested below. */
TEST(buttons_show_only_allowed_actions)
{
    struct stay_booking booking = booking_of();

    booking.actions.count = 0;
    const struct slice payload = say(NOTIFICATION_CLAIM, LANGUAGE_RU, &booking);
    ck_assert(has(payload, "go.0.deal.") && !has(payload, "go.0.deal_ok."));
}

TEST(guest_whose_payment_was_not_found_learns_that)
{
    const struct stay_booking booking = booking_of();

    ck_assert(has(say(NOTIFICATION_UNPAID, LANGUAGE_RU, &booking), "не нашёл вашей оплаты"));
    ck_assert(has(say(NOTIFICATION_UNPAID, LANGUAGE_EN, &booking), "found your payment"));
    ck_assert(has(say(NOTIFICATION_UNPAID, LANGUAGE_KZ, &booking), "төлеміңізді таппады"));
}

/* The nights were left to another channel that has sold them, too. */
TEST(guest_of_a_booking_that_was_given_away_reads_why)
{
    struct stay_booking booking = booking_of();

    booking.status = SLICE("cancelled");
    ck_assert(has(
        say(NOTIFICATION_SOLD, LANGUAGE_RU, &booking),
        "эти даты проданы на другой площадке. Это не ваша вина. Вернём всё, что вы заплатили: 10"));
    ck_assert(has(say(NOTIFICATION_SOLD, LANGUAGE_KZ, &booking),
                  "Бұл сіздің кінәңіз емес. Төлегеніңіздің бәрін қайтарамыз: 10"));
    ck_assert(has(say(NOTIFICATION_SOLD, LANGUAGE_EN, &booking),
                  "It isn't your fault. You get back all that you paid: "));
    ck_assert(has(say(NOTIFICATION_SOLD, LANGUAGE_RU, &booking), "Похожие квартиры на эти даты"));
    ck_assert(has(say(NOTIFICATION_SOLD_PART, LANGUAGE_RU, &booking), "не ваша вина. Вернём 10"));
    booking.claimed = 500000;
    ck_assert(has(say(NOTIFICATION_SOLD, LANGUAGE_RU, &booking), "Если вы перевели предоплату 5"));
    booking.claimed = booking.refund = 0;
    const struct slice unpaid = say(NOTIFICATION_SOLD, LANGUAGE_RU, &booking);
    ck_assert(has(unpaid, "не ваша вина.") && !has(unpaid, "Вернём") && !has(unpaid, "предоплату"));
}

TEST(guest_who_did_not_come_learns_what_returns)
{
    struct stay_booking booking = booking_of();

    ck_assert(has(say(NOTIFICATION_NO_SHOW, LANGUAGE_RU, &booking), "не приехали. Вернём 10"));
    booking.refund = 0;
    ck_assert(!has(say(NOTIFICATION_NO_SHOW, LANGUAGE_EN, &booking), "You get"));
}

TEST(guest_who_has_paid_too_much_learns_what_returns)
{
    struct stay_booking booking = booking_of();

    ck_assert(has(say(NOTIFICATION_PAID, LANGUAGE_RU, &booking), "вернём 10"));
    booking.refund = FIELD_ABSENT;
    ck_assert(!has(say(NOTIFICATION_PAID, LANGUAGE_RU, &booking), "вернём"));
}

static const struct {
    const char *why;
    int64_t paid, claimed, refund;
    const char *says, *says_not;
} sums[] = {
    {"cheaper",         2000000, 0,      200000,       "Вернём: 2",                        "доплатить"},
    {"dearer",          1000000, 0,      FIELD_ABSENT, "Осталось доплатить: 8", "Вернём"      },
    {"partly claimed",  1000000, 500000, FIELD_ABSENT, "Осталось доплатить: 3", "Вернём"      },
    {"nothing is paid", 0,       0,      FIELD_ABSENT, "Всего 18",                          "доплатить"},
};

TEST_ROWS_WHY(guest_of_a_changed_booking_learns_the_sums, sums)
{
    struct stay_booking booking = booking_of();

    booking.total = 1800000;
    booking.paid = row->paid;
    booking.claimed = row->claimed;
    booking.refund = row->refund;
    const struct slice payload = say(NOTIFICATION_CHANGED, LANGUAGE_RU, &booking);
    ck_assert(has(payload, row->says) && !has(payload, row->says_not));
}

TEST(part_payment_of_an_expired_hold_is_to_be_returned)
{
    struct stay_booking booking = booking_of();

    ck_assert(has(say(NOTIFICATION_EXPIRED_HOLD, LANGUAGE_RU, &booking), "Вернём 10"));
    ck_assert(has(say(NOTIFICATION_LAPSED, LANGUAGE_RU, &booking), "Верните гостю 10"));
    booking.refund = FIELD_ABSENT;
    ck_assert(!has(say(NOTIFICATION_EXPIRED_HOLD, LANGUAGE_RU, &booking), "Вернём"));
    ck_assert(!has(say(NOTIFICATION_LAPSED, LANGUAGE_RU, &booking), "Верните"));
}

TEST(entry_information_is_sent_on_the_day_only)
{
    struct stay_booking booking = booking_of();

    ck_assert(!has(say(NOTIFICATION_EVE, LANGUAGE_RU, &booking), "wwww"));
    ck_assert(!has(say(NOTIFICATION_CONFIRMED, LANGUAGE_RU, &booking), "wwww"));
}

/* --- staff --- */

// clang-format off
static const struct {
    enum notification notification;
    enum notification_why why;
    const char *says[4]; /* in Russian */
} for_staff[] = {
    {NOTIFICATION_REQUEST, NOTIFICATION_WHY_UNBOUND, {"<b>Запрос на бронь</b>, ответить до ", "его Telegram не привязан.", "go.0.staff_ok.AY8ABQAAcACAAAAAAAAAAQ_999999999999.", "go.0.staff_no."}},
    {NOTIFICATION_CLAIM, NOTIFICATION_WHY_OFF, {"<b>Гость сообщил об оплате</b>: 9", "уведомления у него выключены.", "Деньги пришли: 9", "Не пришли"}},
    {NOTIFICATION_MOVED, NOTIFICATION_WHY_UNKNOWN, {"Бронь изменилась", "Верните гостю ", "он ни разу не писал боту."}},
    {NOTIFICATION_BOOKED, NOTIFICATION_WHY_BLOCKED, {"<b>Новая бронь</b>", "он остановил бота."}},
    {NOTIFICATION_WITHDRAWN, NOTIFICATION_WHY_OFF, {"<b>Бронь отменена</b>", "Верните гостю "}},
    {NOTIFICATION_CHECKED_IN, NOTIFICATION_WHY_OFF, {"<b>Гость заехал</b>", "выключены."}},
    {NOTIFICATION_LAPSED, NOTIFICATION_WHY_OFF, {"<b>Срок брони истёк</b>", "выключены."}},
    {NOTIFICATION_REFUND, NOTIFICATION_WHY_NONE, {"<b>Вернуть гостю 10"}},
    {NOTIFICATION_REFUND_CHANGED, NOTIFICATION_WHY_NONE, {"<b>Вернуть гостю 10", "стоит меньше"}},
    {NOTIFICATION_REFUND_NO_SHOW, NOTIFICATION_WHY_NONE, {"<b>Вернуть гостю 10", "не приехал"}},
    {NOTIFICATION_REFUND_EXPIRED, NOTIFICATION_WHY_NONE, {"<b>Вернуть гостю 10", "не полностью"}},
    {NOTIFICATION_MISSED, NOTIFICATION_WHY_GONE, {"<b>Хозяин не получил сообщение", "Telegram больше недоступен."}},
    {NOTIFICATION_MISSED, NOTIFICATION_WHY_REFUSED, {"<b>Хозяин не получил сообщение", "Telegram не принял сообщение."}},
    {NOTIFICATION_REQUEST_ENDS, NOTIFICATION_WHY_OFF, {"<b>Запрос на бронь: на ответ остался час</b>, до ", "go.0.staff_ok.", "выключены."}},
    {NOTIFICATION_CLAIM_ENDS, NOTIFICATION_WHY_OFF, {"<b>На проверку оплаты остался час</b>: 9", "go.0.staff_ok.", "go.0.staff_no."}},
    {NOTIFICATION_REQUEST_WAITS, NOTIFICATION_WHY_NONE, {"<b>На запрос 30 минут нет ответа</b>, срок ", "Принять", "Отклонить"}},
    {NOTIFICATION_CLAIM_WAITS, NOTIFICATION_WHY_NONE, {"<b>Оплату 30 минут никто не проверил</b>: 9", "go.0.staff_ok.", "go.0.staff_no."}},
    {NOTIFICATION_CLAIM_OVERDUE, NOTIFICATION_WHY_NONE, {"<b>Срок проверки оплаты прошёл</b>: 9", "go.0.staff_ok.", "go.0.staff_no."}},
};
// clang-format on

TEST_ROWS(staff_get_a_short_text_in_every_language, for_staff)
{
    struct stay_booking booking = booking_of();

    booking.name = SLICE("Алия");
    booking.phone = SLICE("+77010000000");
    for (enum language language = LANGUAGE_RU; language <= LANGUAGE_KZ; language++) {
        const struct notification_recipient to = {.chat_id = -1001,
                                                  .language = language,
                                                  .is_staff = true,
                                                  .thread_id = 5,
                                                  .why = row->why};
        const struct slice payload = say_to(&to, row->notification, &booking);
        ck_assert(has(payload, "0WX1HA6S") && has(payload, "\"message_thread_id\":5"));
        ck_assert_msg(!has(payload, "Алия") && !has(payload, "7701") && !has(payload, "www"),
                      "it names no guest");
        for (size_t i = 0; i < COUNT(row->says) && language == LANGUAGE_RU; i++)
            ck_assert_msg(row->says[i] == NULL || has(payload, row->says[i]), "%s: %.*s",
                          row->says[i], SLICE_ARG(payload));
    }
}

TEST(deadline_in_the_past_is_not_named)
{
    struct stay_booking booking = booking_of();
    const struct notification_recipient to = {.chat_id = -1001, .is_staff = true};

    booking.expires_at = INT64_C(1798599999000000);
    ck_assert(!has(say(NOTIFICATION_CLAIM, LANGUAGE_RU, &booking), " до <b>"));
    ck_assert(!has(say_to(&to, NOTIFICATION_CLAIM, &booking), "проверить до"));
}

/* The deposit may be another one since the claim. */
TEST(claimed_sum_is_named_in_text_and_button)
{
    struct stay_booking booking = booking_of();
    const struct notification_recipient to = {.chat_id = -1001, .is_staff = true};

    booking.claimed = 1500000;
    const struct slice payload = say_to(&to, NOTIFICATION_CLAIM_ENDS, &booking);
    ck_assert_msg(has(payload, "остался час</b>: 15") && has(payload, "Деньги пришли: 15"), "%.*s",
                  SLICE_ARG(payload));
    ck_assert(has(say(NOTIFICATION_CLAIM, LANGUAGE_RU, &booking), "<b>15"));
}

TEST(claim_of_a_cancelled_booking_is_named)
{
    const struct notification_recipient staff = {.chat_id = -1001, .is_staff = true};
    struct stay_booking booking = booking_of();

    booking.claimed = 1500000;
    booking.refund = FIELD_ABSENT;
    ck_assert(!has(say(NOTIFICATION_MOVED, LANGUAGE_RU, &booking), "об оплате"));
    booking.status = SLICE("cancelled");
    ck_assert(has(say(NOTIFICATION_WITHDRAWN, LANGUAGE_RU, &booking), "сообщил об оплате 15"));
    ck_assert(has(say(NOTIFICATION_WITHDRAWN, LANGUAGE_KZ, &booking), "қайтарыңыз"));
    ck_assert(has(say(NOTIFICATION_WITHDRAWN, LANGUAGE_EN, &booking), "please return it"));
    ck_assert(has(say_to(&staff, NOTIFICATION_WITHDRAWN, &booking), "сообщил об оплате 15"));
}

static struct outbox_message message_of(enum notification notification, bool to_staff,
                                        const struct stay_booking *booking)
{
    const struct notification_apartment apartment = {.title = {.ru = SLICE("Дом")}};
    struct notification_input input = {
        .notification = notification,
        .to = {.chat_id = -1001, .is_staff = to_staff},
        .bot = SLICE("flats"),
        .texts = texts_built_in(),
        .booking = booking,
        .apartment = &apartment,
        .now = INT64_C(1798600000000000)
    };
    struct outbox_message sending;

    button_derive_key(SLICE("1:token"), input.button_key);
    ck_assert(notification_compose(&input, &arena, &sending, &fault));
    return sending;
}

static bool shows_receipt(enum notification notification, bool to_staff)
{
    struct stay_booking booking = booking_of();

    booking.receipt = SLICE("telegram:flats:photo:AgAC");
    const struct outbox_message sending = message_of(notification, to_staff, &booking);

    return slice_is(sending.method, "sendPhoto") && has(sending.payload, "AgAC") &&
           sending.confided;
}

static const struct {
    enum notification notification;
    bool owner, staff;
} receipts[] = {
    {NOTIFICATION_CLAIM,         true,  true },
    {NOTIFICATION_CLAIM_ENDS,    false, true }, /* the owner has it */
    {NOTIFICATION_CLAIM_WAITS,   false, true },
    {NOTIFICATION_CLAIM_OVERDUE, false, true },
    {NOTIFICATION_WITHDRAWN,     false, false},
};

TEST_ROWS(people_who_decide_about_a_payment_see_its_receipt, receipts)
{
    const bool has_owner_text = row->notification < NOTIFICATION_REFUND;

    ck_assert(!has_owner_text || shows_receipt(row->notification, false) == row->owner);
    ck_assert(shows_receipt(row->notification, true) == row->staff);
}

static const struct {
    enum notification notification;
    bool confided;
} to_guests[] = {
    {NOTIFICATION_AGREED,    true }, /* payment details */
    {NOTIFICATION_TODAY,     true }, /* a door code */
    {NOTIFICATION_ENTRY,     true },
    {NOTIFICATION_CONFIRMED, false},
};

TEST_ROWS(payment_details_and_door_codes_are_confided, to_guests)
{
    const struct stay_booking booking = booking_of();

    ck_assert_int_eq(message_of(row->notification, false, &booking).confided, row->confided);
}

/* --- the next day of an owner --- */

static struct slice say_day(const struct stay_booking *stays, size_t count, enum language language,
                            bool *any)
{
    struct notification_input input = {
        .notification = NOTIFICATION_TOMORROW,
        .to = {.chat_id = INT64_C(4503599627370495), .language = language},
        .texts = texts_built_in(),
        .now = INT64_C(1798600000000000)
    };
    struct notification_day day = {.stays = stays, .count = count};
    struct outbox_message sending = {.payload = SLICE_NONE};

    ck_assert(date_parse(SLICE("2026-12-31"), &day.day));
    button_derive_key(SLICE("1:token"), input.button_key);
    ck_assert_msg(
        notification_compose_arrivals_and_departures(&input, &day, &arena, &sending, any, &fault),
        "%s", fault.code);
    return sending.payload;
}

static struct stay_booking stay_of(int32_t from, int32_t nights, const char *code)
{
    struct stay_booking stay = booking_of();

    stay.check_in += from;
    stay.check_out = stay.check_in + nights;
    stay.check_in_at = INT64_C(1798707600000000); /* 2026-12-31 14:00 in Almaty */
    stay.check_out_at = INT64_C(1798700400000000);
    stay.code = slice_of(code);
    stay.name = SLICE("Алия");
    return stay;
}

TEST(owner_reads_who_arrives_and_departs_tomorrow)
{
    const struct stay_booking stays[] = {stay_of(0, 2, "ARRIVES"), stay_of(-3, 3, "DEPARTS"),
                                         stay_of(-1, 5, "STAYS"), stay_of(1, 1, "LATER")};
    bool any;
    const struct slice payload = say_day(stays, COUNT(stays), LANGUAGE_RU, &any);

    ck_assert(any);
    ck_assert(has(payload, "Завтра, 31 декабря, чт</b>\\nЗаезжают: 1\\nВыезжают: 1\\n"));
    ck_assert_msg(
        has(payload,
            "\\n→ заезд с 14:00, 100 гостей, ARRIVES\\n← выезд до 12:00, 100 гостей, DEPARTS\""),
        "%.*s", SLICE_ARG(payload));
    ck_assert(has(payload, "go.0.desk.."));
    ck_assert_msg(!has(payload, "Алия"), "no message to an owner names a guest");
    (void)say_day(stays + 2, 2, LANGUAGE_RU, &any);
    ck_assert_msg(!any, "nobody arrives or departs");
}

TEST_LOOP(many_arrivals_fit_one_message, LANGUAGE_RU, LANGUAGE_KZ + 1)
{
    enum { STAYS = 100 };
    static struct stay_booking stays[STAYS];
    bool any;

    for (int i = 0; i < STAYS; i++) {
        stays[i] = stay_of(0, 1, "0WX1HA6S");
        stays[i].title.ru = slice_of(title);
    }
    const struct slice payload = say_day(stays, STAYS, (enum language)_i, &any);
    ck_assert(any);
    ck_assert(has(payload, " 80"));
}
