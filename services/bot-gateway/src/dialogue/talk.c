// SPDX-License-Identifier: MIT
#include "dialogue/talk.h"

#include "base/auto.h"
#include "base/now.h"
#include "json/fields.h"

#include "dialogue/product.h"
#include "dialogue/talk_private.h"
#include "telegram/text.h"
#include "texts/bot_settings.h"

enum {
    MESSAGE_BYTES_MAX = 32 * 1024,
    SHOWS_MAX = 4 /* steps shown for one move: the function of a step may go to another step */
};

/* --- the step --- */

static const struct flow *find_flow(const struct product *product, struct slice name)
{
    for (size_t i = 0; i < product->flow_count; i++)
        if (slice_is(name, product->flows[i]->name))
            return product->flows[i];
    return NULL;
}

static const struct flow_step *find_step(const struct flow *flow, struct slice name)
{
    for (size_t i = 0; i < flow->step_count; i++)
        if (slice_is(name, flow->steps[i]->name))
            return flow->steps[i];
    return NULL;
}

static bool set_flow_with_zeroed_data(struct talk *talk, const struct flow *flow)
{
    talk->flow = flow;
    talk->data = arena_alloc(talk->arena, flow->data->item_size);
    return talk->data != NULL || arena_fault(talk->fault);
}

/* Whether the step has moves FLOW_KEY, so that its message shows a reply keyboard (Bot API,
 * ReplyKeyboardMarkup). The bot removes it, with a short text, when the dialogue leaves the step.
 */
static bool step_has_keys(const struct flow_step *step)
{
    for (size_t i = 0; i < step->move_count; i++)
        if (step->moves[i].on == FLOW_KEY)
            return true;
    return false;
}

/* Resumes the stored dialogue unless it has ended. If its data cannot be read, another version of
 * the service wrote it; the person then has no dialogue. The reply keyboard of its step is still
 * shown in each case. */
static bool resume_dialogue_unless_ended(struct talk *talk)
{
    const struct turn_state *state = &talk->input->state;
    const struct flow *flow = find_flow(talk->input->product, state->flow);
    const struct flow_step *step = flow != NULL ? find_step(flow, state->step) : NULL;
    struct fault why;

    talk->had_keys = step != NULL && step_has_keys(step);
    if (step == NULL || flow->data_format != state->data_format ||
        state->ends_at <= talk->input->now)
        return true;
    if (!set_flow_with_zeroed_data(talk, flow))
        return false;
    if (!fields_decode(talk->flow->data, state->data, false, talk->data, NULL, talk->arena, &why)) {
        talk->flow = NULL;
        return why.kind != FAULT_UNAVAILABLE || arena_fault(talk->fault);
    }
    if (talk->flow->resume != NULL)
        talk->flow->resume(talk->data);
    talk->step = step;
    return true;
}

bool talk_init_and_resume(struct talk *talk, const struct turn_input *input, struct arena *arena,
                          struct turn_output *output, struct fault *fault)
{
    *talk = (struct talk){.input = input,
                          .arena = arena,
                          .fault = fault,
                          .output = output,
                          .keys_removed = TEXT_KEYS_AWAY};
    talk->language = turn_language(input);
    talk->in_place = input->update.about == ABOUT_TAP && input->update.message_id != FIELD_ABSENT;
    buf_init(&talk->text, MESSAGE_BYTES_MAX);
    talk->buttons = arena_alloc(arena, TURN_BUTTONS_MAX * sizeof talk->buttons[0]);
    talk->reply.buttons = talk->buttons;
    return talk->buttons != NULL ? resume_dialogue_unless_ended(talk) : arena_fault(fault);
}

void talk_close(struct talk *talk)
{
    buf_finish(&talk->text);
}

bool talk_step(struct talk *talk, const struct flow_step *step)
{
    talk->step = step;
    talk->moved = true;
    return true;
}

bool talk_begin_at(struct talk *talk, const struct flow *flow, const struct flow_step *step)
{
    talk->ended = false;
    return set_flow_with_zeroed_data(talk, flow) && talk_step(talk, step);
}

bool talk_begin(struct talk *talk, const struct flow *flow)
{
    return talk_begin_at(talk, flow, flow->steps[0]);
}

bool talk_repeat_step(struct talk *talk)
{
    talk->moved = true;
    return true;
}

