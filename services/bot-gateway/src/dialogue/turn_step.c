// SPDX-License-Identifier: MIT
#include "base/auto.h"
#include "base/now.h"
#include "base/retry.h"

#include "dialogue/product_moves.h"
#include "dialogue/talk_private.h"
#include "dialogue/turn.h"

/* --- updates for the bot --- */

bool turn_is_for_bot(const struct update_view *update, struct slice username)
{
    const bool named = update->addressee.at != NULL && username.at != NULL &&
                       slice_equal_caseless(update->addressee, username);

    if (update->by_bot || update->is_service || update->chat_id == FIELD_ABSENT)
        return false;
    return update->is_private || named;
}

/* Whether the bot can write to a chat in which it is this kind of member (Bot API, ChatMember).
 * "restricted" is not listed: such a member may or may not be allowed to write. */
static enum turn_reach reach_from_membership(struct slice membership)
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

    for (size_t i = 0; i < ARRAY_LEN(statuses); i++)
        if (slice_is(membership, statuses[i].status))
            return statuses[i].reach;
    return TURN_REACH_SAME;
}

/* --- the move --- */

static flow_move_fn *find_in_table(const struct flow_command *command, struct slice name)
{
    for (; command->name != NULL; command++)
        if (slice_equal_caseless(name, slice_of(command->name)))
            return command->act;
    return NULL;
}

/* In a group that is no staff chat only the command that links it is known: others may be for
 * another bot. */
static flow_move_fn *find_command_function(const struct turn_input *input, struct slice name)
{
    const struct product *product = input->product;

    if (!update_view_in_group(&input->update))
        return find_in_table(product->commands, name);
    flow_move_fn *const act = find_in_table(product->staff_commands, name);
    return act != NULL || !input->staff.is_linked
               ? act
               : find_in_table(product->staff_chat_commands, name);
}

/* The function for an answer to a message of the bot, and the argument of that message's button.
 * NULL: the update does not answer a message that expects it. */
static flow_move_fn *find_function_for_reply_to_bot(const struct turn_input *input,
                                                    struct slice *argument)
{
    const struct update_view *update = &input->update;
    const int64_t person = update_view_in_group(update) ? BUTTON_STAFF : update->user_id;
    struct button button;

    if (update->answered_data.at == NULL || update->command.at != NULL ||
        !button_read(update->answered_data, input->button_key, person, &button) ||
        !slice_is(button.flow, TALK_COMMANDS))
        return NULL;
    for (const struct flow_command *answer = input->product->answers; answer->name != NULL;
         answer++)
        if (slice_is(button.action, answer->name)) {
            *argument = button.argument;
            return answer->act;
        }
    return NULL;
}

/* Whether the update is a command or an answer of staff in a group. The sender may be a bot, which
 * Telegram names in place of an anonymous administrator. */
static bool is_staff_command_or_reply(const struct turn_input *input)
{
    const struct update_view *update = &input->update;
    const struct slice username = input->username;
    const bool ours = update->addressee.at == NULL ||
                      (username.at != NULL && slice_equal_caseless(update->addressee, username));
    struct slice argument;

    return update_view_in_group(update) &&
           ((update->command.at != NULL && ours &&
             find_command_function(input, update->command) != NULL) ||
            find_function_for_reply_to_bot(input, &argument) != NULL);
}

static bool press_back(struct talk *talk)
{
    talk->argument = SLICE(""); /* as of the button */
    return talk_press(talk, "back");
}

/* Whether the text is the label of a button "back" that the step has. */
static bool is_typed_back(const struct talk *talk, struct slice text)
{
    return talk_is_label(talk, TEXT_BUTTON_BACK, text) &&
           talk_find_move(talk, FLOW_TAP, SLICE("back")) != NULL;
}

/* A text of the same meaning at every step: of the menu, or "back". NULL: it is none. */
static flow_move_fn *find_move_of_every_step(const struct talk *talk)
{
    const struct slice text = talk->input->update.text;
    flow_move_fn *act = product_find_function_for_text(talk, text);

    return act == NULL && is_typed_back(talk, text) ? press_back : act;
}

static bool handle_text(struct talk *talk)
{
    flow_move_fn *act = find_move_of_every_step(talk);

    return act != NULL ? act(talk) : talk_hear(talk);
}

/* Handles a file or, if no file is expected, its caption. */
static bool handle_file_or_caption(struct talk *talk)
{
    if (!product_take_receipt_if_awaited(talk))
        return false;
    return talk->input->update.text.at != NULL ? handle_text(talk)
                                               : product_handle_unexpected_file(talk);
}

