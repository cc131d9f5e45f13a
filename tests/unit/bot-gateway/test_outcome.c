// SPDX-License-Identifier: MIT
#include "outbox/backoff.h"
#include "outbox/outcome.h"
#include "support/test.h"

TEST_CASE("verdict");

enum { NO_PARK, BACKOFF, ITS_TIME, RETRY_AFTER_S = 5, ENDS = TELEGRAM_UNCERTAIN + 1 };

// clang-format off
static const struct {
    const char *why;
    enum telegram_outcome end;
    struct call_info call;
    enum outbox_status status;
    int park;
    bool plain, close, move, pause;
} rows[] = {
    {"done",                              TELEGRAM_DONE,           {.lane = OUTBOX_REPLY, .tries = 1}, OUTBOX_SENT, NO_PARK, 0, 0, 0, 0},
    {"done already",                      TELEGRAM_DONE_ALREADY,   {.lane = OUTBOX_REPLY, .tries = 1}, OUTBOX_SENT, NO_PARK, 0, 0, 0, 0},
    {"certainly not sent",                TELEGRAM_NOT_SENT,       {.lane = 1, .tries = 1, .on_unknown = OUTBOX_HOLD}, OUTBOX_QUEUED, BACKOFF, 0, 0, 0, 0},
    {"not sent for the hundredth time",   TELEGRAM_NOT_SENT,       {.lane = 2, .tries = 100}, OUTBOX_QUEUED, BACKOFF, 0, 0, 0, 0},
    {"unknown, better twice than never",  TELEGRAM_UNCERTAIN,      {.lane = 1, .tries = 1, .on_unknown = OUTBOX_RESEND}, OUTBOX_QUEUED, BACKOFF, 0, 0, 0, 0},
    {"unknown in an outage of Telegram",  TELEGRAM_UNCERTAIN,      {.lane = 1, .tries = 99, .unknown_calls = 98, .age_s = OUTCOME_UNKNOWN_AGE_MAX_S - 1, .on_unknown = OUTBOX_RESEND}, OUTBOX_QUEUED, BACKOFF, 0, 0, 0, 0},
    {"unknown for hours",                 TELEGRAM_UNCERTAIN,      {.lane = 1, .tries = 9, .unknown_calls = OUTCOME_UNKNOWN_CALLS_MAX - 1, .age_s = OUTCOME_UNKNOWN_AGE_MAX_S, .on_unknown = OUTBOX_RESEND}, OUTBOX_UNCERTAIN, NO_PARK, 0, 0, 0, 0},
    {"unknown after hours in the queue",  TELEGRAM_UNCERTAIN,      {.lane = 1, .tries = 99, .age_s = OUTCOME_UNKNOWN_AGE_MAX_S, .on_unknown = OUTBOX_RESEND}, OUTBOX_QUEUED, BACKOFF, 0, 0, 0, 0},
    {"unknown for the hundredth time, held", TELEGRAM_UNCERTAIN,   {.lane = 1, .tries = 99, .unknown_calls = 98, .on_unknown = OUTBOX_HOLD}, OUTBOX_UNCERTAIN, NO_PARK, 0, 0, 0, 0},
    {"unknown after certain failures",    TELEGRAM_UNCERTAIN,      {.lane = 1, .tries = 9, .on_unknown = OUTBOX_RESEND}, OUTBOX_QUEUED, BACKOFF, 0, 0, 0, 0},
    {"unknown, held",                     TELEGRAM_UNCERTAIN,      {.lane = 1, .tries = 1, .on_unknown = OUTBOX_HOLD}, OUTBOX_UNCERTAIN, NO_PARK, 0, 0, 0, 0},
    {"unknown, a new message",            TELEGRAM_UNCERTAIN,      {.lane = 1, .tries = 1, .on_unknown = OUTBOX_EDIT}, OUTBOX_UNCERTAIN, NO_PARK, 0, 0, 0, 0},
    {"unknown, an edit",                  TELEGRAM_UNCERTAIN,      {.lane = 1, .tries = 1, .on_unknown = OUTBOX_EDIT, .edits = true}, OUTBOX_QUEUED, BACKOFF, 0, 0, 0, 0},
    {"too many",                          TELEGRAM_THROTTLED,      {.lane = 1, .tries = 9}, OUTBOX_QUEUED, ITS_TIME, 0, 0, 0, 0},
    {"another chat",                      TELEGRAM_MIGRATED,       {.lane = 1, .tries = 1}, OUTBOX_QUEUED, NO_PARK, 0, 0, 1, 0},
    {"a dead chat",                       TELEGRAM_NO_RECIPIENT,   {.lane = 1, .tries = 1}, OUTBOX_FAILED, NO_PARK, 0, 1, 0, 0},
    {"broken markup",                     TELEGRAM_BAD_MARKUP,     {.lane = 1, .tries = 1}, OUTBOX_QUEUED, NO_PARK, 1, 0, 0, 0},
    {"broken without markup",             TELEGRAM_BAD_MARKUP,     {.lane = 1, .tries = 2, .plain = true}, OUTBOX_FAILED, NO_PARK, 0, 0, 0, 0},
    {"refused",                           TELEGRAM_REFUSED,        {.lane = 1, .tries = 1}, OUTBOX_FAILED, NO_PARK, 0, 0, 0, 0},
    {"a dead bot",                        TELEGRAM_NO_BOT,         {.lane = 1, .tries = 1}, OUTBOX_QUEUED, NO_PARK, 0, 0, 0, 1},
    {"an answer that is done",            TELEGRAM_DONE,           {.lane = OUTBOX_ANSWER, .tries = 1}, OUTBOX_SENT, NO_PARK, 0, 0, 0, 0},
    {"an answer that is too old",         TELEGRAM_DONE_ALREADY,   {.lane = OUTBOX_ANSWER, .tries = 1}, OUTBOX_SENT, NO_PARK, 0, 0, 0, 0},
    {"an answer that was not sent",       TELEGRAM_NOT_SENT,       {.lane = OUTBOX_ANSWER, .tries = 1}, OUTBOX_FAILED, NO_PARK, 0, 0, 0, 0},
    {"an answer of a dead chat",          TELEGRAM_NO_RECIPIENT,   {.lane = OUTBOX_ANSWER, .tries = 1}, OUTBOX_FAILED, NO_PARK, 0, 0, 0, 0},
    {"an answer of a dead bot",           TELEGRAM_NO_BOT,         {.lane = OUTBOX_ANSWER, .tries = 1}, OUTBOX_FAILED, NO_PARK, 0, 0, 0, 1},
};
// clang-format on

