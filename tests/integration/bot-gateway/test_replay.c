// SPDX-License-Identifier: MIT
/* Replays of a chat with the same and with other dialogues. */
#include <stdio.h>
#include <stdlib.h>

#include "base/now.h"

#include "booking.h"
#include "dialogue/replay.h"
#include "script.h"
#include "support/test.h"

enum { TURNS = 7 };

static char *told;
static size_t turns, different;

static void begin(void)
{
    sends_begin("test_replay");
}

static void finish(void)
{
    free(told);
    told = NULL;
    sends_finish();
}

TEST_CASE("replay", .setup = begin, .teardown = finish, .timeout_s = 60);

/* Updates of the chats: two people, states, a call, taps, a choice of language. */
static void talk_of(turn_step_fn *step)
{
    static const struct booking_says says[] = {
        {200, 0, NULL}
    };
    booking_start(says, 1);
    stand_look();
    struct turn_runner *started = updates_start(NULL, step, booking_url());
    deliver_text(1, 7, "en", "go");
    deliver_text(2, 7, "en", "from ad1");
    deliver_tap(3, 7, "ask /v1/x 2");
    deliver_text(4, 7, "en", "kk");
    deliver_tap(5, 7, "go");
    deliver_membership(6, 7, "member");
    deliver("{\"update_id\":7,\"callback_query\":{\"id\":\"5\",\"from\":{\"id\":7},\"message\":"
            "{\"message_id\":3,\"date\":0,\"chat\":{\"id\":7,\"type\":\"private\"}},"
            "\"data\":\"over\"}}");
    deliver_text(8, 8, "en", "go");
    wait_for(NOTHING_LEFT);
    updates_stop(started);
    booking_stop();
}

static void talk(void)
{
    talk_of(script_step);
}

static const char *replay_of(turn_step_fn *step, const struct replay_query *query)
{
    struct fault fault = {.code = ""};
    struct text_tables *texts = text_tables_create(&fault);
    size_t size;

    free(told);
    told = NULL;
    FILE *out = open_memstream(&told, &size);
    ck_assert(texts != NULL && out != NULL);
    struct replay replay = {
        .pool = stand_service()->pool, .step = step, .texts = texts, .query = *query, .out = out};
    ck_assert_msg(replay_chat(&replay, &fault), "%s: %s", fault.code, fault.detail);
    fclose(out);
    text_tables_release(texts);
    turns = replay.turns;
    different = replay.different;
    return told;
}

static const struct replay_query chat = {
    .bot = TEXTS_LITERAL("taxi"), .chat_id = 7, .user_id = FIELD_ABSENT, .from = FIELD_ABSENT};

#define EVERYTHING                                                                                 \
    "SELECT md5(concat((SELECT string_agg(u::text || u.xmin, '' ORDER BY id) FROM update u),"      \
    " (SELECT string_agg(s::text || s.xmin, '' ORDER BY id) FROM sending s),"                      \
    " (SELECT string_agg(d::text || d.xmin, '' ORDER BY id) FROM dialogue d),"                     \
    " (SELECT string_agg(p::text || p.xmin, '' ORDER BY id) FROM person p)))"

FIBER_TEST(same_dialogues_give_no_difference)
{
    talk();
    char before[64];
    snprintf(before, sizeof before, "%s", stand_text(EVERYTHING));
    ck_assert_str_eq(replay_of(script_step, &chat), "");
    ck_assert_uint_eq(turns, TURNS);
    ck_assert_uint_eq(different, 0);
    ck_assert_str_eq(stand_text(EVERYTHING), before);
    struct replay_query query = chat;
    query.user_id = 8;
    replay_of(script_step, &query);
    ck_assert_uint_eq(turns, 0);
    query.chat_id = 8;
    replay_of(script_step, &query);
    ck_assert_uint_eq(turns, 1);
}

/* From the middle: the first turn needs the stored state. */
FIBER_TEST(replay_begins_with_the_stored_state)
{
    talk();
    stand_sql("UPDATE update SET received_at = received_at - interval '1 hour'"
              " WHERE update_id <= 2");
    struct replay_query query = chat;
    query.from = now_wall_us() - 60 * US_PER_S;
    ck_assert_str_eq(replay_of(script_step, &query), "");
    ck_assert_uint_eq(turns, TURNS - 2);
    stand_sql("UPDATE update SET state_before = NULL WHERE update_id = 3");
    replay_of(script_step, &query);
    ck_assert_uint_gt(different, 0);
}

