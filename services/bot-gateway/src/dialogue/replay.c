// SPDX-License-Identifier: MIT
#include "dialogue/replay.h"

#include <stdlib.h>

#include "db/transaction.h"

#include "dialogue/dialogue_json.h"
#include "dialogue/reply.h"
#include "inbox/update.h"

enum {
    ARENA_MAX = 4 * UPDATE_BODY_MAX + 4 * TURN_JOURNAL_MAX,
    CARRIED_MAX = 4 * TURN_STATE_MAX, /* of what one turn passes to the next */
    TURNS_MAX = 10000
};

/* The current turn, and what it passes to the next. */
struct player {
    struct replay *replay;
    struct db *tx;
    struct db_rows rows;
    struct arena arena;
    struct {
        struct replay_turn turn;
        struct turn_input input;
        struct turn_output output;
    } current;
    const struct turn_recorded_call *recorded;
    size_t recorded_count;
    size_t recorded_next; /* after the last one used */
    bool unrecorded;      /* a call has no recorded answer */
    bool printed;         /* the heading of the turn is printed */
    /* What earlier turns have set: */
    int64_t user_id;
    bool has_state; /* `carried` has the state of the dialogue */
    struct arena arena_carried;
    struct carried {
        struct turn_state state;
        int language;        /* -1: not set */
        struct slice source; /* absent: not set */
        enum turn_owner owner;
    } carried;
};

/* --- printing --- */

static FILE *print_header(struct player *player)
{
    const struct replay_turn *turn = &player->current.turn;
    FILE *out = player->replay->out;

    if (!player->printed)
        fprintf(out, "update %lld of user %lld\n", (long long)turn->update_id,
                (long long)(turn->user_id != FIELD_ABSENT ? turn->user_id : 0));
    player->printed = true;
    return out;
}

