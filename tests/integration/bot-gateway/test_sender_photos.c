// SPDX-License-Identifier: MIT
/* A photo or its replacement is sent, with any answer of Telegram and despite crashes. So is a
 * message to a topic that is closed. */

#include "sends.h"
#include "support/metric_of.h"

TEST_CASE("sender photos", .setup = sends_begin, .teardown = sends_finish);

#define PHOTO_WISH                                                                                 \
    .method = "editMessageMedia",                                                                  \
    .payload = "[{\"media\": {\"type\": \"photo\", \"media\": \"https://x.kz/1.jpg\","             \
               " \"caption\": \"a\"}, \"message_id\": 9}]",                                        \
    .instead = "[{\"method\": \"sendMessage\", \"text\": \"a\", \"parse_mode\": \"HTML\"},"        \
               " {\"method\": \"deleteMessage\", \"message_id\": 9}]"

static void photo_refused(const struct send *send, struct call_result *result)
{
    if (strcmp(send->method, "editMessageMedia") == 0)
        *result = (struct call_result){.end = TELEGRAM_REFUSED,
                                       .message_id = FIELD_ABSENT,
                                       .text = SLICE("wrong type of the web page content")};
    else if (strcmp(send->method, "deleteMessage") == 0)
        result->message_id = FIELD_ABSENT; /* the result is not a message */
}

static void are_calls(const char *wanted)
{
    char got[512] = "";

    for (int i = 0; i < sends_count; i++)
        snprintf(got + strlen(got), sizeof got - strlen(got), "%s %s; ", sends[i].method,
                 sends[i].text);
    ck_assert_str_eq(got, wanted);
}

/* Case: A photo that Telegram refuses. */
FIBER_TEST(refused_photo_is_replaced_before_later_messages)
{
    struct sender *sender = sends_start();
    const struct uuid taken = sends_place(sender, &(struct wish){PHOTO_WISH});

    sends_wait(&taken, "sent");
    ck_assert_double_eq(metric_of("messages_without_photo_total"), 0);
    sends_end = photo_refused;
    const struct uuid refused = sends_place(sender, &(struct wish){PHOTO_WISH});
    const struct uuid behind = sends_text(sender, 7, "behind");
    sends_wait(&behind, "sent");
    are_calls("editMessageMedia a; editMessageMedia a; sendMessage a; deleteMessage ; "
              "sendMessage behind; ");
    ck_assert_str_eq(sends_status(&refused), "sent");
    /* The message ids and the original photo are still stored. */
    ck_rows(1,
            "sending WHERE id = '%s' AND swapped AND error_code IS NULL AND "
            "jsonb_array_length(telegram_message_ids) = 1 AND instead -> 0 ? 'media'",
            sends_id(&refused));
    ck_rows(2, "message WHERE text = 'a'");
    ck_assert_double_eq(metric_of("messages_without_photo_total"), 1);
}

static int refusals;

static void first_call_refused(const struct send *send, struct call_result *result)
{
    (void)send;
    if (refusals++ == 0)
        *result = (struct call_result){
            .end = TELEGRAM_REFUSED,
            .message_id = FIELD_ABSENT,
            .text = SLICE("Text buttons are unallowed in the inline keyboard")};
}

/* A server with an older Bot API knows no buttons that copy. */
FIBER_TEST(refused_buttons_are_replaced)
{
    struct sender *sender = sends_start();

    refusals = 0;
    sends_end = first_call_refused;
    const struct uuid sent = sends_place(
        sender, &(struct wish){.method = "sendMessage",
                               .payload = "[{\"text\": \"new\", \"reply_markup\": {}}]",
                               .instead = "[{\"method\": \"sendMessage\", \"text\": \"old\"}]"});
    sends_wait(&sent, "sent");
    are_calls("sendMessage new; sendMessage old; ");
    ck_rows(1, "sending WHERE id = '%s' AND swapped AND error_code IS NULL", sends_id(&sent));
    ck_assert_double_eq(metric_of("messages_without_photo_total"), 0);
}

static void file_refused(const struct send *send, struct call_result *result)
{
    if (strcmp(send->method, "sendMessage") != 0)
        *result = (struct call_result){.end = TELEGRAM_REFUSED,
                                       .message_id = FIELD_ABSENT,
                                       .text = SLICE("wrong file identifier/HTTP URL specified")};
}