/* The sender replaced the refused photo, so the dialogue has not changed. */
FIBER_TEST(replacement_of_a_photo_is_no_difference)
{
    talk();
    stand_sql(
        "UPDATE sending SET swapped = true, instead = payload, payload = '[{\"text\": \"x\"}]'");
    ck_assert_str_eq(replay_of(script_step, &chat), "");
}

/* --- other dialogues --- */

static struct slice word_of(const struct turn_input *input)
{
    struct slice text =
        input->update.about == ABOUT_TAP ? input->update.tap_data : input->update.text;
    return slice_cut(&text, ' ');
}

static bool other_words(const struct turn_input *input, struct arena *arena,
                        struct turn_output *out, struct fault *fault)
{
    if (!script_step(input, arena, out, fault))
        return false;
    if (slice_is(word_of(input), "from"))
        out->replies[0].text = SLICE("other");
    if (slice_is(word_of(input), "kk"))
        out->count = 0;
    if (slice_is(word_of(input), "over"))
        out->replies[out->count++] = (struct turn_reply){.kind = TURN_TEXT, .text = SLICE("more")};
    return true;
}

FIBER_TEST(other_dialogues_show_their_differences)
{
    talk();
    ck_assert_str_eq(replay_of(other_words, &chat),
                     "update 2 of user 7\n"
                     "- sendMessage [{\"text\": \"said\", \"parse_mode\": \"HTML\"}]\n"
                     "+ sendMessage [{\"text\": \"other\", \"parse_mode\": \"HTML\"}]\n"
                     "update 4 of user 7\n"
                     "- sendMessage [{\"text\": \"said\", \"parse_mode\": \"HTML\"}]\n"
                     "update 7 of user 7\n"
                     "+ sendMessage [{\"text\": \"more\", \"parse_mode\": \"HTML\"}]\n");
    ck_assert_uint_eq(turns, TURNS);
    ck_assert_uint_eq(different, 3);
}

/* A caller that changes the n-th call, from 0. */
typedef void change_fn(struct service_call *call, size_t n);
struct changer {
    struct turn_caller caller;
    change_fn *change;
    size_t count;
};

static bool call_changed(void *data, const struct service_call *call, struct service_answer *answer,
                         struct fault *fault)
{
    struct changer *changer = data;
    struct service_call changed = *call;

    changer->change(&changed, changer->count++);
    return changer->caller.call(changer->caller.data, &changed, answer, fault);
}

static bool step_changed(const struct turn_input *input, change_fn *change, struct arena *arena,
                         struct turn_output *out, struct fault *fault)
{
    struct changer changer = {input->caller, change, 0};
    struct turn_input changed = *input;

    changed.caller = (struct turn_caller){call_changed, &changer};
    return script_step(&changed, arena, out, fault);
}

#define STEP_CHANGED(name, change)                                                                 \
    static bool name(const struct turn_input *input, struct arena *arena, struct turn_output *out, \
                     struct fault *fault)                                                          \
    {                                                                                              \
        return step_changed(input, change, arena, out, fault);                                     \
    }

static void to_other(struct service_call *call, size_t n)
{
    if (n == 1)
        call->path = SLICE("/v1/other");
}
STEP_CHANGED(other_call, to_other)

FIBER_TEST(unrecorded_call_ends_only_its_turn)
{
    talk();
    ck_assert_str_eq(replay_of(other_call, &chat),
                     "update 3 of user 7\n"
                     "? POST /v1/other {\"version\":1,\"call\":1}: this call is not recorded\n");
    ck_assert_uint_eq(turns, TURNS);
    ck_assert_uint_eq(different, 1);
}

static void to_owner(struct service_call *call, size_t n)
{
    (void)n;
    call->actor = SERVICE_AS_OWNER;
}
STEP_CHANGED(owner_call, to_owner)