/* Case: Callback. */
TEST_ROWS_WHY(call_result_determines_the_outcome, rows)
{
    const struct call_result result = {.end = row->end, .retry_after_s = RETRY_AFTER_S};
    const struct outcome outcome = outcome_decide_after_call(&result, &row->call, 437);
    const int64_t parks[] = {[NO_PARK] = 0,
                             [BACKOFF] = backoff_after_failed_tries_ms(row->call.tries, 437),
                             [ITS_TIME] = RETRY_AFTER_S * 1000 + 437};

    ck_assert_msg(outcome.status == row->status, "%s", outbox_status_names[outcome.status]);
    ck_assert_int_eq(outcome.backoff_ms, parks[row->park]);
    ck_assert(outcome.plain == row->plain && outcome.close_chat == row->close &&
              outcome.move_chat == row->move && (outcome.pause_bot_ms > 0) == row->pause);
    /* A failed or waiting message has an error code. */
    ck_assert((outcome.code == NULL) ==
              (outcome.status == OUTBOX_SENT || row->end == TELEGRAM_MIGRATED));
}

/* Once, because the next call is not an edit. */
TEST(edit_of_a_deleted_message_becomes_a_new_one)
{
    const struct call_result result = {.end = TELEGRAM_NO_MESSAGE};
    const struct call_info edit = {.lane = 1, .tries = 1, .edits = true, .edits_text = true};
    const struct call_info buttons = {.lane = 1, .tries = 1, .edits = true};
    const struct call_info answer = {.lane = OUTBOX_ANSWER, .tries = 1, .edits_text = true};
    struct outcome outcome = outcome_decide_after_call(&result, &edit, 437);

    ck_assert(outcome.as_new && outcome.status == OUTBOX_QUEUED && outcome.backoff_ms == 0);
    ck_assert_str_eq(outcome.code, "message_gone");
    outcome = outcome_decide_after_call(&result, &buttons, 437);
    ck_assert(!outcome.as_new && outcome.status == OUTBOX_FAILED);
    outcome = outcome_decide_after_call(&result, &answer, 437);
    ck_assert(!outcome.as_new && outcome.status == OUTBOX_FAILED);
}

