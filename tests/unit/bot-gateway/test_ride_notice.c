// SPDX-License-Identifier: MIT
/* Notifications about rides: which one a step causes, and that each has a text and buttons. */
#include "notifications/ride_notice.h"
#include "support/scratch.h"
#include "support/test.h"
#include "texts/texts.h"

TEST_CASE("ride_notice");

#define HIM    "guest:7"
#define DRIVER "driver:018f0010-0000-7000-8000-000000000001"
#define STAFF  "staff:aigul"
#define SYSTEM "system"
#define RIDE   "AY8AEwAAcACAAAAAAAAAAQ"
#define TRIP   "AY8AEgAAcACAAAAAAAAAAQ"

static struct ride_order order;
static struct ride_run run;

#define ACTION(name)                                                                               \
    "{\"action\":\"" name "\",\"label\":{\"ru\":\"<" name ">\",\"kz\":\"" name "\",\"en\":\"" name \
    "\"}}"

static const char *passenger = "Данияр";

static void read_ride(const char *kind)
{
    const struct slice body = arena_printf(
        &arena,
        "{\"id\":\"018f0013-0000-7000-8000-000000000001\",\"version\":3,\"code\":\"R7K2M9QX\","
        "\"trip_id\":\"018f0012-0000-7000-8000-000000000001\",\"kind\":\"%s\",\"status\":\"held\","
        "\"from_stop\":0,\"to_stop\":1,\"from\":\"almaty\",\"to\":\"taraz\",\"seats\":2,"
        "\"depart_at\":\"2026-11-25T13:30:00Z\",\"arrive_at\":\"2026-11-25T17:30:00Z\","
        "\"expires_at\":\"2026-11-24T09:00:00Z\",\"free_cancel\":true,\"parcel_size\":\"large\","
        "\"total\":{\"amount\":1000000},\"deposit\":{\"amount\":200000},\"refund\":{\"amount\":"
        "200000},"
        "\"passenger\":{\"name\":\"%s\",\"phone\":\"+77012345678\"},"
        "\"driver\":{\"name\":\"Асхат\",\"phone\":\"+77017778899\",\"payment_info\":\"Kaspi "
        "87017778899\"},"
        "\"car\":{\"make\":\"Toyota\",\"model\":\"Camry\",\"plate\":\"777ABC05\"},"
        "\"allowed_actions\":[" ACTION("confirm") "," ACTION("decline") "," ACTION("cancel") "]}",
        kind, passenger);

    ck_ok(ride_read_order(body, &arena, &order, &fault));
}

static void read_trip(void)
{
    const char body[] =
        "{\"id\":\"018f0012-0000-7000-8000-000000000001\",\"status\":\"scheduled\",\"seats\":4,"
        "\"delay_minutes\":90,\"depart_at\":\"2026-11-25T13:30:00Z\","
        "\"arrive_at\":\"2026-11-25T17:30:00Z\",\"stops\":[{\"place\":\"almaty\"},{\"place\":"
        "\"taraz\"}],"
        "\"segments\":[],\"warnings\":[{\"until\":\"2026-11-26T03:00:00Z\"}],"
        "\"allowed_actions\":[" ACTION("confirm") "," ACTION("delay") "]}";

    ck_ok(ride_read_driver_trip(slice_of(body), &arena, &run, &fault));
}