void talk_end(struct talk *talk)
{
    talk->flow = NULL;
    talk->moved = false;
    talk->ended = true;
}

/* --- failures of functions that return nothing --- */

static void remember_failure(struct talk *talk, const struct fault *failure)
{
    if (talk->failed)
        return;
    talk->failure = *failure;
    talk->failed = true;
}

/* Fails if such a function has failed in this turn. */
static bool check_no_failure(struct talk *talk)
{
    if (talk->failed) {
        *talk->fault = talk->failure;
        return false;
    }
    return !talk->output->out_of_memory || arena_fault(talk->fault);
}

/* --- memory --- */

struct slice talk_text_or_empty(const struct talk *talk, struct slice text)
{
    talk->output->out_of_memory |= text.at == NULL;
    return text.at != NULL ? text : SLICE("");
}

/* --- the reply --- */

void talk_add(struct talk *talk, enum text text, const struct text_value *values, size_t count)
{
    text_render(talk->input->texts, text, talk->language, values, count, &talk->text);
}

void talk_say(struct talk *talk, enum text text)
{
    talk_add(talk, text, NULL, 0);
}

void talk_add_paragraph(struct talk *talk, enum text text)
{
    talk_say(talk, text);
    talk_add_html(talk, SLICE("\n\n"));
}

void talk_add_with_support(struct talk *talk, enum text text)
{
    talk_add(talk, text, TALK_VALUES({.name = "support", .text = talk->input->settings->support}));
}

void talk_add_html(struct talk *talk, struct slice html)
{
    buf_slice(&talk->text, html);
}

void talk_set_file(struct talk *talk, struct slice file, bool is_document)
{
    talk->reply.photo = file;
    talk->reply.is_document = is_document;
}

static struct turn_reply *add_reply_before_current(struct talk *talk, enum turn_reply_kind kind)
{
    struct turn_reply *reply = &talk->output->replies[talk->output->count++];

    *reply = (struct turn_reply){.kind = kind};
    talk->below = true;
    return reply;
}

void talk_send_album(struct talk *talk, const struct field_list *urls, enum text fallback_text)
{
    struct turn_reply *reply = add_reply_before_current(talk, TURN_ALBUM);
    AUTO(buf_finish) struct buf text = BUF(MESSAGE_BYTES_MAX);
    struct fault failure;

    text_render(talk->input->texts, fallback_text, talk->language, NULL, 0, &text);
    reply->album = *urls;
    if (!buf_keep(&text, talk->arena, &reply->text, &failure))
        remember_failure(talk, &failure);
}

void talk_send_venue(struct talk *talk, struct field_geo place, struct slice title,
                     struct slice address)
{
    struct turn_reply *reply = add_reply_before_current(talk, TURN_VENUE);

    reply->place = place;
    reply->title = title;
    reply->text = address;
}

struct slice talk_format(struct talk *talk, enum text text, const struct text_value *values,
                         size_t count)
{
    return talk_text_or_empty(talk, text_render_to_arena(talk->input->texts, text, talk->language,
                                                         values, count, talk->arena));
}

struct slice talk_label(struct talk *talk, enum text text)
{
    return talk_format(talk, text, NULL, 0);
}

struct slice talk_localized(const struct talk *talk, const struct texts *texts)
{
    return texts_in(texts, talk->language);
}

/* Appends the notice to the text of the reply. */
static void append_pending_notice(struct talk *talk)
{
    if (talk->notice.at == NULL)
        return;
    telegram_text_escape(&talk->text, talk->notice);
    buf_text(&talk->text, "\n\n");
    talk->notice = SLICE_NONE;
}

void talk_show_notice(struct talk *talk, enum text text)
{
    talk_show_notice_values(talk, text, NULL, 0);
}

void talk_show_notice_values(struct talk *talk, enum text text, const struct text_value *values,
                             size_t count)
{
    talk->notice = talk_format(talk, text, values, count);
    if (talk->input->update.about != ABOUT_TAP || talk->calls > 0)
        append_pending_notice(talk);
}

/* Adds a button; the caller sets what a tap does. If there are too many, returns the last one. */
static struct turn_button *add_button(struct talk *talk, struct slice label)
{
    struct fault failure;

