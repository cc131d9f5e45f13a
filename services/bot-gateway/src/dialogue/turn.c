// SPDX-License-Identifier: MIT
#include "dialogue/turn.h"

#include "base/auto.h"
#include "base/now.h"

#include "dialogue/flow.h"
#include "dialogue/talk_private.h"

/* --- what is for the bot --- */

bool turn_is_for_bot(const struct update_view *update, struct slice username)
{
    const bool named = update->addressee.at != NULL && username.at != NULL &&
                       slice_equal_caseless(update->addressee, username);

    if (update->by_bot || update->chat_id == FIELD_ABSENT ||
        (update->text.at == NULL && !update->has_media && !update->has_location &&
         update->contact_phone.at == NULL))
        return false;
    return update->is_private || named;
}

/* Bot API, ChatMember. "restricted" says nothing: such a member may be allowed to write or not. */
static enum turn_reach reach_of(struct slice membership)
{
    static const struct {
        const char *status;
        enum turn_reach reach;
    } statuses[] = {
        {"member",        TURN_REACHABLE  },
        {"administrator", TURN_REACHABLE  },
        {"creator",       TURN_REACHABLE  },
        {"kicked",        TURN_UNREACHABLE},
        {"left",          TURN_UNREACHABLE},
    };

    for (size_t i = 0; i < sizeof statuses / sizeof statuses[0]; i++)
        if (slice_is(membership, statuses[i].status))
            return statuses[i].reach;
    return TURN_REACH_SAME;
}

/* --- which move it is --- */

typedef bool move_fn(struct talk *talk, struct fault *fault);

static move_fn *find_command(struct slice name)
{
    for (size_t i = 0; i < flow_command_count; i++)
        if (slice_equal_caseless(name, slice_of(flow_commands[i].name)))
            return flow_commands[i].act;
    return NULL;
}

/* `words` are the action of a tap, or what the person has written. */
static bool fits(const struct talk *talk, const struct flow_move *move, enum flow_event on,
                 struct slice words)
{
    if (move->on == FLOW_KEY)
        return on == FLOW_TEXT && talk_is_key(talk, move, words);
    return move->on == on && (move->action == NULL || slice_is(words, move->action));
}

/* NULL: the step expects no such thing, or no dialogue is under way. */
static move_fn *find_move(const struct talk *talk, enum flow_event on, struct slice words)
{
    for (size_t i = 0; talk->flow != NULL && i < talk->step->move_count; i++)
        if (fits(talk, &talk->step->moves[i], on, words))
            return talk->step->moves[i].act;
    return NULL;
}

static bool hear(struct talk *talk, struct fault *fault)
{
    const struct update_view *update = &talk->input->update;
    move_fn *act = NULL;

    talk->argument = update->text;
    if (update->command.at != NULL) {
        act = find_command(update->command);
        talk->argument = update->argument;
    } else if (update->contact_phone.at != NULL) {
        act = find_move(talk, FLOW_CONTACT, update->contact_phone);
    } else if (update->text.at != NULL) {
        act = flow_is_courtesy(update->text) ? flow_answer_courtesy
                                             : find_move(talk, FLOW_TEXT, update->text);
    } else if (update->has_location) {
        act = find_move(talk, FLOW_LOCATION, update->text);
        act = act != NULL ? act : flow_located;
    }
    return talk_move(talk, act != NULL ? act : flow_not_understood, fault);
}

/* So long after the person did what led to a screen, a tap of the one before it is taken for
 * impatience: the answer may have been on its way when he tapped, though calls and poor links make
 * it late. */
enum { IMPATIENCE_S = 30 };

static bool is_impatient(const struct talk *talk, const struct button *button)
{
    const struct turn_state *state = &talk->input->state;
    const int64_t acted_at = state->ends_at - talk->flow->idle_s * US_PER_S;

    return button->version == state->version - 1 &&
           talk->input->now - acted_at < IMPATIENCE_S * US_PER_S;
}

/* A tap of a message that the dialogue has left behind shows where it stands now. Where none is
 * under way, it shows what there is to do. One who taps again before he has seen the answer gets no
 * second screen: the buttons of the first would be stale before he can tap one. */