// clang-format off
/* event, status before, status after, actor, status now; what the passenger and the driver read, or NULL */
static const struct {
    const char *why;
    const char *event, *from, *status, *actor, *now, *guest, *driver;
} steps[] = {
    {"the passenger asks",             "ride.requested",       NULL,              "requested",       HIM,    "requested",       NULL,                        "Заявка на ваш рейс</b>, ответьте до"},
    {"the driver agrees",              "ride.confirmed",       "requested",       "confirmed",       DRIVER, "confirmed",       "Водитель подтвердил",       NULL},
    {"staff agree",                    "ride.confirmed",       "requested",       "confirmed",       STAFF,  "confirmed",       "Поездка подтверждена",      "Новый пассажир"},
    {"agreed, then cancelled",         "ride.confirmed",       "requested",       "confirmed",       DRIVER, "cancelled",       NULL,                        NULL},
    {"the driver agrees, a deposit",   "ride.held",            "requested",       "held",            DRIVER, "held",            "Куда платить: Kaspi",       NULL},
    {"the passenger holds a seat",     "ride.held",            NULL,              "held",            HIM,    "held",            NULL,                        NULL},
    {"a seat is freed",                "ride.held",            "open",            "held",            SYSTEM, "held",            "подтвердите поездку, для этого внесите предоплату и сообщите о ней.\\nКуда платить: Kaspi", NULL},
    {"an offer is taken at once, a deposit", "ride.held",      "open",            "held",            DRIVER, "held",            "Водитель согласен. Держу место до", NULL},
    {"staff take an offer, a deposit", "ride.held",            "open",            "held",            STAFF,  "held",            "Водитель согласен. Держу место до", NULL},
    {"staff hold a seat",              "ride.held",            NULL,              "held",            STAFF,  "held",            NULL,                        NULL},
    {"the passenger confirms",         "ride.confirmed",       "held",            "confirmed",       HIM,    "confirmed",       NULL,                        "Новый пассажир"},
    {"the passenger has paid",         "ride.payment_claimed", "held",            "payment_claimed", HIM,    "payment_claimed", NULL,                        "сообщил об оплате"},
    {"the payment has arrived",        "ride.confirmed",       "payment_claimed", "confirmed",       DRIVER, "confirmed",       "Поездка подтверждена",      NULL},
    {"the driver declines",            "ride.declined",        "requested",       "declined",        DRIVER, "declined",        "не смог взять заявку",      NULL},
    {"the driver does not answer",     "ride.expired",         "requested",       "expired",         SYSTEM, "expired",         "не успел ответить",         NULL},
    {"nobody takes the request",       "ride.expired",         "open",            "expired",         SYSTEM, "expired",         "машина не нашлась",         NULL},
    {"the hold ends",                  "ride.expired",         "held",            "expired",         SYSTEM, "expired",         "Время вышло, место больше не держим. Вернём", NULL},
    {"the driver cancels",             "ride.cancelled",       "confirmed",       "cancelled",       DRIVER, "cancelled",       "Водитель отменил поездку. Вернём всё", NULL},
    {"the office cancels",             "ride.cancelled",       "confirmed",       "cancelled",       STAFF,  "cancelled",       "Поездка отменена",          "Поездка пассажира Данияр отменена"},
    {"the passenger cancels",          "ride.cancelled",       "confirmed",       "cancelled",       HIM,    "cancelled",       NULL,                        "Поездка пассажира Данияр отменена</b>, его места свободны. Верните пассажиру"},
    {"the passenger cancels a hold",   "ride.cancelled",       "held",            "cancelled",       HIM,    "cancelled",       NULL,                        NULL},
    {"the passenger stops waiting",    "ride.cancelled",       "open",            "cancelled",       HIM,    "cancelled",       NULL,                        NULL},
    {"another passenger",              "ride.cancelled",       "confirmed",       "cancelled",       "guest:77", "cancelled",   "Поездка отменена",          "Поездка пассажира Данияр отменена"},
    {"a driver offers a price",        "offer.pending",        NULL,              "pending",         NULL,   "pending",         "ответил водитель",          NULL},
    {"the driver is late",             "trip.delayed",         "scheduled",       "scheduled",       DRIVER, "scheduled",       "позже на <b>90 мин</b>",    NULL},
    {"staff move the trip",            "trip.delayed",         "scheduled",       "scheduled",       STAFF,  "scheduled",       "позже на <b>90 мин</b>",    "перенесён</b> на 90 мин"},
    {"a road is closed",               "trip.road_closed",     NULL,              "scheduled",       NULL,   "scheduled",       "Дорога закрыта до",         "Дорога закрыта"},
    {"the driver cancels the trip",    "trip.cancelled",       "scheduled",       "cancelled",       DRIVER, "cancelled",       NULL,                        NULL},
    {"the office cancels the trip",    "trip.cancelled",       "scheduled",       "cancelled",       STAFF,  "cancelled",       NULL,                        "Ваш рейс отменён"},
    {"a ride is soon",                 "remind.ride",          NULL,              NULL,              NULL,   NULL,              "Скоро поездка",             NULL},
    {"a trip is soon",                 "remind.run",           NULL,              NULL,              NULL,   NULL,              NULL,                        "Едете?"},
    {"a ride looks for a driver",      "request",              NULL,              NULL,              NULL,   NULL,              NULL,                        "ищет машину"},
    {"the driver sets off",            "trip.started",         "scheduled",       "started",         DRIVER, "started",         "Водитель выехал",           NULL},
    {"the ride is over",               "ride.completed",       "boarded",         "completed",       DRIVER, "completed",       "оцените водителя",          NULL},
    {"boarding is seen by both",       "ride.boarded",         "confirmed",       "boarded",         DRIVER, "boarded",         NULL,                        NULL},
    {"a trip is published",            "trip.scheduled",       NULL,              "scheduled",       DRIVER, "scheduled",       NULL,                        NULL},
    {"the payment is not confirmed",   "ride.expired",         "payment_claimed", "expired",         SYSTEM, "expired",         "Если вы перевели деньги",   "Оплата пассажира Данияр не подтверждена в срок</b>: 2"},
    {"the driver cancels a claimed ride", "ride.cancelled",    "payment_claimed", "cancelled",       DRIVER, "cancelled",       "Если вы перевели деньги, позовите человека", NULL},
    {"a claimed ride ends with the trip", "ride.cancelled",    "payment_claimed", "cancelled",       SYSTEM, "cancelled",       "Если вы перевели деньги, позовите человека", "Он сообщал об оплате: 2"},
    {"the passenger cancels a claimed ride", "ride.cancelled", "payment_claimed", "cancelled",       HIM,    "cancelled",       NULL,                        "Если деньги пришли, позовите человека"},
    {"a trip fits the request",        "ride.matched",         NULL,              "open",            NULL,   "open",            "На ваш путь вышла машина",  NULL},
    {"a trip fits a ride that is held", "ride.matched",        NULL,              "open",            NULL,   "held",            NULL,                        NULL},
    {"the driver changes the car",     "trip.car_changed",     "scheduled",       "scheduled",       DRIVER, "scheduled",       "Машина поменялась</b>",     NULL},
    {"the passenger does not come",    "ride.no_show",         "confirmed",       "no_show",         DRIVER, "no_show",         "Водитель отметил, что вы не пришли. Вернём", NULL},
    {"a hold paid in part ends",       "ride.expired",         RIDE_NOTICE_REFUND, "expired",        SYSTEM, "expired",         "Время вышло, место больше не держим. Вернём", "Верните пассажиру Данияр 2"},
    {"staff settle a ride",            "ride.settled",         "completed",       "completed",       STAFF,  "completed",       "разобрали вашу поездку.</b> Вам вернут 2", NULL},
    {"staff settle a refund",          "ride.settled",         RIDE_NOTICE_REFUND, "completed",      STAFF,  "completed",       "разобрали вашу поездку.</b> Вам вернут 2", "Верните пассажиру Данияр 2"},
    {"a parcel is not delivered",      RIDE_NOTICE_PARCEL_ENDED, "boarded",       "completed",       DRIVER, "completed",       "Если получатель её не получил", NULL},
    {"a claim after a part was paid ends", "ride.expired",     "payment_claimed", "expired",         SYSTEM, "expired",         "Если вы перевели деньги",   "позовите человека. Верните пассажиру 2"},
    {"a parcel is delivered",          RIDE_NOTICE_PARCEL_DELIVERED, "boarded",   "completed",       DRIVER, "completed",       "Посылка вручена",           NULL},
    {"a claimed ride paid in part is cancelled", "ride.cancelled", "payment_claimed", "cancelled",   HIM,    "cancelled",       NULL,                        "позовите человека. Верните пассажиру 2"},
    {"the driver does not set off",    "trip.cancelled",       "scheduled",       "cancelled",       SYSTEM, "cancelled",       NULL,                        "Ваш рейс отменён:</b> его не начали"},
    {"the passenger reports the driver", "ride.cancelled",     RIDE_NOTICE_MISSED, "cancelled",      HIM,    "cancelled",       NULL,                        "Пассажир Данияр отметил, что вы не приехали.</b> Его поездка отменена. Верните пассажиру 2"},
    {"no seat becomes free",           "ride.expired",         RIDE_NOTICE_WAITED, "expired",        SYSTEM, "expired",         "Место так и не освободилось", NULL},
    {"another offer is taken",         "offer.lost",           NULL,              "lost",            NULL,   "lost",            NULL,                        "заявку взял другой водитель"},
};
// clang-format on