static const struct {
    struct wish wish;
    const char *calls;
    int messages;
} unsendable[] = {
    {{.method = "sendDocument",
      .payload = "[{\"document\": \"BQ\", \"caption\": \"a\"}]",
      .instead = "[{\"method\": \"sendMessage\", \"text\": \"a\"}]",
      .confided = true},
     "sendDocument a; sendDocument a; sendMessage a; ",   0},
    {{.method = "sendMediaGroup",
      .payload = "[{\"media\": [{\"type\": \"photo\", \"media\": \"https://x.kz/1.jpg\"},"
                 " {\"type\": \"photo\", \"media\": \"https://x.kz/2.jpg\"}]}]",
      .instead = "[{\"method\": \"sendMessage\", \"text\": \"a\"}]"},
     "sendMediaGroup ; sendMediaGroup ; sendMessage a; ", 1},
};

/* Case: A photo that Telegram refuses. Of a confided message neither the document nor the text
 * stays. The result of an album is a list of messages. */
FIBER_TEST_ROWS(refused_document_or_album_is_sent_as_its_text, unsendable)
{
    struct sender *sender = sends_start();
    const struct uuid sent = sends_place(sender, &row->wish);

    sends_wait(&sent, "sent");
    sends_end = file_refused;
    const struct uuid refused = sends_place(sender, &row->wish);
    sends_wait(&refused, "sent");
    are_calls(row->calls);
    ck_rows(0, "sending WHERE payload::text LIKE '%%BQ%%' OR instead::text LIKE '%%BQ%%'");
    ck_rows(row->messages, "message");
}

static void text_refused(const struct send *send, struct call_result *result)
{
    (void)send;
    *result = (struct call_result){.end = TELEGRAM_REFUSED, .message_id = FIELD_ABSENT};
}

FIBER_TEST(photo_with_a_refused_replacement_fails)
{
    sends_end = text_refused;
    const struct uuid id = sends_place(sends_start(), &(struct wish){PHOTO_WISH});
    sends_wait(&id, "failed");
    are_calls("editMessageMedia a; sendMessage a; ");
}

/* Case: A photo that Telegram refuses. The process dies before or after the refusal is stored. */
FIBER_TEST(refused_photo_survives_the_end_of_its_process)
{
    struct uuid before, after;

    stand_stop(sends_start());
    ck_assert(sends_placed(&(struct wish){.chat_id = 1, PHOTO_WISH}, &before));
    ck_assert(sends_placed(&(struct wish){.chat_id = 2, PHOTO_WISH}, &after));
    stand_sql("UPDATE sending SET swapped = true, payload = instead, instead = payload"
              " WHERE id = '%s'",
              sends_id(&after));
    sends_leave(&before, "0 seconds");
    sends_leave(&after, "0 seconds");
    sends_end = photo_refused;
    sends_start();
    sends_wait(&before, "sent");
    sends_wait(&after, "sent");
    ck_assert_int_eq(sends_count, 5);
    ck_rows(2, "sending WHERE swapped AND part = 2 AND unknown_calls = 1 AND payload -> 0 ->> "
               "'text' = 'a'");
}

/* --- topics --- */

static void topic_closed(const struct send *send, struct call_result *result)
{
    if (send->in_topic)
        *result = (struct call_result){.end = TELEGRAM_NO_RECIPIENT,
                                       .message_id = FIELD_ABSENT,
                                       .text = SLICE("TOPIC_CLOSED")};
}

/* A notification to staff, of two parts. The group can still be written to. */
FIBER_TEST(message_to_a_closed_topic_is_sent_to_the_group)
{
    struct sender *sender = sends_start();

    sends_end = topic_closed;
    const struct uuid id = sends_place(
        sender, &(struct wish){.chat_id = -100,
                               .payload = "[{\"text\": \"a\", \"message_thread_id\": 5},"
                                          " {\"text\": \"b\", \"message_thread_id\": 5}]"});
    sends_wait(&id, "sent");
    are_calls("sendMessage a; sendMessage a; sendMessage b; ");
    ck_assert(sends[0].in_topic && !sends[1].in_topic && !sends[2].in_topic);
    ck_rows(0, "recipient WHERE unreachable_since IS NOT NULL");
}
