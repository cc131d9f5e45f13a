// SPDX-License-Identifier: MIT
#include "dialogues/replay.h"

#include <stdlib.h>

#include "db/transaction.h"

#include "dialogues/dialogues_json.h"
#include "dialogues/reply.h"
#include "intake/update.h"

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
        struct turn_answer answers[TURN_CALLS_MAX];
    } now;
    const struct turn_called *called;
    size_t called_count;
    bool told; /* the turn's head is printed */
    /* Of the turn before: */
    struct uuid id;
    int64_t user_id;
    bool known; /* where the dialogue stands: */
    struct arena kept;
    struct turn_input state;
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
                         const struct sending *is)
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

/* False: it is not recorded. */
static bool answer(struct playing *playing)
{
    const struct turn_call *call = &playing->now.output.call;
    struct turn_input *input = &playing->now.input;

    for (size_t i = 0; i < playing->called_count && input->answer_count < TURN_CALLS_MAX; i++) {
        const struct turn_called *called = &playing->called[i];
        if (!slice_is(called->method, call->method) || !same(called->path, call->path) ||
            !same(called->body, call->body) || called->answer.at == NULL)
            continue;
        playing->now.answers[input->answer_count++] =
            (struct turn_answer){(long)called->status, called->answer};
        return true;
    }
    fprintf(tell(playing), "? %s %.*s %.*s: this call is not recorded\n", call->method,
            SLICE_ARG(call->path), SLICE_ARG(call->body));
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

static bool compare(struct playing *playing, struct slice key, const struct sending *is,
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
    struct sending sending;
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
    struct turn_input *state = &playing->state;
    struct arena before = playing->kept;

    arena_init(&playing->kept, KEPT_MAX);
    *state = playing->now.input;
    if (output->moved) {
        state->state = output->state;
        state->state.version = playing->now.input.state.version + 1;
    }
    if (output->language >= 0)
        state->language = output->language;
    if (state->source.at == NULL)
        state->source = output->source;
    const bool kept = copy(&state->source, &playing->kept, fault) &&
                      copy(&state->state.flow, &playing->kept, fault) &&
                      copy(&state->state.step, &playing->kept, fault) &&
                      copy(&state->state.data, &playing->kept, fault);
    arena_finish(&before);
    return kept;
}

static bool make_input(struct playing *playing, struct fault *fault)
{
    const struct replay *replay = playing->replay;
    const struct replay_turn *turn = &playing->now.turn;
    struct turn_input *input = &playing->now.input;

    *input = (struct turn_input){.username = turn->username,
                                 .texts = replay->texts->texts[turn->bot_type],
                                 .settings = &replay->texts->settings[turn->bot_type],
                                 .now = turn->received_at,
                                 .answers = playing->now.answers};
    memcpy(input->button_key, replay->button_key, sizeof input->button_key);
    if (!update_view_read(turn->body, &playing->arena, &input->update, fault) ||
        !turn_before_read(turn->state_before, &playing->arena, input, fault) ||
        !turn_calls_read(turn->calls, &playing->arena, &playing->called, &playing->called_count,
                         fault))
        return false;
    if (playing->known && turn->user_id == playing->user_id) {
        input->state = playing->state.state;
        input->language = playing->state.language;
        input->source = playing->state.source;
    }
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

static bool next(struct playing *playing, bool *found, struct fault *fault)
{
    db_rows_finish(&playing->rows);
    arena_reset(&playing->arena);
    return replay_store_next(playing->tx, &playing->replay->query, playing->user_id, &playing->id,
                             &playing->rows, &playing->now.turn, found, fault);
}

static bool play_all(struct playing *playing, struct fault *fault)
{
    bool found;

    while (playing->replay->turns < TURNS_MAX) {
        if (!next(playing, &found, fault))
            return false;
        if (!found)
            return true;
        if (!play(playing, fault))
            return false;
        playing->id = playing->now.turn.id;
        playing->user_id = playing->now.turn.user_id;
    }
    return fault_set(fault, FAULT_INVALID, "too_many_turns", "More than %d turns: use --from.",
                     TURNS_MAX);
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
