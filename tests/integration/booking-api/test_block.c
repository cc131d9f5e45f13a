// SPDX-License-Identifier: MIT
/* Blocks and stays on PostgreSQL. */
#include "stand.h"

static struct answer block(const struct api_caller *caller, const char *apartment, int from,
                           int nights)
{
    const char *body = textf("{'from':'%s','to':'%s','reason':'Ремонт'}", stand_day(from),
                             stand_day(from + nights));

    return ask_post(post_block, .caller = caller, .id = apartment, .body = body);
}

static struct answer unblock(const struct api_caller *caller, const char *apartment, const char *id,
                             const char *if_match)
{
    return ask_delete(delete_block, .caller = caller, .id = apartment, .second_id = id,
                      .if_match = if_match);
}

TEST_CASE("block", .setup = stand_begin, .teardown = stand_finish);

FIBER_TEST(block_takes_nights_until_it_is_deleted)
{
    const char *apartment = stand_apartment();

    struct answer made = ck_status(block(&stand_owner, apartment, 10, 3), 201);
    ck_refused(book(&stand_guest, apartment, 12, 2), 409, "nights_taken");
    const struct answer booked = ck_book(&stand_guest, apartment, 13, 2);
    ck_refused(unblock(NULL, apartment, booked.id, NULL), 404, "not_found");
    ck_refused(unblock(&stand_owner, apartment, made.id, "\"7.x\""), 412, "version_mismatch");
    ck_status(unblock(&stand_owner, apartment, made.id, made.etag), 204);
    ck_refused(unblock(&stand_owner, apartment, made.id, NULL), 404, "not_found");
    ck_book(&stand_guest, apartment, 10, 3);
    ck_rows(1, "outbox WHERE type = 'block.created' AND sequence = 1 AND NOT data ? 'reason'"
               " AND data ->> 'owner_id' IS NOT NULL");
    ck_rows(1, "outbox WHERE type = 'block.deleted' AND sequence = 2");
    ck_rows(2, "audit WHERE action LIKE 'block.%%'");
}

FIBER_TEST(overdue_hold_and_cancelled_stay_do_not_prevent_a_block)
{
    const char *apartment = stand_apartment();
    const struct answer lapsed = book(&stand_guest8, apartment, 30, 2),
                        cancelled = book(&stand_guest8, apartment, 40, 2);

    stand_sql("UPDATE occupancy SET expires_at = now() - interval '1 second' WHERE id = '%s'",
              lapsed.id);
    ck_act(cancel_booking, NULL, cancelled.id, NULL);
    ck_status(block(&stand_owner, apartment, 30, 2), 201);
    ck_sql_text("expired", "SELECT status FROM occupancy WHERE id = '%s'", lapsed.id);
    ck_status(block(&stand_owner, apartment, 40, 2), 201);
}

/* The hold ends between the refused insert and the lookup of the taken nights. */
FIBER_TEST(refused_block_without_remaining_conflict_has_no_nights)
{
    const char *apartment = stand_apartment();

    ck_book(&stand_guest8, apartment, 10, 2);
    stand_sql(
        "CREATE FUNCTION lapse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        " UPDATE occupancy SET status = 'expired' WHERE status = 'held'; RETURN NULL; END $$");
    stand_sql("CREATE TRIGGER lapse AFTER INSERT ON occupancy EXECUTE FUNCTION lapse()");
    ck_refused(block(&stand_owner, apartment, 10, 2), 409, "nights_taken");
    ck_rows(0, "outbox WHERE type LIKE 'block.%%'");
    stand_sql("DROP TRIGGER lapse ON occupancy");
    ck_status(block(&stand_owner, apartment, 20, 2), 201);
}

FIBER_TEST(longest_block_has_366_nights)
{
    ck_status(block(NULL, stand_apartment(), 10, 366), 201);
}

static int won, lost;

static void block_one(void *data)
{
    const struct answer answer = block(NULL, data, 10, 2);

    won += answer.status == 201;
    lost += answer.status == 409;
}

static void book_one(void *data)
{
    const struct answer answer = book(NULL, data, 11, 2);

    won += answer.status == 201;
    lost += answer.status == 409;
}

FIBER_TEST(block_and_booking_of_one_night_have_one_winner)
{
    static char apartment[40];

    won = lost = 0;
    snprintf(apartment, sizeof apartment, "%s", stand_apartment());
    for (int i = 0; i < 20; i++)
        stand_go(i % 2 == 0 ? block_one : book_one, apartment);
    stand_join();
    ck_assert_int_eq(won, 1);
    ck_assert_int_eq(lost, 19);
}
