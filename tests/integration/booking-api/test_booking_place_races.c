// SPDX-License-Identifier: MIT
/* Bookings beside an overdue hold and concurrent ones on PostgreSQL: no night is booked twice, a
 * guest has at most three holds and two confirmed stays without a payment. */
#include "stand.h"

TEST_CASE("booking_place_races", .setup = stand_begin, .teardown = stand_end);

FIBER_TEST(typed_phone_does_not_limit_its_owner)
{
    const char *apartment = stand_apartment();
    const char *phone = ",'phone':'+77010000001'";

    for (int i = 0; i < 3; i++)
        ck_status(stand_book(&stand_guest8, apartment, 10 + i, 1, phone, ""), 201);
    ck_refused(book(&stand_guest8, apartment, 20, 1), 409, "too_many_holds");
    for (int i = 0; i < 3; i++)
        ck_status(stand_book(NULL, apartment, 20 + i, 1, phone, ""), 201);
    ck_refused(stand_book(NULL, apartment, 30, 1, phone, ""), 409, "too_many_holds");
}

FIBER_TEST(overdue_hold_does_not_block_without_a_sweeper)
{
    const char *apartment = stand_apartment();

    struct answer old = ck_book(&stand_guest, apartment, 10, 2);
    stand_sql("UPDATE occupancy SET expires_at = now() - interval '1 second'");
    struct answer read = ask_get(get_booking, .id = old.id);
    ck_text(read.json, "status", "expired");
    ck_text(read.json, "expired_from", "held");
    ck_assert(json_is_null(json_object_get(read.json, "expires_at")));
    ck_count(read.json, "allowed_actions", 1); /* set-paid */
    ck_book(&stand_guest8, apartment, 11, 2);
    ck_sql_text("expired", "SELECT status FROM occupancy WHERE id = '%s'", old.id);
    ck_text(ask_get(get_booking, .id = old.id).json, "expired_from", "held");
    ck_sql_text("held>expired system 2",
                "SELECT from_status || '>' || to_status || ' ' || actor || ' ' ||"
                " version FROM booking_history WHERE booking_id = '%s'"
                " ORDER BY version DESC LIMIT 1",
                old.id);
    ck_rows(1,
            "outbox a JOIN outbox b"
            " ON b.type = 'booking.expired' AND b.resource_id = '%s'"
            " WHERE a.type = 'booking.held' AND a.resource_id = '%s'"
            " AND b.sequence = 2 AND b.source = a.source"
            " AND b.resource_type = a.resource_type"
            " AND b.tenant_id = a.tenant_id"
            " AND (SELECT array_agg(k ORDER BY k)"
            "   FROM jsonb_object_keys(a.data) k) ="
            " (SELECT array_agg(k ORDER BY k) FROM"
            "   jsonb_object_keys(b.data) k)",
            old.id, old.id);
    ck_rows(1, "audit WHERE resource_id = '%s' AND action = 'booking.expire' AND actor = 'system'",
            old.id);
}

enum { RIVALS = 20 };

/* One guest books many apartments, or many guests one. */
static const struct races {
    const char *why;
    int apart, nights;
    bool one_guest;
    int booked_min, booked_max;
} races[] = {
    {"one of the overlapping stays is booked",    0, 2, false, 1,          1     },
    {"adjacent stays are all booked",             2, 2, false, RIVALS,     RIVALS},
    {"chains of overlapping stays never overlap", 1, 3, false, RIVALS / 5, RIVALS},
    {"a guest holds three",                       2, 1, true,  3,          3     },
};

static struct {
    const struct races *race;
    const char *apartment;
    int next, booked, refused;
} rivals;

static void rival(void *data)
{
    const struct races *race = rivals.race;
    const int i = rivals.next++;
    const char *apartment = race->one_guest ? stand_apartment() : rivals.apartment;
    const char *guest = textf(",'telegram_id':%d", race->one_guest ? 7 : 100 + i);
    const struct answer answer =
        stand_book(NULL, apartment, 20 + i * race->apart,
                   race->nights + (race->apart == 0 ? i % 3 : 0), guest, "");

    rivals.booked += answer.status == 201;
    rivals.refused += answer.status == 409;
    ck_assert_msg(answer.status == 201 || answer.status == 409, "%d %s", answer.status,
                  answer.code);
}

FIBER_TEST_ROWS_WHY(twenty_concurrent_bookings_never_overlap, races)
{
    rivals = (__typeof__(rivals)){.race = row, .apartment = stand_apartment()};
    stand_race(RIVALS, rival);
    ck_assert_msg(rivals.booked >= row->booked_min && rivals.booked <= row->booked_max, "%d",
                  rivals.booked);
    ck_assert_int_eq(rivals.booked + rivals.refused, RIVALS);
    ck_sql(0, "SELECT count(*) FROM occupancy a JOIN occupancy b"
              " ON a.apartment_id = b.apartment_id AND a.id < b.id AND a.nights && b.nights"
              " WHERE a.status IN ('held', 'requested', 'confirmed')"
              " AND b.status IN ('held', 'requested', 'confirmed')");
}

struct confirmer {
    char id[40], actor[40];
    struct api_caller guest;
    int status;
};

static void confirm(void *data)
{
    struct confirmer *one = data;
    const struct answer answer = stand_act(confirm_booking, &one->guest, one->id, NULL);

    ck_assert_msg(answer.status == 200 || strcmp(answer.code, "too_many_unpaid") == 0, "%d %s",
                  answer.status, answer.code);
    one->status = answer.status;
}

static const struct {
    const char *why;
    bool one_account;
} confirmers[] = {
    {"one account with twenty phones", true },
    {"twenty accounts with one phone", false},
};

FIBER_TEST_ROWS_WHY(guest_confirming_twenty_stays_at_once_gets_two_without_a_payment, confirmers)
{
    static struct confirmer all[RIVALS];
    int confirmed = 0;

    /* Holds of one account, or of accounts with one phone. There are more of them than a guest may
     * make, so that many confirmations run at once. */
    for (int i = 0; i < RIVALS; i++) {
        struct confirmer *one = &all[i];
        const int account = row->one_account ? 7 : 100 + i;
        const struct answer held = ck_book(NULL, stand_apartment(), 10, 1);
        stand_sql("UPDATE booking SET guest_telegram_id = %d, guest_phone = '+7701%07d'"
                  " WHERE id = '%s'",
                  account, row->one_account ? i : 0, held.id);
        snprintf(one->id, sizeof one->id, "%s", held.id);
        snprintf(one->actor, sizeof one->actor, "guest:%d", account);
        one->guest = stand_guest;
        one->guest.actor_number = account;
        one->guest.actor_text = slice_of(one->actor);
    }
    for (int i = 0; i < RIVALS; i++)
        stand_go(confirm, &all[i]);
    stand_join();
    for (int i = 0; i < RIVALS; i++)
        confirmed += all[i].status == 200;
    ck_assert_int_eq(confirmed, 2);
    ck_rows(2, "occupancy WHERE status = 'confirmed'");
}
