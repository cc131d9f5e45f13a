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
    ck_book(&stand_guest, apartment, 13, 2);
    ck_refused(unblock(&stand_owner, apartment, made.id, "\"7.x\""), 412, "version_mismatch");
    ck_status(unblock(&stand_owner, apartment, made.id, made.etag), 204);
    ck_refused(unblock(&stand_owner, apartment, made.id, NULL), 404, "not_found");
    ck_book(&stand_guest, apartment, 10, 3);
    ck_rows(1, "outbox WHERE type = 'block.created' AND sequence = 1 AND NOT data ? 'reason'"
               " AND data ->> 'owner_id' IS NOT NULL");
    ck_rows(1, "outbox WHERE type = 'block.deleted' AND sequence = 2");
    ck_rows(2, "audit WHERE action LIKE 'block.%%'");
}

static const struct {
    const char *why;
    int from, nights;
    int status;
} beside[] = {
    {"before the stay",       8,  2, 201},
    {"over its first night",  9,  2, 409},
    {"over its buffer",       12, 1, 409},
    {"after its buffer",      14, 1, 201},
    {"over another block",    21, 5, 409},
    {"beside another block",  22, 2, 201},
    {"over an expired hold",  30, 2, 201},
    {"over a cancelled stay", 40, 2, 201},
};

FIBER_TEST(block_may_not_overlap_stay_buffer_or_block)
{
    const char *apartment = stand_apartment();
    struct answer answer, lapsed, cancelled;

    stand_sql("UPDATE apartment SET buffer_days = 2");
    ck_book(&stand_guest, apartment, 10, 2);
    ck_status(block(NULL, apartment, 20, 2), 201);
    lapsed = book(&stand_guest8, apartment, 30, 2);
    stand_sql("UPDATE occupancy SET expires_at = now() - interval '1 second' WHERE id = '%s'",
              lapsed.id);
    cancelled = book(&stand_guest8, apartment, 40, 2);
    ck_act(cancel_booking, NULL, cancelled.id, NULL);
    for (size_t i = 0; i < ARRAY_LEN(beside); i++) {
        answer = block(&stand_owner, apartment, beside[i].from, beside[i].nights);
        ck_assert_msg(answer.status == beside[i].status, "%s: %d %s", beside[i].why, answer.status,
                      answer.code);
    }
    ck_sql_text("expired", "SELECT status FROM occupancy WHERE id = '%s'", lapsed.id);
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

FIBER_TEST(refusal_names_the_nights)
{
    const char *apartment = stand_apartment();
    struct answer answer;

    ck_book(&stand_guest, apartment, 10, 2);
    const char *body = textf("{'from':'%s','to':'%s'}", stand_day(9), stand_day(13));
    answer = ck_refused(ask_post(post_block, .id = apartment, .body = body), 409, "nights_taken");
    const json_t *nights = json_object_get(answer.json, "nights");
    ck_assert_uint_eq(json_array_size(nights), 2);
    ck_text(nights, "0", stand_day(10));
    ck_text(nights, "1", stand_day(11));
}

FIBER_TEST(blocks_are_for_staff_and_the_apartments_owner)
{
    const char *apartment = stand_apartment();
    const struct ask list = {.handler = get_blocks, .caller = &stand_guest, .id = apartment};

    ck_refused(block(&stand_guest, apartment, 10, 1), 403, "forbidden");
    ck_refused(stand_ask(&list), 403, "forbidden");
    ck_refused(block(&stand_other, apartment, 10, 1), 404, "not_found");
    struct answer made = ck_status(block(NULL, apartment, 10, 1), 201);
    ck_refused(unblock(&stand_guest, apartment, made.id, NULL), 403, "forbidden");
    ck_refused(unblock(&stand_other, apartment, made.id, NULL), 404, "not_found");
    ck_refused(unblock(NULL, stand_apartment(), made.id, NULL), 404, "not_found");
    stand_sql("INSERT INTO owner (id, tenant_id, name) SELECT gen_random_uuid(), tenant_id, 'Б'"
              " FROM owner LIMIT 1");
    stand_sql("UPDATE apartment SET owner_id = (SELECT id FROM owner WHERE name = 'Б')");
    ck_refused(block(&stand_owner, apartment, 20, 1), 404, "not_found");
    ck_refused(unblock(&stand_owner, apartment, made.id, NULL), 404, "not_found");
    struct answer answer = book(&stand_guest, apartment, 30, 1);
    answer = ck_refused(unblock(NULL, apartment, answer.id, NULL), 404, "not_found");
}

FIBER_TEST(block_has_one_to_366_nights)
{
    const char *apartment = stand_apartment();

    ck_refused(block(NULL, apartment, 10, 0), 422, "bad_range");
    ck_refused(block(NULL, apartment, 10, 367), 422, "out_of_range");
    ck_status(block(NULL, apartment, 10, 366), 201);
}

FIBER_TEST(blocks_are_listed_newest_first_in_pages)
{
    const char *apartment = stand_apartment();
    struct ask ask = {
        .handler = get_blocks, .caller = &stand_owner, .id = apartment, .params = "limit=3"};

    for (int i = 0; i < 5; i++)
        ck_status(block(NULL, apartment, 10 + i, 1), 201);
    ck_status(block(NULL, stand_apartment(), 10, 1), 201);
    struct answer answer = ck_status(stand_ask(&ask), 200);
    ck_count(answer.json, "items", 3);
    const json_t *first = value_at(answer.json, "items.0");
    ck_text(first, "from", stand_day(14));
    ck_text(first, "reason", "Ремонт");
    ask.params = textf("limit=3&cursor=%s", text_at(answer.json, "next_cursor"));
    answer = stand_ask(&ask);
    ck_count(answer.json, "items", 2);
    ck_assert(json_is_null(json_object_get(answer.json, "next_cursor")));
    ask.id = stand_apartment();
    answer = ck_refused(stand_ask(&ask), 422, "bad_cursor");
}

FIBER_TEST(dry_run_deletes_nothing)
{
    const char *apartment = stand_apartment();
    const struct answer made = block(NULL, apartment, 10, 1);
    struct answer answer =
        ask_delete(delete_block, .id = apartment, .second_id = made.id, .params = "dry_run=true");

    ck_status(answer, 200);
    ck_text(answer.json, "would.deleted", made.id);
    ck_rows(1, "occupancy WHERE status = 'blocked'");
    ck_rows(1, "outbox");
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