static void print_message(struct player *player, const struct replay_message *message,
                          const struct outbox_message *is)
{
    FILE *out = print_header(player);

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

/* Answers from the record (struct turn_caller). A call that was made twice has two answers, in
 * order. FAULT_NOT_FOUND "not_recorded". */
static bool answer(void *data, const struct service_call *call, struct service_answer *answer,
                   struct fault *fault)
{
    struct player *player = data;

    for (size_t i = 0; i < player->recorded_count; i++) {
        const size_t at = (player->recorded_next + i) % player->recorded_count;
        const struct turn_recorded_call *recorded = &player->recorded[at];
        if (!slice_is(recorded->method, call->method) || !same(recorded->path, call->path) ||
            !same(recorded->body, call->body) || recorded->answer.at == NULL)
            continue;
        player->recorded_next = at + 1;
        *answer = (struct service_answer){(long)recorded->status, recorded->answer};
        return true;
    }
    fprintf(print_header(player), "? %s %.*s %.*s: %s\n", call->method, SLICE_ARG(call->path),
            SLICE_ARG(call->body),
            call->actor == SERVICE_AS_GUEST ? "this call is not recorded"
                                            : "answers to owners and to the bot are not kept");
    player->unrecorded = true;
    return fault_set(fault, FAULT_NOT_FOUND, "not_recorded", "The call is not recorded.");
}

static bool compare(struct player *player, struct slice key, const struct outbox_message *is,
                    struct fault *fault)
{
    auto_rows struct db_rows rows = {0};
    struct replay_message message;

    if (key.at == NULL)
        return arena_fault(fault);
    if (!replay_store_message(player->tx, &player->current.turn.bot_id, key, is, &rows, &message,
                              fault))
        return false;
    if (!message.same)
        print_message(player, &message, is);
    return true;
}

/* Compares the message `n`, or the answer to the tap, whether the turn sends it or not. */
static bool compare_reply(struct player *player, enum turn_reply_kind kind, size_t n,
                          struct fault *fault)
{
    const struct turn_output *output = &player->current.output;
    const struct replay_turn *turn = &player->current.turn;
    struct turn_reply reply = {.kind = kind};
    const struct slice key = reply_key(kind, n, &turn->id, &player->arena);
    struct outbox_message message;
    bool found = false;

    for (size_t i = 0; i < output->count && !found; i++) {
        found = (output->replies[i].kind == TURN_ANSWER) == (kind == TURN_ANSWER) &&
                (kind == TURN_ANSWER || i == n);
        if (found)
            reply = output->replies[i];
    }
    /* A turn with calls has answered its tap before them, without a notice. */
    if (kind == TURN_ANSWER && player->recorded_next > 0)
        reply = (struct turn_reply){.kind = TURN_ANSWER};
    if (found && !reply_message(&reply, n, &turn->id, &player->current.input.update, &player->arena,
                                &message, fault))
        return false;
    return compare(player, key, found ? &message : NULL, fault);
}

static bool compare_all(struct player *player, struct fault *fault)
{
    for (size_t n = 0; n < TURN_REPLIES_MAX; n++)
        if (!compare_reply(player, TURN_TEXT, n, fault))
            return false;
    return compare_reply(player, TURN_ANSWER, 0, fault);
}

static bool copy(struct slice *text, struct arena *arena, struct fault *fault)
{
    if (text->at != NULL)
        *text = arena_copy(arena, *text);
    return text->len == 0 || text->at != NULL || arena_fault(fault);
}

/* Sets what the next turn starts with. */
static bool carry_over(struct player *player, struct fault *fault)
{
    const struct turn_output *output = &player->current.output;
    const struct turn_input *input = &player->current.input;
    struct carried *carried = &player->carried;
    struct arena before = player->arena_carried;

    arena_init(&player->arena_carried, CARRIED_MAX);
    carried->state = input->state;
    if (output->moved) {
        carried->state = output->state;
        carried->state.version = input->state.version + input->late_by + 1;
    }
    if (output->language >= 0)
        carried->language = output->language;
    if (input->source.at == NULL)
        carried->source = output->source;
    if (output->owner != TURN_OWNER_SAME)
        carried->owner = output->owner;
    const bool copied = copy(&carried->source, &player->arena_carried, fault) &&
                        copy(&carried->state.flow, &player->arena_carried, fault) &&
                        copy(&carried->state.step, &player->arena_carried, fault) &&
                        copy(&carried->state.data, &player->arena_carried, fault);
    arena_finish(&before);
    return copied;
}

/* Language, source and owner may have come from another chat: unless an earlier turn has set them,
 * the record applies. A turn with `late_by` started from an older state. */
static void use_carried(const struct player *player, struct turn_input *input)
{
    if (input->late_by == 0)
        input->state = player->carried.state;
    if (player->carried.language >= 0)
        input->language = player->carried.language;
    if (player->carried.source.at != NULL)
        input->source = player->carried.source;
    if (player->carried.owner != TURN_OWNER_SAME)
        input->is_owner = player->carried.owner == TURN_OWNER;
}

static bool make_input(struct player *player, struct fault *fault)
{
    const struct replay *replay = player->replay;
    const struct replay_turn *turn = &player->current.turn;
    struct turn_input *input = &player->current.input;

    *input = (struct turn_input){
        .username = turn->username,
        .texts = replay->texts->texts[turn->bot_type],
        .settings = &replay->texts->settings[turn->bot_type],
        .words = replay->words,
        .now = turn->received_at,
        .caller = {answer, player}
    };
    memcpy(input->button_key, replay->button_key, sizeof input->button_key);
    player->recorded_next = 0;
    if (!update_view_read(turn->body, &player->arena, &input->update, fault) ||
        !turn_state_before_read(turn->state_before, &player->arena, input, fault) ||
        !turn_calls_read(turn->calls, &player->arena, &player->recorded, &player->recorded_count,
                         fault))
        return false;
    /* AI and search-api count as present if the recorded turn called them. */
    input->has_ai = turn_calls_use_ai(player->recorded, player->recorded_count);
    input->has_search = turn_calls_use_search(player->recorded, player->recorded_count);
    if (player->has_state && turn->user_id == player->user_id)
        use_carried(player, input);
    else
        player->carried = (struct carried){.language = -1};
    return true;
}

static bool play(struct player *player, struct fault *fault)
{
    struct turn_output *output = &player->current.output;

    player->printed = player->unrecorded = false;
    *output = (struct turn_output){.reach = TURN_REACH_SAME, .language = -1};
    if (!make_input(player, fault))
        return false;
    const bool complete =
        player->replay->step(&player->current.input, &player->arena, output, fault) &&
        compare_all(player, fault) && carry_over(player, fault);
    if (!complete && !player->unrecorded)
        return false;
    player->has_state = complete;
    player->replay->turns++;
    player->replay->different += player->printed;
    return true;
}

/* --- the chat --- */

static bool play_turn(struct player *player, const struct uuid *id, struct fault *fault)
{
    bool found;

    db_rows_finish(&player->rows);
    arena_reset(&player->arena);
    if (!replay_store_turn(player->tx, id, &player->rows, &player->current.turn, &found, fault))
        return false;
    if (!found)
        return true;
    const bool has_body = player->current.turn.body.len > 0;
    const bool played = !has_body || play(player, fault);
    player->has_state &= has_body;
    player->user_id = player->current.turn.user_id;
    return played;
}

static bool play_all(struct player *player, struct fault *fault)
{
    auto_rows struct db_rows ids = {0};

    if (!replay_store_turns(player->tx, &player->replay->query, TURNS_MAX + 1, &ids, fault))
        return false;
    if (ids.count > TURNS_MAX)
        return fault_set(fault, FAULT_INVALID, "too_many_turns", "More than %d turns: use --from.",
                         TURNS_MAX);
    for (int i = 0; i < ids.count; i++) {
        const struct uuid id = db_get_uuid(&ids, i, 0);
        if (!play_turn(player, &id, fault))
            return false;
    }
    return true;
}

static bool run(struct db *tx, void *arg, struct fault *fault)
{
    struct player *player = arg;

    player->tx = tx;
    db_rollback_only(tx);
    return play_all(player, fault);
}

bool replay_chat(struct replay *replay, struct fault *fault)
{
    struct player *player = fault_calloc(sizeof *player, "a replay", fault);

    if (player == NULL)
        return false;
    player->replay = replay;
    player->user_id = FIELD_ABSENT;
    arena_init(&player->arena, ARENA_MAX);
    replay->turns = replay->different = 0;
    const bool ok = db_transaction(replay->pool, run, player, fault);
    db_rows_finish(&player->rows);
    arena_finish(&player->arena);
    arena_finish(&player->arena_carried);
    free(player);
    return ok;
}
