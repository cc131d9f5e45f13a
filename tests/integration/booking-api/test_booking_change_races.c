// SPDX-License-Identifier: MIT
/* Concurrent changes of stays and new bookings on PostgreSQL. */
#include "stays.h"

enum { CROWD = 16 };
static struct race {
    char ids[CROWD][40];
    char apartments[3][40];
    int next, moved, booked, refused;
} race;

static void count(const struct answer *answer, int *won)
{
    *won += answer->status < 300;
    race.refused += answer->status == 409;
    ck_assert_msg(answer->status < 300 || strcmp(answer->code, "nights_taken") == 0 ||
                      strcmp(answer->code, "changed_meanwhile") == 0,
                  "%d %s", answer->status, answer->code);
}

static void move_one(void *data)
{
    const struct answer answer =
        stay_change(NULL, data, 60, 3, stay_to_apartment(race.apartments[0]));

    count(&answer, &race.moved);
}

static void book_one(void *data)
{
    const struct answer answer = book(NULL, race.apartments[0], 61, 1);

    count(&answer, &race.booked);
}

TEST_CASE("booking_change_races", .setup = stand_begin, .teardown = stand_finish);

FIBER_TEST(date_change_and_new_booking_of_a_night_have_one_winner)
{
    race = (struct race){0};
    for (int i = 0; i < 2; i++)
        snprintf(race.apartments[i], sizeof race.apartments[i], "%s", stand_apartment());
    for (int i = 0; i < CROWD; i++) {
        const struct answer booked = book(NULL, race.apartments[i % 2], 10 + 2 * i, 1);
        memcpy(race.ids[i], booked.id, sizeof booked.id);
    }
    for (int i = 0; i < CROWD; i++) {
        stand_go(move_one, race.ids[i]);
        stand_go(book_one, NULL);
    }
    stand_join();
    ck_assert_int_eq(race.moved + race.booked, 1);
    ck_assert_int_eq(race.refused, 2 * CROWD - 1);
    ck_rows(1, "occupancy WHERE check_out > '%s' AND check_in < '%s'", stand_day(60),
            stand_day(63));
}

/* Ten clients move nine stays between three apartments; the only refusal is nights_taken. */
enum { MOVERS = 10, STAYS = 9, MOVES = 40 };

static void wander_one(void *data)
{
    unsigned chance = (unsigned)race.next++ + 1;

    for (int i = 0; i < MOVES; i++) {
        const int stay = rand_r(&chance) % STAYS, apartment = rand_r(&chance) % 3;
        const struct answer answer =
            stay_change(NULL, race.ids[stay], 20 + 3 * (rand_r(&chance) % 10), 2,
                        stay_to_apartment(race.apartments[apartment]));

        race.moved += answer.status == 200;
        race.refused += answer.status == 409;
        ck_assert_msg(answer.status == 200 || strcmp(answer.code, "nights_taken") == 0, "%d %s",
                      answer.status, answer.code);
    }
}

FIBER_TEST(ten_clients_moving_stays_between_three_apartments_succeed)
{
    race = (struct race){0};
    for (int i = 0; i < 3; i++)
        snprintf(race.apartments[i], sizeof race.apartments[i], "%s", stand_apartment());
    for (int i = 0; i < STAYS; i++)
        memcpy(race.ids[i], stay_make_confirmed(race.apartments[i % 3], 20 + 3 * i, 2).id,
               sizeof race.ids[i]);
    stand_race(MOVERS, wander_one);
    ck_assert_int_eq(race.moved + race.refused, MOVERS * MOVES);
    ck_assert_int_gt(race.moved, MOVES);
}