static struct outbox_message compose(const struct ride_notice *notice, bool to_driver, bool of_ride,
                                     enum language language)
{
    uint8_t key[BUTTON_KEY_LEN];
    const struct ride_notice_input input = {
        .to = {.chat_id = INT64_C(4503599627370495), .language = language},
        .button_key = key,
        .texts = texts_built_in(),
        .order = of_ride || !to_driver ? &order : NULL,
        .run = &run,
        .now = INT64_C(1795500000000000)  /* 2026-11-24 */
    };
    struct outbox_message message = {.confided = false};

    button_derive_key(SLICE("1:token"), key);
    ck_ok(ride_notice_compose(notice, &input, &arena, &message, &fault));
    ck_assert(slice_is(message.method, "sendMessage"));
    return message;
}

static const struct ride_notice *find(int i, bool to_driver)
{
    const struct notification_step step = {.event = slice_of(steps[i].event),
                                           .from = slice_of(steps[i].from),
                                           .status = slice_of(steps[i].status),
                                           .actor = slice_of(steps[i].actor),
                                           .status_now = slice_of(steps[i].now),
                                           .guest = 7};

    return ride_notice_find(&step, to_driver);
}

static bool has(const struct outbox_message *message, const char *what)
{
    return strstr(arena_copy(&arena, message->payload).at, what) != NULL;
}