    if (talk->reply.button_count == TURN_BUTTONS_MAX) {
        fault_set(&failure, FAULT_INTERNAL, "too_many_buttons", "A message has too many buttons.");
        remember_failure(talk, &failure);
        return &talk->buttons[TURN_BUTTONS_MAX - 1];
    }
    struct turn_button *made = &talk->buttons[talk->reply.button_count++];
    *made = (struct turn_button){.label = label, .new_row = talk->new_row};
    talk->new_row = false;
    return made;
}

static void add_signed_button(struct talk *talk, struct slice label, const struct button *button)
{
    const struct update_view *update = &talk->input->update;
    const int64_t person = update_view_in_group(update) ? BUTTON_STAFF : update->user_id;
    struct turn_button *made = add_button(talk, label);
    char data[BUTTON_DATA_MAX + 1];
    struct fault failure;

    if (button_write(button, talk->input->button_key, person, data)) {
        made->data = talk_text_or_empty(talk, arena_copy(talk->arena, slice_of(data)));
        return;
    }
    fault_set(&failure, FAULT_INTERNAL, "bad_button",
              "The button %.*s of the flow %.*s is not valid.", SLICE_ARG(button->action),
              SLICE_ARG(button->flow));
    remember_failure(talk, &failure);
}

void talk_add_key(struct talk *talk, enum text label, bool asks_contact)
{
    add_button(talk, talk_label(talk, label))->asks_contact = asks_contact;
    talk->reply.markup = TURN_KEYS;
}

void talk_set_keys_removal_text(struct talk *talk, enum text text)
{
    talk->keys_removed = text;
}

void talk_button(struct talk *talk, struct slice label, const char *action, struct slice argument)
{
    const struct button button = {.flow = slice_of(talk->flow->name),
                                  .version = talk->input->state.version + talk->input->late_by + 1,
                                  .action = slice_of(action),
                                  .argument = argument};

    add_signed_button(talk, label, &button);
}

void talk_command_button(struct talk *talk, struct slice label, const char *command,
                         struct slice argument)
{
    const struct button button = {
        .flow = SLICE(TALK_COMMANDS), .action = slice_of(command), .argument = argument};

    add_signed_button(talk, label, &button);
}

void talk_put_button(struct talk *talk, enum text label, const char *action)
{
    talk_new_row(talk);
    talk_button(talk, talk_label(talk, label), action, SLICE(""));
    talk_style_button(talk, label);
}

void talk_put_command(struct talk *talk, enum text label, const char *command)
{
    talk_new_row(talk);
    talk_command_button(talk, talk_label(talk, label), command, SLICE(""));
}

void talk_copy_button(struct talk *talk, enum copy copy, struct slice text)
{
    struct turn_button button;
    struct fault failure;
    bool made;

    if (!copy_button_make(talk->input->texts, talk->language, copy, text, talk->arena, &button,
                          &made, &failure))
        remember_failure(talk, &failure);
    else if (made)
        add_button(talk, button.label)->copies = button.copies;
}

void talk_disable_button(struct talk *talk)
{
    talk->buttons[talk->reply.button_count - 1].is_disabled = true;
}

void talk_send_anew(struct talk *talk)
{
    talk->in_place = false;
}

void talk_answer_alone(struct talk *talk)
{
    const struct update_view *update = &talk->input->update;

    talk->alone = update_view_in_group(update) && !update->by_bot;
}

void talk_new_row(struct talk *talk)
{
    talk->new_row = true;
}

/* --- the offer to call a person --- */

void talk_offer_person(struct talk *talk)
{
    talk->offers_person = true;
    if (talk->flow == NULL || !step_has_keys(talk->step))
        return;
    if (talk->text.len > 0)
        talk_add_html(talk, SLICE("\n\n"));
    talk_say(talk, TEXT_BUTTON_PERSON);
    talk_add_html(talk, SLICE(": /person"));
}

/* Adds the button of talk_offer_person() as the last row. A reply with keys cannot have buttons:
 * its text names the command instead. */
static void add_offered_person_button(struct talk *talk)
{
    const struct slice label = talk_label(talk, TEXT_BUTTON_PERSON);

    if (!talk->offers_person || talk->reply.markup != TURN_BUTTONS)
        return;
    for (size_t i = 0; i < talk->reply.button_count; i++)
        if (slice_equal(talk->buttons[i].label, label))
            return; /* the step has added the button */
    talk_new_row(talk);
    talk_command_button(talk, label, "person", SLICE(""));
}

