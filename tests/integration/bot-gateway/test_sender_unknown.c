// SPDX-License-Identifier: MIT
/* Messages of calls after which it is unknown whether Telegram has received them. */

#include "outbox/outcome.h"
#include "sends.h"

TEST_CASE("sender unknown", .setup = sends_begin, .teardown = sends_finish);

/* Case: Timeout after bytes sent. */
FIBER_TEST(possibly_sent_message_is_retried_only_if_allowed)
{
    struct sender *sender = sends_start();

    sends_end = sends_unknown_once;
    const struct uuid resend =
        sends_place(sender, &(struct wish){.chat_id = 1, .text = "a", .on_unknown = OUTBOX_RESEND});
    const struct uuid hold =
        sends_place(sender, &(struct wish){.chat_id = 2, .text = "b", .on_unknown = OUTBOX_HOLD});
    const struct uuid edit =
        sends_place(sender, &(struct wish){.chat_id = 3, .text = "c", .on_unknown = OUTBOX_EDIT});
    const struct uuid edits = sends_place(sender, &(struct wish){.chat_id = 4,
                                                                 .text = "d",
                                                                 .method = "editMessageText",
                                                                 .on_unknown = OUTBOX_EDIT});
    sends_wait(&resend, "sent");
    sends_wait(&edits, "sent");
    sends_wait(&hold, "uncertain");
    sends_wait(&edit, "uncertain");
    ck_assert_int_eq(sends_count, 6);
    ck_sql_text("outcome_unknown", "SELECT error_code FROM sending WHERE id = '%s'",
                sends_id(&hold));
    /* Retried messages may have been sent twice, which their rows show. */
    ck_rows(4, "sending WHERE unknown_calls = 1");
    sends_end = NULL;
    const struct uuid certain = sends_text(sender, 5, "e");
    sends_wait(&certain, "sent");
    ck_sql(4, "SELECT sum(unknown_calls) FROM sending");
}

static void unknown_always(const struct send *send, struct call_result *result)
{
    *result = (struct call_result){.end = TELEGRAM_UNCERTAIN, .text = SLICE("502")};
}

/* Case: 5xx. The outage of Telegram lasts longer than the tries that follow each other closely. */
FIBER_TEST(message_outlives_an_outage_of_telegram)
{
    struct sender *sender = sends_start();

    sends_end = unknown_always;
    const struct uuid id = sends_text(sender, 1, "a");
    wait_for("EXISTS (SELECT FROM sending WHERE status = 'queued' AND unknown_calls = 1)");
    stand_sql("UPDATE sending SET unknown_calls = %d", OUTCOME_UNKNOWN_CALLS_MAX);
    stand_sql("UPDATE recipient SET due_at = now(), parked_until = NULL");
    wait_forf("EXISTS (SELECT FROM sending WHERE status = 'queued' AND unknown_calls = %d)",
              OUTCOME_UNKNOWN_CALLS_MAX + 1);
    sends_end = NULL;
    stand_sql("UPDATE recipient SET due_at = now(), parked_until = NULL");
    sends_wait(&id, "sent");
}

FIBER_TEST(message_with_unknown_outcome_has_limited_tries)
{
    struct sender *sender = sends_start();

    sends_end = unknown_always;
    const struct uuid id = sends_text(sender, 1, "a");
    sends_wait_count(1);
    wait_for("EXISTS (SELECT FROM sending WHERE status = 'queued' AND unknown_calls = 1)");
    stand_sql("UPDATE sending SET unknown_calls = %d, created_at = now() - interval '%d seconds'",
              OUTCOME_UNKNOWN_CALLS_MAX - 1, OUTCOME_UNKNOWN_AGE_MAX_S);
    stand_sql("UPDATE recipient SET due_at = now(), parked_until = NULL");
    sends_wait(&id, "uncertain");
}
