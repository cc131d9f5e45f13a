// SPDX-License-Identifier: MIT
/* An apartment changes its owner on PostgreSQL: live bookings change theirs, ended ones do not. */

#include "stand.h"

static struct api_caller second_owner; /* has no apartment yet */
static char first[UUID_TEXT_LEN + 1], second[UUID_TEXT_LEN + 1];

static void make_second_owner(void)
{
    static char actor[UUID_TEXT_LEN + 8];
    char tenant[UUID_TEXT_LEN + 1];

    second_owner = stand_owner;
    second_owner.actor_id = uuid_make();
    uuid_format(&stand_owner.actor_id, first);
    uuid_format(&second_owner.actor_id, second);
    uuid_format(&stand_owner.tenant_id, tenant);
    snprintf(actor, sizeof actor, "owner:%s", second);
    second_owner.actor_text = slice_of(actor);
    stand_sql("INSERT INTO owner (id, tenant_id, name) VALUES ('%s', '%s', 'Ермек')", second,
              tenant);
}

static struct answer set_owner(const char *apartment, const char *owner, bool dry_run)
{
    return ask_patch(patch_apartment, .id = apartment, .body = textf("{'owner_id':'%s'}", owner),
                     .params = dry_run ? "dry_run=true" : NULL);
}

/* Status, whether it is overdue, and whether the booking changes its owner. */
static const struct {
    const char *status;
    bool over, goes_along;
} stays[] = {
    {"held",            false, true },
    {"requested",       false, true },
    {"payment_claimed", false, true },
    {"confirmed",       false, true },
    {"checked_in",      false, true },
    {"held",            true,  false},
    {"requested",       true,  false},
    {"payment_claimed", true,  true },
    {"completed",       false, false},
    {"cancelled",       false, false},
    {"expired",         false, false},
    {"no_show",         false, false},
};
enum { STAYS = ARRAY_LEN(stays) };

TEST_CASE("booking_change_owner", .setup = stand_begin, .teardown = stand_end);

FIBER_TEST(live_bookings_change_owner_and_ended_ones_do_not)
{
    const char *apartment = stand_apartment();
    char ids[STAYS][40];

    make_second_owner();
    for (int i = 0; i < STAYS; i++) {
        const struct answer booked = ck_book(NULL, apartment, 10 + 2 * i, 2);
        memcpy(ids[i], booked.id, sizeof ids[i]);
        stand_sql("UPDATE occupancy SET status = '%s', expires_at = now() + interval '%s'"
                  " WHERE id = '%s'",
                  stays[i].status, stays[i].over ? "-1 minute" : "1 hour", booked.id);
        stand_sql("UPDATE booking_history SET to_status = '%s' WHERE booking_id = '%s'",
                  stays[i].status, booked.id);
        stand_sql("UPDATE outbox SET type = 'booking.%s', data = data || '{\"status\": \"%s\"}'"
                  " WHERE resource_id = '%s'",
                  stays[i].status, stays[i].status, booked.id);
    }
    ck_status(set_owner(apartment, second, true), 200);
    ck_rows(STAYS, "booking WHERE owner_id = '%s'", first);
    ck_status(set_owner(apartment, second, false), 200);
    for (int i = 0; i < STAYS; i++) {
        ck_status(ask_get(get_booking, .caller = &stand_owner, .id = ids[i]),
                  stays[i].goes_along ? 404 : 200);
        ck_status(ask_get(get_booking, .caller = &second_owner, .id = ids[i]),
                  stays[i].goes_along ? 200 : 404);
        ck_sql(stays[i].goes_along ? 2 : 1, "SELECT version FROM occupancy WHERE id = '%s'",
               ids[i]);
    }
    ck_refused(stand_act(confirm_booking, &stand_owner, ids[0], NULL), 404, "not_found");
    stand_check_traces();
    ck_sql_text(stand_text("SELECT '6 6 6 %s %s booking.change_owner PATCH /test test %s %s 6'",
                           stand_staff.actor_text.at, stand_staff.actor_text.at, second, first),
                "SELECT concat_ws(' ', count(*), count(client_id), count(key_id), min(h.actor),"
                " min(a.actor), min(a.action), min(route), min(request_id),"
                " min(e.data ->> 'owner_id'), min(e.data ->> 'former_owner_id'),"
                " count(e.data ->> 'former_owner_id')) FROM booking_history h JOIN audit a"
                "  ON a.resource_id = h.booking_id AND a.resource_version = h.version"
                " JOIN outbox e ON e.resource_id = h.booking_id AND e.sequence = h.version"
                " WHERE h.version = 2");
    /* The same owner again changes nothing. */
    ck_status(set_owner(apartment, second, false), 200);
    ck_sql(2, "SELECT max(version) FROM occupancy");
}