/* --- calls --- */

bool talk_call(struct talk *talk, const struct service_call *call, struct service_answer *answer)
{
    const struct turn_caller *caller = &talk->input->caller;

    if (!check_no_failure(talk))
        return false;
    if (talk->calls == TURN_CALLS_MAX)
        return fault_set(talk->fault, FAULT_INTERNAL, "too_many_calls",
                         "A turn makes too many calls.");
    talk->calls++;
    append_pending_notice(talk); /* the tap is answered before the call, without the notice */
    return caller->call(caller->data, call, answer, talk->fault);
}

size_t talk_calls_left(const struct talk *talk)
{
    return TURN_CALLS_MAX - talk->calls;
}

/* --- the move --- */

static bool add_composed_reply(struct talk *talk)
{
    struct turn_reply *reply = &talk->output->replies[talk->output->count];

    if (talk->text.len == 0 && !talk->text.failed)
        return true;
    const bool in_place = talk->in_place && talk->reply.markup == TURN_BUTTONS;
    *reply = talk->reply;
    reply->kind = !in_place ? TURN_TEXT : talk->below ? TURN_REPLACE : TURN_EDIT;
    if (talk->alone && reply->kind == TURN_TEXT)
        reply->receiver = talk->input->update.user_id;
    talk->output->count++;
    return buf_keep(&talk->text, talk->arena, &reply->text, talk->fault);
}

/* Adds a message that removes the reply keyboard if the dialogue leaves its step: Telegram removes
 * a keyboard only with a message, and that message cannot have buttons. */
static bool add_keys_removal_if_left(struct talk *talk)
{
    struct turn_reply *reply = &talk->output->replies[talk->output->count];
    const bool leaves = talk->moved ? !step_has_keys(talk->step) : talk->ended;
    AUTO(buf_finish) struct buf text = BUF(MESSAGE_BYTES_MAX);

    if (!talk->had_keys || !leaves)
        return true;
    text_render(talk->input->texts, talk->keys_removed, talk->language, NULL, 0, &text);
    *reply = (struct turn_reply){.kind = TURN_TEXT, .markup = TURN_NO_KEYS};
    talk->output->count++;
    return buf_keep(&text, talk->arena, &reply->text, talk->fault);
}

static bool set_output_state(struct talk *talk)
{
    struct turn_state *state = &talk->output->state;
    const struct flow *flow = talk->flow;
    AUTO(buf_finish) struct buf json = BUF(TURN_STATE_MAX);

    talk->output->moved = talk->moved || talk->ended;
    if (!talk->moved)
        return true;
    if (find_step(flow, slice_of(talk->step->name)) != talk->step)
        return fault_set(talk->fault, FAULT_INTERNAL, "bad_step",
                         "The flow %s cannot store its step %s.", flow->name, talk->step->name);
    *state = (struct turn_state){.flow = slice_of(flow->name),
                                 .step = slice_of(talk->step->name),
                                 .data_format = flow->data_format,
                                 .ends_at = talk->input->now + flow->idle_s * US_PER_S};
    fields_encode(flow->data, talk->data, false, &json);
    return buf_keep(&json, talk->arena, &state->data, talk->fault);
}

static bool call_move_or_show(struct talk *talk, flow_move_fn *act)
{
    talk->stopped = false;
    return act(talk) || talk->stopped;
}

static bool show_reached_step(struct talk *talk)
{
    const struct flow_step *shown = NULL;

    for (int i = 0; talk->moved && shown != talk->step; i++) {
        if (i == SHOWS_MAX)
            return fault_set(talk->fault, FAULT_INTERNAL, "endless_flow", "A step is never shown.");
        shown = talk->step;
        talk->reply.button_count = 0;
        talk->reply.markup = TURN_BUTTONS;
        talk->reply.photo = SLICE_NONE;
        if (!call_move_or_show(talk, shown->show))
            return false;
    }
    return true;
}

bool talk_run_move(struct talk *talk, flow_move_fn *act)
{
    if (!call_move_or_show(talk, act) || !show_reached_step(talk))
        return false;
    add_offered_person_button(talk);
    return check_no_failure(talk) && add_keys_removal_if_left(talk) && add_composed_reply(talk) &&
           set_output_state(talk) && check_no_failure(talk);
}