/* The next turn starts with its stored state. */
FIBER_TEST(turn_of_an_owner_cannot_be_replayed)
{
    talk_of(owner_call);
    ck_assert_str_eq(replay_of(owner_call, &chat),
                     "update 3 of user 7\n"
                     "? POST /v1/x {\"version\":1,\"call\":0}: answers to owners and to the bot are"
                     " not kept\n");
    ck_assert_uint_eq(turns, TURNS);
}

FIBER_TEST(update_without_a_body_is_skipped)
{
    talk();
    stand_sql("UPDATE update SET body = '' WHERE update_id IN (3, 5)");
    ck_assert_str_eq(replay_of(script_step, &chat), "");
    ck_assert_uint_eq(turns, TURNS - 2);
}

/* The state of a changed turn is the start of the next ones. */
static bool other_state(const struct turn_input *input, struct arena *arena,
                        struct turn_output *out, struct fault *fault)
{
    if (!script_step(input, arena, out, fault))
        return false;
    if (slice_is(word_of(input), "go") && input->state.version == 0)
        out->moved = false;
    return true;
}

FIBER_TEST(next_turn_starts_with_the_replayed_state)
{
    talk();
    const char *all = replay_of(other_state, &chat);
    ck_assert_msg(
        strcmp(all, "update 3 of user 7\n"
                    "? POST /v1/x {\"version\":0,\"call\":0}: this call is not recorded\n") == 0,
        "%s", all);
}

/* --- data of the person --- */

static int languages[TURNS];
static int seen;

static bool note_language(const struct turn_input *input, struct arena *arena,
                          struct turn_output *out, struct fault *fault)
{
    if (seen < TURNS)
        languages[seen++] = input->language;
    return script_step(input, arena, out, fault);
}

/* The language was chosen in another chat, then in this one. */
FIBER_TEST(values_not_set_by_the_replay_are_as_stored)
{
    static const int expected[TURNS] = {-1,          LANGUAGE_RU, LANGUAGE_RU, LANGUAGE_RU,
                                        LANGUAGE_KZ, LANGUAGE_KZ, LANGUAGE_KZ};
    talk();
    stand_sql("UPDATE update SET state_before = state_before || '{\"language\": \"ru\"}'"
              " WHERE update_id IN (2, 3, 4, 6)");
    seen = 0;
    ck_assert_str_eq(replay_of(note_language, &chat), "");
    ck_assert_int_eq(seen, TURNS);
    for (int i = 0; i < TURNS; i++)
        ck_assert_msg(languages[i] == expected[i], "%d: %d", i, languages[i]);
}

/* --- repeated calls --- */

static void to_same(struct service_call *call, size_t n)
{
    (void)n;
    call->body = SLICE("{}");
}
STEP_CHANGED(same_call, to_same)

FIBER_TEST(repeated_call_gets_both_stored_answers)
{
    talk_of(same_call);
    ck_assert_int_eq(stand_number("SELECT count(DISTINCT call ->> 'answer') FROM update,"
                                  " jsonb_array_elements(calls) call WHERE update_id = 3"),
                     2);
    ck_assert_str_eq(replay_of(same_call, &chat), "");
}

/* The dialogue advances while a turn makes its call. */
FIBER_TEST(late_turn_is_replayed_with_its_own_state)
{
    static const struct booking_says slow[] = {
        {200, 300, NULL}
    };
    booking_start(slow, 1);
    stand_look();
    struct turn_runner *started = updates_start(NULL, script_step, booking_url());
    deliver_text(1, 7, "en", "go");
    deliver_text(2, 7, "en", "ask /v1/x 1");
    wait_asked(1);
    stand_sql("UPDATE dialogue SET version = 20");
    deliver_tap(3, 7, "ask /v1/x 1");
    wait_for(NOTHING_LEFT);
    updates_stop(started);
    booking_stop();
    ck_assert_str_eq(stand_text("SELECT string_agg(call ->> 'body', ' ' ORDER BY update_id) FROM"
                                " update, jsonb_array_elements(calls) call"),
                     "{\"version\":1,\"call\":0} {\"version\":21,\"call\":0}");
    ck_assert_str_eq(replay_of(script_step, &chat), "");
    ck_assert_uint_eq(turns, 3);
}