static bool handle_message(struct talk *talk)
{
    const struct update_view *update = &talk->input->update;
    flow_move_fn *act = NULL;

    talk->argument = update->command.at != NULL ? update->argument : update->text;
    talk->heard = heard_words(talk->argument);
    if (update->command.at != NULL) {
        act = find_command_function(talk->input, update->command);
    } else if ((act = find_function_for_reply_to_bot(talk->input, &talk->argument)) != NULL ||
               (act = talk_find_move(talk, FLOW_MESSAGE, update->text)) != NULL) {
        return talk_run_move(talk, act);
    } else if (update->contact_phone.at != NULL) {
        act = talk_find_move(talk, FLOW_CONTACT, update->contact_phone);
    } else if (update->file != UPDATE_NO_FILE) {
        act = handle_file_or_caption;
    } else if (update->text.at != NULL) {
        act = handle_text;
    } else if (update->has_location) {
        act = talk_find_move(talk, FLOW_LOCATION, update->text);
        act = act != NULL ? act : talk->input->product->location;
    }
    return talk_run_move(talk, act != NULL ? act : product_handle_unexpected_message);
}

/* For this long after a step was reached, a tap of the previous message counts as a repeated tap:
 * the person may not have seen the new message yet, because of slow calls or a poor connection. */
enum { REPEATED_TAP_S = 30 };

static bool is_repeated_tap(const struct talk *talk, const struct button *button)
{
    const struct turn_state *state = &talk->input->state;
    const int64_t acted_at = state->ends_at - talk->flow->idle_s * US_PER_S;

    return button->version == state->version - 1 &&
           talk->input->now - acted_at < REPEATED_TAP_S * US_PER_S;
}

/* Handles a tap of an older message: shows the current step or, without a dialogue, the help. A
 * repeated tap (REPEATED_TAP_S) shows nothing: a second message would make the buttons of the first
 * stale before the person can use them. */
static bool refuse_stale_tap(struct talk *talk, const struct button *button)
{
    talk_show_notice(talk, TEXT_BUTTON_STALE);
    talk->in_place = false;
    if (talk->flow != NULL)
        return is_repeated_tap(talk, button) || talk_run_move(talk, talk_repeat_step);
    return talk->input->update.chat_id == FIELD_ABSENT ||
           talk_run_move(talk, talk->input->product->stale_tap);
}

/* The function that handles the tap. NULL: the step has no such move, or the button is stale. */
static flow_move_fn *find_tap_move(const struct talk *talk, const struct button *button)
{
    flow_move_fn *act = NULL;

    if (talk->flow == NULL || !slice_is(button->flow, talk->flow->name))
        return NULL;
    if (button->version == talk->input->state.version)
        act = talk_find_move(talk, FLOW_TAP, button->action);
    return act != NULL ? act : talk_find_move(talk, FLOW_TAP_ANY_VERSION, button->action);
}

static bool handle_tap(struct talk *talk)
{
    const struct update_view *update = &talk->input->update;
    const bool in_group = update_view_in_group(update);
    struct button button;
    flow_move_fn *act;

    if ((in_group && !talk->input->staff.is_linked) ||
        !button_read(update->tap_data, talk->input->button_key,
                     in_group ? BUTTON_STAFF : update->user_id, &button)) {
        talk_show_notice(talk, TEXT_BUTTON_FOREIGN);
        return true;
    }
    talk->argument = button.argument;
    if (slice_is(button.flow, TALK_COMMANDS))
        act = find_command_function(talk->input, button.action);
    else
        act = find_tap_move(talk, &button);
    return act != NULL ? talk_run_move(talk, act) : refuse_stale_tap(talk, &button);
}

/* Handles a tap. Its answer is the first reply, so that the progress indicator stops first. */
static bool handle_tap_and_answer_it(struct talk *talk)
{
    struct turn_reply *replies = talk->output->replies;

    /* Buttons of messages that clients of the API have sent ("a:...") are not for a dialogue. */
    if (talk->input->update.tap_data.at != NULL &&
        !slice_starts(talk->input->update.tap_data, SLICE("a:")) && !handle_tap(talk))
        return false;
    memmove(&replies[1], &replies[0], talk->output->count * sizeof replies[0]);
    replies[0] = (struct turn_reply){.kind = TURN_ANSWER, .text = talk->notice};
    talk->output->count++;
    return true;
}