static bool refuse_stale(struct talk *talk, const struct button *button, struct fault *fault)
{
    talk_notice(talk, TEXT_BUTTON_STALE);
    talk->in_place = false;
    if (talk->flow != NULL)
        return is_impatient(talk, button) || talk_again(talk, fault);
    return talk->input->update.chat_id == FIELD_ABSENT ||
           talk_move(talk, flow_nothing_begun, fault);
}

/* Of a message that Telegram shows no more no chat is known. */
static bool in_group(const struct update_view *update)
{
    return !update->is_private && update->chat_id != FIELD_ABSENT;
}

/* NULL: the step does not expect it, or no more. */
static move_fn *find_tapped(const struct talk *talk, const struct button *button)
{
    move_fn *act = NULL;

    if (talk->flow == NULL || !slice_is(button->flow, talk->flow->name))
        return NULL;
    if (button->version == talk->input->state.version)
        act = find_move(talk, FLOW_TAP, button->action);
    return act != NULL ? act : find_move(talk, FLOW_TAP_EVER, button->action);
}

static bool tapped(struct talk *talk, struct fault *fault)
{
    const struct update_view *update = &talk->input->update;
    struct button button;
    move_fn *act;

    if (in_group(update) ||
        !button_read(update->tap_data, talk->input->button_key, update->user_id, &button)) {
        talk_notice(talk, TEXT_BUTTON_FOREIGN);
        return true;
    }
    talk->argument = button.argument;
    if (slice_is(button.flow, TALK_COMMANDS))
        act = find_command(button.action);
    else
        act = find_tapped(talk, &button);
    return act != NULL ? talk_move(talk, act, fault) : refuse_stale(talk, &button, fault);
}

/* The first reply, so that the button stops spinning before anything else. */
static bool answer_tap(struct talk *talk, struct fault *fault)
{
    struct turn_reply *replies = talk->output->replies;

    /* A button of a message that a program has sent: its tap is not the dialogue's. */
    if (talk->input->update.tap_data.at != NULL &&
        !slice_starts(talk->input->update.tap_data, SLICE("a:")) && !tapped(talk, fault))
        return false;
    memmove(&replies[1], &replies[0], talk->output->count * sizeof replies[0]);
    replies[0] = (struct turn_reply){.kind = TURN_ANSWER, .text = talk->notice};
    talk->output->count++;
    return true;
}

/* --- the whole --- */

static bool react(const struct turn_input *input, struct arena *arena, struct turn_output *out,
                  struct fault *fault)
{
    const struct update_view *update = &input->update;
    AUTO(talk_close) struct talk talk;

    if (!talk_open(&talk, input, arena, out, fault))
        return false;
    const bool well = update->about == ABOUT_TAP ? answer_tap(&talk, fault) : hear(&talk, fault);
    return well || out->waits;
}

bool turn_step(const struct turn_input *input, struct arena *arena, struct turn_output *out,
               struct fault *fault)
{
    const struct update_view *update = &input->update;
    struct turn_output made = {.reach = TURN_REACH_SAME,
                               .chat_from = update->moved_from,
                               .chat_to = update->moved_to,
                               .language = -1};

    if (update->about == ABOUT_MESSAGE)
        made.reach = TURN_REACHABLE;
    if (update->about == ABOUT_MEMBERSHIP)
        made.reach = reach_of(update->membership);
    if (((update->about == ABOUT_MESSAGE && update->is_private &&
          turn_is_for_bot(update, input->username)) ||
         (update->about == ABOUT_TAP && update->tap_id.at != NULL)) &&
        !react(input, arena, &made, fault))
        return false;
    *out = made;
    return true;
}

int64_t turn_retry_s(int64_t tries, bool acted, int64_t age_s)
{
    static const int64_t waits[TURN_TRIES_MAX] = {0, 5, 15, 60, 200};

    if (acted && tries >= TURN_TRIES_MAX && age_s < TURN_ACTED_S)
        return waits[TURN_TRIES_MAX - 1];
    return tries > 0 && tries < TURN_TRIES_MAX ? waits[tries] : FIELD_ABSENT;
}