enum { MANY = 700 };

FIBER_TEST(hundreds_of_live_bookings_change_owner_at_once)
{
    const char *apartment = stand_apartment();

    make_second_owner();
    ck_book(&stand_guest, apartment, 1, 1);
    stand_sql("CREATE TEMP TABLE made AS SELECT gen_random_uuid() AS id, n"
              " FROM generate_series(1, %d) n",
              MANY - 1);
    stand_sql("INSERT INTO occupancy (id, tenant_id, apartment_id, kind, status, check_in,"
              " check_out) SELECT m.id, o.tenant_id, apartment_id, kind, 'confirmed', check_in + n,"
              " check_out + n FROM made m, occupancy o");
    stand_sql("INSERT INTO booking (id, tenant_id, code, apartment_id, owner_id, guest_name,"
              " guests, lines, total, deposit) SELECT m.id, tenant_id, 'M' || n, apartment_id,"
              " owner_id, 'Гость', 1, lines, total, deposit FROM made m, booking b");
    ck_status(set_owner(apartment, second, false), 200);
    ck_rows(MANY, "booking WHERE owner_id = '%s'", second);
    ck_sql(MANY, "SELECT count(DISTINCT e.event_id) FROM outbox e"
                 " JOIN booking_history h ON h.booking_id = e.resource_id"
                 "  AND h.version = e.sequence JOIN audit a ON a.resource_id = h.booking_id"
                 "  AND a.resource_version = h.version"
                 " WHERE type = 'booking.changed' AND h.version = 2");
}

enum { GUESTS = 12, FLIPS = 6 };

static char contested[40];
static int booked_count;

static void book_one(void *data)
{
    const int number = *(int *)data;
    struct answer answer;

    const char *phone = textf(",'phone':'+770100001%02d'", number);
    for (int i = 0; i < 3; i++) {
        answer = stand_book(NULL, contested, 10 + 3 * number + i, 1, phone, "");
        if (answer.status == 201)
            booked_count++;
        else
            ck_status(answer, 503);
    }
}

static void flip(void *data)
{
    for (int i = 0; i < FLIPS; i++) {
        const struct answer answer =
            set_owner(contested, (i + *(int *)data) % 2 ? first : second, false);

        if (answer.status != 503)
            ck_status(answer, 200);
        stand_sleep(3);
    }
}

FIBER_TEST(booking_made_during_a_change_of_owner_gets_the_new_owner)
{
    static int numbers[GUESTS];

    make_second_owner();
    snprintf(contested, sizeof contested, "%s", stand_apartment());
    booked_count = 0;
    for (int i = 0; i < GUESTS; i++) {
        numbers[i] = i;
        stand_go(book_one, &numbers[i]);
        if (i % 4 == 0)
            stand_go(flip, &numbers[i]);
    }
    stand_join();
    ck_assert_int_gt(booked_count, 0);
    ck_rows(booked_count, "booking");
    ck_rows(0, "booking b JOIN apartment a"
               " ON a.id = b.apartment_id WHERE b.owner_id <> a.owner_id");
    stand_check_traces();
}
