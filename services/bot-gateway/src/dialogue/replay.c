// SPDX-License-Identifier: MIT
#include "dialogue/replay.h"

#include <stdlib.h>

#include "db/transaction.h"

#include "dialogue/dialogue_json.h"
#include "dialogue/reply.h"
#include "inbox/update.h"

enum {
    ARENA_MAX = 4 * UPDATE_BODY_MAX + 4 * TURN_JOURNAL_MAX,
    KEPT_MAX = 4 * TURN_STATE_MAX, /* of what one turn leaves to the next */
    TURNS_MAX = 10000
};

/* One turn, and what it leaves to the next. */
struct playing {
    struct replay *replay;
    struct db *tx;
    struct db_rows rows;
    struct arena arena;
    struct {
        struct replay_turn turn;
        struct turn_input input;
        struct turn_output output;
        struct service_answer answers[TURN_CALLS_MAX];
    } now;
    const struct turn_called *called;
    size_t called_count;
    size_t called_next; /* behind the last one that was used */
    bool told;          /* the turn's head is printed */
    /* What the turns before have left: */
    int64_t user_id;
    bool known; /* where the dialogue stands */
    struct arena kept;
    struct left {
        struct turn_state state;
        int language;        /* -1: none of them has chosen one */
        struct slice source; /* absent: none of them has brought one */
        enum turn_owner owner;
    } left;
};

/* --- what is told --- */

static FILE *tell(struct playing *playing)
{
    const struct replay_turn *turn = &playing->now.turn;
    FILE *out = playing->replay->out;

    if (!playing->told)
        fprintf(out, "update %lld of user %lld\n", (long long)turn->update_id,
                (long long)(turn->user_id != FIELD_ABSENT ? turn->user_id : 0));
    playing->told = true;
    return out;
}

static void tell_message(struct playing *playing, const struct replay_message *message,
                         const struct outbox_message *is)
{
    FILE *out = tell(playing);

    if (message->was.at != NULL)
        fprintf(out, "- %.*s %.*s\n", SLICE_ARG(message->was_method), SLICE_ARG(message->was));
    if (is != NULL)
        fprintf(out, "+ %.*s %.*s\n", SLICE_ARG(is->method), SLICE_ARG(message->is));
}

/* --- one turn --- */

static bool same(struct slice a, struct slice b)
{
    return (a.at == NULL) == (b.at == NULL) && slice_equal(a, b);
}

/* What was asked twice has two answers, in their order. False: it is not recorded. */
static bool answer(struct playing *playing)
{
    const struct service_call *call = &playing->now.output.call;
    struct turn_input *input = &playing->now.input;
    const size_t count = input->answer_count < TURN_CALLS_MAX ? playing->called_count : 0;

    for (size_t i = 0; i < count; i++) {
        const size_t at = (playing->called_next + i) % count;
        const struct turn_called *called = &playing->called[at];
        if (!slice_is(called->method, call->method) || !same(called->path, call->path) ||
            !same(called->body, call->body) || called->answer.at == NULL)
            continue;
        playing->called_next = at + 1;
        playing->now.answers[input->answer_count++] =
            (struct service_answer){(long)called->status, called->answer};
        return true;
    }
    fprintf(tell(playing), "? %s %.*s %.*s: %s\n", call->method, SLICE_ARG(call->path),
            SLICE_ARG(call->body),
            call->actor == SERVICE_AS_GUEST ? "this call is not recorded"
                                            : "answers to owners and to the bot are not kept");
    return false;
}

/* `whole` is false when the turn asks what nobody can answer. */
static bool decide(struct playing *playing, bool *whole, struct fault *fault)
{
    struct turn_output *output = &playing->now.output;

    do {
        *output = (struct turn_output){.reach = TURN_REACH_SAME, .language = -1};
        if (!playing->replay->step(&playing->now.input, &playing->arena, output, fault))
            return false;
        *whole = !output->waits;
    } while (output->waits && answer(playing));
    return true;
}

static bool compare(struct playing *playing, struct slice key, const struct outbox_message *is,
                    struct fault *fault)
{
    auto_rows struct db_rows rows = {0};
    struct replay_message message;

    if (key.at == NULL)
        return arena_fault(fault);
    if (!replay_store_message(playing->tx, &playing->now.turn.bot_id, key, is, &rows, &message,
                              fault))
        return false;
    if (!message.same)
        tell_message(playing, &message, is);
    return true;
}

/* All that the turn could have said, whether it did or not: the message `n`, or the answer. */
static bool compare_reply(struct playing *playing, enum turn_reply_kind kind, size_t n,
                          struct fault *fault)
{
    const struct turn_output *output = &playing->now.output;
    const struct replay_turn *turn = &playing->now.turn;
    struct turn_reply reply = {.kind = kind};
    const struct slice key = reply_key(kind, n, &turn->id, &playing->arena);
    struct outbox_message sending;
    bool said = false;

    for (size_t i = 0; i < output->count && !said; i++) {
        said = (output->replies[i].kind == TURN_ANSWER) == (kind == TURN_ANSWER) &&
               (kind == TURN_ANSWER || i == n);
        if (said)
            reply = output->replies[i];
    }
    /* A tap whose turn makes calls is answered before them, without a notice. */
    if (kind == TURN_ANSWER && playing->now.input.answer_count > 0)
        reply = (struct turn_reply){.kind = TURN_ANSWER};
    if (said && !reply_sending(&reply, n, &turn->id, &playing->now.input.update, &playing->arena,
                               &sending, fault))
        return false;
    return compare(playing, key, said ? &sending : NULL, fault);
}