TEST_ROWS(step_of_a_ride_notifies_everyone_concerned_but_its_actor, steps)
{
    read_ride("seat");
    read_trip();
    for (int to_driver = 0; to_driver < 2; to_driver++) {
        const struct ride_notice *notice = find(_i, to_driver);
        const char *says = to_driver ? row->driver : row->guest;
        ck_assert_msg((notice != NULL) == (says != NULL), "%s: %d", row->why, to_driver);
        if (notice == NULL)
            continue;
        ck_assert(ride_notice_exists_for(slice_of(row->event), to_driver));
        const bool of_ride =
            strncmp(row->event, "trip.", 5) != 0 && strcmp(row->event, "remind.run") != 0;
        const struct outbox_message message = compose(notice, to_driver, of_ride, LANGUAGE_RU);
        ck_assert_msg(has(&message, says), "%s: %.*s", row->why, SLICE_ARG(message.payload));
        for (enum language language = LANGUAGE_RU; language <= LANGUAGE_KZ; language++) {
            const struct outbox_message any = compose(notice, to_driver, of_ride, language);
            ck_assert(has(&any, "almaty → taraz") && has(&any, "callback_data"));
        }
    }
}

TEST(driver_reads_nothing_about_the_passenger)
{
    read_ride("seat");
    read_trip();
    const struct outbox_message message = compose(find(0, true), true, true, LANGUAGE_RU);
    ck_assert(!message.confided && has(&message, "2 места"));
    ck_assert(has(&message, "go.0.rider_ok." RIDE "_3.") &&
              has(&message, "go.0.rider_no." RIDE "_3."));
    ck_assert(has(&message, "go.0.run." TRIP ".") && has(&message, "\"<confirm>\""));
    ck_assert(!has(&message, "Данияр") && !has(&message, "+7701") && !has(&message, "R7K2M9QX"));
}

/* booking-api requires a name, so that of an erased passenger is "erased". */
TEST(driver_does_not_read_the_name_of_an_erased_passenger)
{
    passenger = "erased";
    read_ride("seat");
    passenger = "Данияр";
    read_trip();
    ck_assert_str_eq(steps[19].why, "the passenger cancels");
    const struct outbox_message message = compose(find(19, true), true, true, LANGUAGE_RU);
    ck_assert(has(&message, "Поездка пассажира отменена") && !has(&message, "erased"));
}