/* Case: A photo that Telegram refuses. Once, because the replacement has no replacement. Results
 * that do not concern the photo change nothing. */
TEST_LOOP(refused_photo_is_sent_as_its_text, 0, ENDS)
{
    static const char *const replaced[ENDS] = {[TELEGRAM_BAD_MARKUP] = "photo_refused",
                                               [TELEGRAM_NO_MESSAGE] = "message_gone",
                                               [TELEGRAM_REFUSED] = "photo_refused"};
    const struct call_result result = {.end = (enum telegram_outcome)_i,
                                       .retry_after_s = RETRY_AFTER_S};
    const struct call_info words = {.lane = 1, .tries = 1, .on_unknown = OUTBOX_RESEND};
    struct call_info photo = words, answer = {.lane = OUTBOX_ANSWER, .tries = 1};

    photo.has_instead = answer.has_instead = photo.has_file = true;
    const struct outcome outcome = outcome_decide_after_call(&result, &photo, 437),
                         without = outcome_decide_after_call(&result, &words, 437);
    ck_assert_int_eq(outcome.instead, replaced[_i] != NULL);
    ck_assert(!without.instead && !outcome_decide_after_call(&result, &answer, 437).instead);
    if (replaced[_i] == NULL) {
        ck_assert_int_eq(outcome.status, without.status);
        ck_assert_int_eq(outcome.backoff_ms, without.backoff_ms);
        return;
    }
    ck_assert_int_eq(outcome.status, OUTBOX_QUEUED);
    ck_assert_int_eq(outcome.backoff_ms, 0); /* at once */
    ck_assert(!outcome.as_new && !outcome.plain && !outcome.close_chat && !outcome.move_chat);
    ck_assert_str_eq(outcome.code, replaced[_i]);
}

/* Case: A photo that Telegram refuses. Telegram may take long to fetch a photo, without an
 * answer. */
TEST(photo_with_unknown_outcome_is_tried_twice)
{
    const struct call_result result = {.end = TELEGRAM_UNCERTAIN};
    struct call_info photo = {
        .lane = 1, .tries = 9, .on_unknown = OUTBOX_RESEND, .has_instead = true, .has_file = true};

    ck_assert(!outcome_decide_after_call(&result, &photo, 437).instead);
    photo.unknown_calls = 1;
    ck_assert(outcome_decide_after_call(&result, &photo, 437).instead);
    ck_assert_str_eq(outcome_decide_after_call(&result, &photo, 437).code, "photo_unknown");
    photo.has_instead = false;
    ck_assert(!outcome_decide_after_call(&result, &photo, 437).instead);
}

/* Markup and the edited message are not what makes such a text special. */
TEST_LOOP(refused_buttons_are_replaced, 0, ENDS)
{
    const struct call_result result = {.end = (enum telegram_outcome)_i};
    const struct call_info text = {.lane = 1,
                                   .tries = 1,
                                   .unknown_calls = 1,
                                   .on_unknown = OUTBOX_RESEND,
                                   .edits_text = true,
                                   .has_instead = true};
    const struct outcome outcome = outcome_decide_after_call(&result, &text, 437);
    const bool replaced = _i == TELEGRAM_REFUSED || _i == TELEGRAM_UNCERTAIN;

    ck_assert_int_eq(outcome.instead, replaced);
    ck_assert_int_eq(outcome.plain, _i == TELEGRAM_BAD_MARKUP);
    ck_assert_int_eq(outcome.as_new, _i == TELEGRAM_NO_MESSAGE);
    if (replaced)
        ck_assert_str_eq(outcome.code, "replaced");
}