/* Handles an edit. The dialogue stays as it is: the person is at another step by now. */
static bool handle_edit(struct talk *talk)
{
    flow_move_fn *act = talk->input->product->moved_location;

    if (talk->input->edited.is_changed)
        act = update_view_in_group(&talk->input->update)
                  ? find_function_for_reply_to_bot(talk->input, &talk->argument)
                  : talk->input->product->edit;
    talk->had_keys = false;
    const bool done = act == NULL || talk_run_move(talk, act);
    talk->output->moved = false;
    return done;
}

/* --- updates for other programs --- */

/* Whether the message is no command, in a dialogue whose words are for another person. */
static bool is_message_of_confidential_flow(const struct turn_input *input)
{
    const struct product *product = input->product;

    if (input->update.command.at != NULL || input->state.ends_at <= input->now)
        return false;
    for (size_t i = 0; i < product->flow_count; i++)
        if (product->flows[i]->is_confidential &&
            slice_is(input->state.flow, product->flows[i]->name))
            return true;
    return false;
}

/* Whether the update has words for another person or for staff, or is a command of staff. */
static bool is_confidential(const struct turn_input *input)
{
    const struct update_view *update = &input->update;
    struct slice argument;

    if (update->about == ABOUT_EDIT)
        return input->edited.is_changed;
    if (update->about != ABOUT_MESSAGE)
        return update_view_in_group(update) && update->about == ABOUT_TAP;
    return is_message_of_confidential_flow(input) || (input->has_talk && update->text.at != NULL) ||
           find_function_for_reply_to_bot(input, &argument) != NULL ||
           is_staff_command_or_reply(input);
}

static bool is_left_to_forwards(const struct turn_input *input)
{
    return input->product->is_silent || (input->is_wanted && !is_confidential(input));
}

/* Stops the progress indicator of a tap, which other programs cannot do. */
static void answer_tap(const struct turn_input *input, struct turn_output *out)
{
    const struct update_view *update = &input->update;

    if (update->about == ABOUT_TAP && update->tap_id.at != NULL)
        out->replies[out->count++] = (struct turn_reply){.kind = TURN_ANSWER};
}

/* --- the turn --- */

/* Whether a dialogue handles the update. */
static bool is_for_dialogue(const struct turn_input *input)
{
    const struct update_view *update = &input->update;

    switch (update->about) {
    case ABOUT_MESSAGE:
        return is_staff_command_or_reply(input) ||
               (update->is_private && turn_is_for_bot(update, input->username));
    case ABOUT_EDIT:
        return input->edited.is_changed || (update->is_private && update->has_location);
    case ABOUT_TAP:
        return update->tap_id.at != NULL;
    default:
        return false;
    }
}

static bool handle_update(const struct turn_input *input, struct arena *arena,
                          struct turn_output *out, struct fault *fault)
{
    const struct update_view *update = &input->update;
    AUTO(talk_close) struct talk talk;

    if (!talk_init_and_resume(&talk, input, arena, out, fault))
        return false;
    if (update->about == ABOUT_EDIT)
        return handle_edit(&talk);
    return update->about == ABOUT_TAP ? handle_tap_and_answer_it(&talk) : handle_message(&talk);
}

bool turn_handle_update(const struct turn_input *input, struct arena *arena,
                        struct turn_output *out, struct fault *fault)
{
    const struct update_view *update = &input->update;
    struct turn_output made = {.reach = TURN_REACH_SAME,
                               .chat_from = update->moved_from,
                               .chat_to = update->moved_to,
                               .language = -1};

    if (update->about == ABOUT_MESSAGE)
        made.reach = TURN_REACHABLE;
    if (update->about == ABOUT_MEMBERSHIP)
        made.reach = reach_from_membership(update->membership);
    made.is_left = is_left_to_forwards(input);
    if (made.is_left)
        answer_tap(input, &made);
    else if (is_for_dialogue(input) && !handle_update(input, arena, &made, fault)) {
        out->conceals = made.conceals;
        return false;
    }
    *out = made;
    return true;
}

int64_t turn_retry_delay_s(const char *failure, int64_t tries, bool may_have_acted, int64_t age_s)
{
    /* A private message without a sender; an update whose answer exceeds a limit. */
    static const char *const final[] = {"no_actor", "too_much_output"};
    static const struct retry_policy policy = {
        .waits_ms = {5000, 15000, 60000, 200000}
    };
    _Static_assert(TURN_TRIES_MAX == 5, "a wait after each try except the last");
    const bool ends = tries >= TURN_TRIES_MAX && !(may_have_acted && age_s < TURN_ACTED_S);

    return tries > 0 && !ends && !SLICE_IS_IN(slice_of(failure), final)
               ? retry_wait_ms(&policy, tries, 0) / 1000
               : FIELD_ABSENT;
}