static bool compare_all(struct playing *playing, struct fault *fault)
{
    for (size_t n = 0; n < TURN_REPLIES_MAX; n++)
        if (!compare_reply(playing, TURN_TEXT, n, fault))
            return false;
    return compare_reply(playing, TURN_ANSWER, 0, fault);
}

static bool copy(struct slice *text, struct arena *arena, struct fault *fault)
{
    if (text->at != NULL)
        *text = arena_copy(arena, *text);
    return text->len == 0 || text->at != NULL || arena_fault(fault);
}

/* What the next turn begins with. */
static bool keep(struct playing *playing, struct fault *fault)
{
    const struct turn_output *output = &playing->now.output;
    const struct turn_input *input = &playing->now.input;
    struct left *left = &playing->left;
    struct arena before = playing->kept;

    arena_init(&playing->kept, KEPT_MAX);
    left->state = input->state;
    if (output->moved) {
        left->state = output->state;
        left->state.version = input->state.version + input->late_by + 1;
    }
    if (output->language >= 0)
        left->language = output->language;
    if (input->source.at == NULL)
        left->source = output->source;
    if (output->owner != TURN_OWNER_SAME)
        left->owner = output->owner;
    const bool kept = copy(&left->source, &playing->kept, fault) &&
                      copy(&left->state.flow, &playing->kept, fault) &&
                      copy(&left->state.step, &playing->kept, fault) &&
                      copy(&left->state.data, &playing->kept, fault);
    arena_finish(&before);
    return kept;
}

/* Language, source and owner may have come from another chat: what no turn before has set is as it
 * was known then. A late turn went on from where the dialogue had stood before. */
static void go_on(const struct playing *playing, struct turn_input *input)
{
    if (input->late_by == 0)
        input->state = playing->left.state;
    if (playing->left.language >= 0)
        input->language = playing->left.language;
    if (playing->left.source.at != NULL)
        input->source = playing->left.source;
    if (playing->left.owner != TURN_OWNER_SAME)
        input->is_owner = playing->left.owner == TURN_OWNER;
}

static bool make_input(struct playing *playing, struct fault *fault)
{
    const struct replay *replay = playing->replay;
    const struct replay_turn *turn = &playing->now.turn;
    struct turn_input *input = &playing->now.input;

    *input = (struct turn_input){.username = turn->username,
                                 .texts = replay->texts->texts[turn->bot_type],
                                 .settings = &replay->texts->settings[turn->bot_type],
                                 .words = replay->words,
                                 .now = turn->received_at,
                                 .answers = playing->now.answers};
    memcpy(input->button_key, replay->button_key, sizeof input->button_key);
    playing->called_next = 0;
    if (!update_view_read(turn->body, &playing->arena, &input->update, fault) ||
        !turn_before_read(turn->state_before, &playing->arena, input, fault) ||
        !turn_calls_read(turn->calls, &playing->arena, &playing->called, &playing->called_count,
                         fault))
        return false;
    /* What the AI and search-api would say today nobody asks. */
    input->asks_ai = turn_calls_ask_ai(playing->called, playing->called_count);
    input->asks_search = turn_calls_ask_search(playing->called, playing->called_count);
    if (playing->known && turn->user_id == playing->user_id)
        go_on(playing, input);
    else
        playing->left = (struct left){.language = -1};
    return true;
}

static bool play(struct playing *playing, struct fault *fault)
{
    bool whole;

    playing->told = false;
    if (!make_input(playing, fault) || !decide(playing, &whole, fault) ||
        (whole && !(compare_all(playing, fault) && keep(playing, fault))))
        return false;
    playing->known = whole;
    playing->replay->turns++;
    playing->replay->different += playing->told;
    return true;
}

/* --- the chat --- */

static bool play_one(struct playing *playing, const struct uuid *id, struct fault *fault)
{
    bool found;

    db_rows_finish(&playing->rows);
    arena_reset(&playing->arena);
    if (!replay_store_turn(playing->tx, id, &playing->rows, &playing->now.turn, &found, fault))
        return false;
    if (!found)
        return true;
    const bool kept = playing->now.turn.body.len > 0;
    const bool played = !kept || play(playing, fault);
    playing->known &= kept;
    playing->user_id = playing->now.turn.user_id;
    return played;
}

static bool play_all(struct playing *playing, struct fault *fault)
{
    auto_rows struct db_rows ids = {0};

    if (!replay_store_turns(playing->tx, &playing->replay->query, TURNS_MAX + 1, &ids, fault))
        return false;
    if (ids.count > TURNS_MAX)
        return fault_set(fault, FAULT_INVALID, "too_many_turns", "More than %d turns: use --from.",
                         TURNS_MAX);
    for (int i = 0; i < ids.count; i++) {
        const struct uuid id = db_get_uuid(&ids, i, 0);
        if (!play_one(playing, &id, fault))
            return false;
    }
    return true;
}

static bool run(struct db *tx, void *arg, struct fault *fault)
{
    struct playing *playing = arg;

    playing->tx = tx;
    db_rollback_only(tx);
    return play_all(playing, fault);
}

bool replay_chat(struct replay *replay, struct fault *fault)
{
    struct playing *playing = fault_calloc(sizeof *playing, "a replay", fault);

    if (playing == NULL)
        return false;
    playing->replay = replay;
    playing->user_id = FIELD_ABSENT;
    arena_init(&playing->arena, ARENA_MAX);
    replay->turns = replay->different = 0;
    const bool well = db_transaction(replay->pool, run, playing, fault);
    db_rows_finish(&playing->rows);
    arena_finish(&playing->arena);
    arena_finish(&playing->kept);
    free(playing);
    return well;
}