/* A member who has left, or a right that the bot lacks, does not close the group. */
TEST(refused_message_to_one_member_is_sent_to_all)
{
    const struct call_result gone = {.end = TELEGRAM_NO_RECIPIENT};
    const struct call_info call = {
        .lane = 1, .tries = 1, .has_instead = true, .is_ephemeral = true};
    const struct outcome outcome = outcome_decide_after_call(&gone, &call, 437);

    ck_assert(outcome.instead && !outcome.close_chat && outcome.status == OUTBOX_QUEUED);
    ck_assert_str_eq(outcome.code, "replaced");
}

TEST(methods_that_send_a_file)
{
    ck_assert(outcome_method_sends_file(SLICE("sendPhoto")));
    ck_assert(outcome_method_sends_file(SLICE("sendMediaGroup")));
    ck_assert(outcome_method_sends_file(SLICE("editMessageMedia")));
    ck_assert(!outcome_method_sends_file(SLICE("editMessageText")));
    ck_assert(!outcome_method_sends_file(SLICE("sendVenue")));
}

/* The topic may be closed or deleted, and the group still there. */
TEST(message_of_a_lost_topic_is_sent_without_it)
{
    const struct call_result result = {.end = TELEGRAM_NO_RECIPIENT};
    struct call_info call = {.lane = 1, .tries = 1, .has_instead = true, .in_topic = true};
    struct outcome outcome = outcome_decide_after_call(&result, &call, 437);

    ck_assert(outcome.instead && !outcome.close_chat && outcome.status == OUTBOX_QUEUED);
    ck_assert_str_eq(outcome.code, "topic_gone");
    call.has_instead = false;
    outcome = outcome_decide_after_call(&result, &call, 437);
    ck_assert(outcome.leave_topic && !outcome.instead && !outcome.close_chat);
    ck_assert_int_eq(outcome.status, OUTBOX_QUEUED);
    ck_assert_str_eq(outcome.code, "topic_gone");
    call.has_instead = true;
    call.in_topic = false;
    outcome = outcome_decide_after_call(&result, &call, 437);
    ck_assert(!outcome.instead && !outcome.leave_topic && outcome.close_chat);
}

TEST(methods_that_edit_are_known)
{
    ck_assert(outcome_method_edits_text(SLICE("editMessageText")));
    ck_assert(!outcome_method_edits_text(SLICE("editMessageReplyMarkup")));
    ck_assert(outcome_method_edits_message(SLICE("editMessageReplyMarkup")));
    ck_assert(outcome_method_edits_message(SLICE("editMessageText")));
    ck_assert(!outcome_method_edits_message(SLICE("sendMessage")));
    ck_assert(!outcome_method_edits_message(SLICE("edi")));
}

static bool allows(const struct outbox_message *message, enum outbox_action action)
{
    return transition_find(&outbox_machine, outbox_transition_state_of(message), (int)action,
                           TRANSITION_BY_STAFF) != NULL;
}

TEST(statuses_allow_their_actions)
{
    for (int status = OUTBOX_QUEUED; status <= OUTBOX_CANCELLED; status++) {
        const struct outbox_message sending = {.status = status};
        const struct outbox_message confided = {.status = status, .confided = true};
        ck_assert_int_eq(allows(&sending, OUTBOX_CANCEL), status == OUTBOX_QUEUED);
        ck_assert_int_eq(allows(&sending, OUTBOX_SEND_AGAIN),
                         status == OUTBOX_UNCERTAIN || status == OUTBOX_FAILED);
        ck_assert_int_eq(allows(&confided, OUTBOX_SEND_AGAIN), status == OUTBOX_UNCERTAIN);
    }
    ck_assert(transition_leads_to(&outbox_machine, OUTBOX_CANCEL, OUTBOX_CANCELLED));
    ck_assert(transition_leads_to(&outbox_machine, OUTBOX_SEND_AGAIN, OUTBOX_QUEUED));
}