TEST(driver_reads_that_a_passenger_reported_an_absence)
{
    struct notification_step step = {
        .event = SLICE("ride.cancelled"), .from = SLICE("confirmed"), .actor = SLICE(HIM)};

    read_ride("seat");
    ck_assert(ride_notice_mark_end(&step, &order) && slice_is(step.from, RIDE_NOTICE_REFUND));
    order.at_fault = SLICE("driver");
    ck_assert(ride_notice_mark_end(&step, &order) && slice_is(step.from, RIDE_NOTICE_MISSED));
    step.actor = SLICE(STAFF);
    ck_assert(ride_notice_mark_end(&step, &order) && slice_is(step.from, RIDE_NOTICE_REFUND));
}

TEST(driver_is_asked_whether_to_go)
{
    read_trip();
    const struct outbox_message message = compose(find(30, true), true, false, LANGUAGE_RU);
    ck_assert(has(&message, "go.0.run_ok." TRIP ".") && has(&message, "go.0.run_late." TRIP "."));
    run.actions.count = 0;
    const struct outbox_message other = compose(find(30, true), true, false, LANGUAGE_RU);
    ck_assert(!has(&other, "run_ok") && !has(&other, "run_late") && has(&other, "go.0.run."));
}

TEST(passenger_reads_the_contact_of_the_driver_in_a_confided_message)
{
    read_ride("seat");
    const struct outbox_message message = compose(find(1, false), false, true, LANGUAGE_RU);
    ck_assert(message.confided);
    ck_assert(has(&message, "+77017778899") && has(&message, "Toyota Camry, 777ABC05"));
    ck_assert(has(&message, "go.0.ride." RIDE ".") &&
              has(&message, "go.0.ride_cancel." RIDE "_3."));
    order.car.phone = order.payment_info = SLICE_NONE;
    ck_assert(!compose(find(1, false), false, true, LANGUAGE_RU).confided);
}

TEST(late_driver_and_closed_road_offer_to_cancel_without_cost)
{
    read_ride("seat");
    read_trip();
    const struct outbox_message message = compose(find(24, false), false, true, LANGUAGE_RU);
    ck_assert(has(&message, "Отмена бесплатна") && has(&message, "go.0.ride_cancel."));
    order.free_cancel = false;
    order.actions.count = 0;
    const struct outbox_message other = compose(find(24, false), false, true, LANGUAGE_RU);
    ck_assert(!has(&other, "Отмена бесплатна") && !has(&other, "go.0.ride_cancel."));
}

TEST_ROWS(number_of_the_driver_can_be_copied_where_it_is_shown, steps)
{
    const struct ride_notice *notice = find(_i, false);

    read_ride("seat");
    read_trip();
    if (notice == NULL || row->guest == NULL || strncmp(row->event, "ride.", 5) != 0)
        return;
    const struct outbox_message message = compose(notice, false, true, LANGUAGE_EN);
    ck_assert_int_eq(has(&message, "\"copy_text\":{\"text\":\"+77017778899\"}"),
                     has(&message, "Kaspi 87017778899"));
}

/* The ride has the time and the price of the offer that was accepted. */
TEST(driver_of_a_lost_offer_reads_nothing_about_the_accepted_one)
{
    const struct notification_step step = {.event = SLICE("offer.lost")};

    read_ride("seat");
    read_trip();
    ride_notice_hide_agreement(&order);
    const struct outbox_message message =
        compose(ride_notice_find(&step, true), true, true, LANGUAGE_RU);
    ck_assert(!message.confided && has(&message, "go.0.drive.") && has(&message, "2 места"));
    ck_assert(!has(&message, "₸") && !has(&message, "25 ноября"));
}

TEST(whole_car_and_parcel_have_words_in_place_of_seats)
{
    read_ride("car");
    const struct outbox_message whole = compose(find(0, true), true, true, LANGUAGE_RU);
    ck_assert(has(&whole, "Вся машина") && !has(&whole, "2 места"));
    read_ride("parcel");
    const struct outbox_message parcel = compose(find(0, true), true, true, LANGUAGE_RU);
    ck_assert(has(&parcel, "посылка, большая") && !has(&parcel, "2 места"));
}
