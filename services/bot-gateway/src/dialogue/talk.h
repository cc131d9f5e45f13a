// SPDX-License-Identifier: MIT
/* The functions of a dialogue (flow.h) work with a struct talk: the update, and the output so
 * far. */
#pragma once

#include "dialogue/copy_button.h"
#include "dialogue/heard.h"
#include "dialogue/turn.h"
#include "texts/texts.h"

struct flow;
struct flow_offer;
struct flow_step;
struct answer_refusal;

/* Stands for the name of the flow in buttons of talk_command_button(), which belong to no flow. */
#define TALK_COMMANDS "go"

/* A function of a talk that returns false has failed, and talk->fault says why, or it has called
 * talk_stop(). Its caller returns false too. A function that returns nothing and fails is
 * remembered: the turn makes no more calls and fails at its end. */
struct talk {
    const struct turn_input *input;
    struct arena *arena;
    struct fault *fault;    /* that of the caller of turn_handle_update() */
    enum language language; /* of the replies */
    void *data;             /* the struct of the flow */
    struct slice argument;  /* of the button or the command; else the text of the person */
    struct heard heard;     /* the text of the person, understood; empty for a tap or an edit */
    /* Private to talk.c: */
    struct turn_output *output;
    bool failed;                  /* a function that returns nothing has, with `failure` */
    struct fault failure;         /* the first */
    const struct flow *flow;      /* NULL: there is no dialogue */
    const struct flow_step *step; /* at which the dialogue is */
    bool moved;                   /* the dialogue has changed its step, which is to be shown */
    bool ended;
    bool stopped;                /* talk_stop() */
    bool in_place;               /* the reply replaces the message whose button was tapped */
    bool alone;                  /* talk_answer_alone() */
    bool below;                  /* an album or a place is sent first; the reply appears below it */
    size_t calls;                /* made so far */
    struct turn_reply reply;     /* without its kind and text, which are set at the end */
    struct buf text;             /* of the reply */
    struct slice notice;         /* text of the answer to the tap */
    struct turn_button *buttons; /* of the reply: TURN_BUTTONS_MAX */
    bool new_row;                /* the next button starts a row */
    bool offers_person;          /* talk_offer_person() */
    bool had_keys;               /* the step at the start of the turn had a reply keyboard */
    enum text keys_removed;      /* text with which the keyboard is removed */
};

/* --- memory --- */

/* Returns `text`, a text in the arena, or "" if it is absent because the arena is full. The turn
 * then makes no more calls and fails at its end, so callers need not check for this. */
struct slice talk_text_or_empty(const struct talk *talk, struct slice text);
#define talk_printf(talk, ...) talk_text_or_empty((talk), arena_printf((talk)->arena, __VA_ARGS__))

/* Returns `list` with `separator` and the part after it; just the part if the list is empty, and
 * just the list if the part is. */
struct slice talk_join(const struct talk *talk, struct slice list, const char *separator,
                       struct slice part);

/* --- the reply --- */

/* Append a text to the reply, with these values in place of its parameters: text_render(). */
void talk_add(struct talk *talk, enum text text, const struct text_value *values, size_t count);
#define TALK_VALUES(...)                                                                           \
    (const struct text_value[]){__VA_ARGS__},                                                      \
        sizeof((const struct text_value[]){__VA_ARGS__}) / sizeof(struct text_value)
void talk_say(struct talk *talk, enum text text); /* without values */
/* Appends a text and an empty line. */
void talk_add_paragraph(struct talk *talk, enum text text);
/* Appends a text whose only value is the contact for questions, if the bot has one. */
void talk_add_with_support(struct talk *talk, enum text text);
/* Appends HTML. */
void talk_add_html(struct talk *talk, struct slice html);
/* Shows a photo or a document above the text of the reply. `file` is its URL, or its file_id if the
 * bot has received it. If the text exceeds TELEGRAM_CAPTION_MAX, the reply is sent without it. */
void talk_set_file(struct talk *talk, struct slice file, bool is_document);
/* Sends an album of 2 to ALBUM_MAX photos before the reply, or the text `fallback_text` if Telegram
 * refuses the album. If the reply would edit the tapped message, it is a new message, and the
 * tapped one is deleted. */
void talk_send_album(struct talk *talk, const struct field_list *urls, enum text fallback_text);
/* Sends a place on the map before the reply, as talk_send_album() does. `address` is plain text. */
void talk_send_venue(struct talk *talk, struct field_geo place, struct slice title,
                     struct slice address);
/* Format a text for a button or a notice, in the arena. What does not fit into 1024 bytes is
 * omitted. */
struct slice talk_format(struct talk *talk, enum text text, const struct text_value *values,
                         size_t count);
struct slice talk_label(struct talk *talk, enum text text); /* without values */
/* The text in the language of the dialogue or, if that is missing, in another one; "" if there is
 * no text in any language. */
struct slice talk_localized(const struct talk *talk, const struct texts *texts);

/* --- buttons and keys ---
 * A function that adds one returns nothing. If it fails ("too_many_buttons", "bad_button"), the
 * turn makes no more calls and fails at its end, as for talk_text_or_empty(). */

/* Adds a button whose tap runs the move `action` of the current step. The label is plain text.
 * button.h says which names and arguments are allowed. */
void talk_button(struct talk *talk, struct slice label, const char *action, struct slice argument);
/* Adds a button that runs a command of this kind of bot and chat (flow.h) with this argument. The
 * button stays valid when the dialogue goes on. */
void talk_command_button(struct talk *talk, struct slice label, const char *command,
                         struct slice argument);
/* Like talk_button() and talk_command_button(), in a new row and without an argument. */
void talk_put_button(struct talk *talk, enum text label, const char *action);
void talk_put_command(struct talk *talk, enum text label, const char *command);
/* Adds a button that copies (copy_button.h), unless there is nothing to copy. */
void talk_copy_button(struct talk *talk, enum copy copy, struct slice text);
/* Like talk_button(), in a new row and with the id as the argument. */
void talk_put_id_button(struct talk *talk, struct slice label, const char *action,
                        const struct uuid *id);
/* The argument of such a button, followed by `suffix`. */
struct slice talk_id_argument(const struct talk *talk, const struct uuid *id, const char *suffix);
/* Reads the id from the argument of such a button. */
bool talk_read_id(const struct talk *talk, struct uuid *id) MUST_CHECK;
/* Reads "<id>" or "<id>_<version>", the argument of a command, and leaves the id as the argument.
 * `version` is 0 if there is none, -1 if anything else follows the id. False: there is no id. */
bool talk_read_id_and_version(struct talk *talk, struct uuid *id, int64_t *version) MUST_CHECK;
/* Runs the current step's move for a tap on a button with this `action`. If the step has no such
 * move, shows the step again. */
bool talk_press(struct talk *talk, const char *action) MUST_CHECK;
/* Goes to step->back. */
bool talk_go_back(struct talk *talk);
/* Handles the text of the update as if it had been typed at the current step. */
bool talk_hear(struct talk *talk) MUST_CHECK;
/* The rest of that, for text that a step's FLOW_TEXT does not understand: handles it by the flow.
 */
bool talk_hear_at_flow(struct talk *talk) MUST_CHECK;
/* Adds the buttons of the step's moves that `needs` allowed actions, in the order of the moves. */
void talk_put_allowed_buttons(struct talk *talk, const struct flow_offer *offer);
/* Adds a key of the reply keyboard (Bot API, ReplyKeyboardMarkup). It sends its label, for a move
 * FLOW_KEY, or, if `asks_contact`, the person's contact, for FLOW_CONTACT. A reply has either keys
 * or buttons. A reply with keys is always a new message, because Telegram cannot add a reply
 * keyboard to an existing one. */
void talk_add_key(struct talk *talk, enum text label, bool asks_contact);
/* Sets the text of the message that removes the reply keyboard; default TEXT_KEYS_AWAY. */
void talk_set_keys_removal_text(struct talk *talk, enum text text);
/* Whether `words` are the text of this button or key in one of the languages; symbols before its
 * first letter, such as "🔎", may be left out. */
bool talk_is_label(const struct talk *talk, enum text label, struct slice words);
/* The reply is a new message, even if it answers a tap. */
void talk_send_anew(struct talk *talk);
/* In a group a new message is for the person alone, because it concerns no other member: struct
 * turn_reply, `receiver`. */
void talk_answer_alone(struct talk *talk);
/* Gives the button that was added last the look of this label: talk_label.c has the styles. */
void talk_style_button(struct talk *talk, enum text label);
/* The look of a button for an action of booking-api; NULL: plain. */
enum turn_style talk_style_of_action(const char *action);
/* Gives it to the button that was added last. */
void talk_style_as_action(struct talk *talk, const char *action);
/* A tap on the button that was added last does nothing. */
void talk_disable_button(struct talk *talk);
/* The next button starts a row. */
void talk_new_row(struct talk *talk);
/* The notice for a person who is no member of staff: how to become one or, if the update does not
 * say who has written it, how to write under one's own name. */
enum text talk_find_stranger_notice(const struct talk *talk);

/* Shows a notice. After a tap the notice appears above the chat for a moment. If the person has
 * written, or if the turn calls a service, before which the tap is answered, the text is appended
 * to the reply instead. */
void talk_show_notice(struct talk *talk, enum text text);
void talk_show_notice_values(struct talk *talk, enum text text, const struct text_value *values,
                             size_t count);

/* --- the next step --- */

/* Begins a dialogue of the flow at its first step, with zeroed data. The step's message is composed
 * when the current move ends. */
bool talk_begin(struct talk *talk, const struct flow *flow) MUST_CHECK;
/* Begins a dialogue of the flow at another step than the first. */
bool talk_begin_at(struct talk *talk, const struct flow *flow,
                   const struct flow_step *step) MUST_CHECK;
/* Goes to another step of the current flow. Its message keeps the text added so far, but not
 * buttons, keys and photo. Returns true. */
bool talk_step(struct talk *talk, const struct flow_step *step);
/* Shows the message of the current step again, below the text added so far. Returns true. */
bool talk_repeat_step(struct talk *talk);
/* Appends a text and an empty line, and goes to `step`. Returns true. */
bool talk_step_with(struct talk *talk, enum text text, const struct flow_step *step);
/* Shows the notice `reason`, the reason why the input is not accepted, and goes to `step`. Returns
 * true. */
bool talk_refuse(struct talk *talk, enum text reason, const struct flow_step *step);
/* Whether the dialogue is at one of these steps. */
bool talk_is_at(const struct talk *talk, const struct flow_step *const *steps, size_t count);
#define TALK_IS_AT(talk, steps) talk_is_at(talk, steps, ARRAY_LEN(steps))
/* Ends the current move, or the function that shows a step, although its callers expect more: the
 * reply is complete. `succeeded` is false if the move has failed instead. Returns false. */
bool talk_stop(struct talk *talk, bool succeeded) MUST_CHECK;
/* Ends the dialogue; the reply is sent. */
void talk_end(struct talk *talk);
/* Defines a function for moves. The function only goes to the step. */
#define TALK_LEADS_TO(function, step)                                                              \
    static bool function(struct talk *talk)                                                        \
    {                                                                                              \
        return talk_step(talk, step);                                                              \
    }

/* --- the person --- */

/* Stores the language of the replies to this person. */
void talk_set_language(struct talk *talk, enum language language);
/* Stores where the person came from, unless a source is stored already. */
void talk_set_source(struct talk *talk, struct slice source);

/* Stores that the person accepts the agreement, if the bot's settings have one. */
void talk_set_consent(struct talk *talk);

/* Sets `name` to the person's first name in a form that booking-api accepts, or else to the text
 * TEXT_STAY_GUEST_NAME. */
bool talk_get_person_name(struct talk *talk, struct slice *name) MUST_CHECK;
/* Adds the key that sends the person's contact, with the agreement if there is one; the next key
 * starts a row. */
void talk_ask_contact(struct talk *talk);
/* The number of the shared contact with '+', which Telegram may omit. */
struct slice talk_contact_phone(struct talk *talk);
/* The number of the shared contact; absent if the contact is not the person's own. */
struct slice talk_own_contact_phone(struct talk *talk);

/* Stores whether booking-api knows the person as an owner. */
void talk_set_owner(struct talk *talk, bool is_owner);

/* Uses up the code whose hash is in struct staff_chat_view: the group becomes the staff chat, and
 * the person a member of staff with this name. */
void talk_link_staff_chat(struct talk *talk, struct slice member_name);

/* Passes a message to another person, and conceals the update. */
void talk_pass_message(struct talk *talk, const struct turn_pass *pass);
/* Reads which chats the person can reach: struct relay_view. */
bool talk_read_relay_view(struct talk *talk, const struct relay_query *query,
                          struct relay_view *out) MUST_CHECK;

/* Whether the person has a talk with staff, and the update has a text: a tap or a location is no
 * message to them. */
bool talk_is_text_for_staff(const struct talk *talk);

/* Keeps the text of this update out of the chat's history. */
void talk_skip_history(struct talk *talk);
/* Also keeps it out of forwards and stored updates, because it was written for another person. */
void talk_conceal_update(struct talk *talk);
/* Stores the text of this update among those that the bots have not understood, without personal
 * data (misunderstood.h), unless talk_skip_history() was called. */
void talk_store_misunderstood(struct talk *talk);
/* Offers the command /person, which calls a person of staff: by a button of the reply or, if the
 * reply has a reply keyboard, by the name of the command in its text. */
void talk_offer_person(struct talk *talk);
/* Marks the reply as confided: it names another person, whose erasure does not cover this chat, or
 * has a door code or payment details. Its text is therefore not stored after the reply is sent. */
void talk_mark_reply_confided(struct talk *talk);

/* --- calls --- */

/* Calls another service and waits for its answer. If the update is handled again after a failure,
 * read-only calls are repeated and may get other answers; a call that changes something must have
 * the same number among the calls in each try, whatever the answers are. False: the call failed;
 * the caller must return the fault. */
bool talk_call(struct talk *talk, const struct service_call *call,
               struct service_answer *answer) MUST_CHECK;
/* Make a call of booking-api for the person. */
bool talk_get(struct talk *talk, struct slice path, struct service_answer *answer) MUST_CHECK;
bool talk_post(struct talk *talk, struct slice path, struct slice body,
               struct service_answer *answer) MUST_CHECK;
/* Makes a GET call as staff: for the owners or drivers (`collection`) who have the person's
 * Telegram account. The list in the answer has at most one item. */
bool talk_get_person_records(struct talk *talk, const char *collection,
                             struct service_answer *answer) MUST_CHECK;
/* Makes the call; if call->actor_id is nil, the answer is 403 without a call. */
bool talk_call_or_refuse_without_actor(struct talk *talk, const struct service_call *call,
                                       struct service_answer *answer) MUST_CHECK;
/* A code with which booking-api refuses a request, the text about it for the person, and the step
 * in which the person can correct the input. */
struct talk_refusal {
    const char *code;
    enum text text;
    const struct flow_step *step;
};
/* Finds the entry for the code of the refusal or of its first refused member. NULL: none. */
const struct talk_refusal *talk_find_refusal(const struct talk_refusal *refusals, size_t count,
                                             const struct answer_refusal *refusal);
/* The path "/v1/{collection}/{id}" or, unless `suffix` is "", "/v1/{collection}/{id}/{suffix}", in
 * the arena. */
struct slice talk_path(const struct talk *talk, const char *collection, const struct uuid *id,
                       const char *suffix);
/* Format parts of paths and bodies, in the arena; "" if the arena is full, as with
 * talk_text_or_empty(). */
const char *talk_date(const struct talk *talk, int32_t day); /* "2026-11-22" */
const char *talk_id(const struct talk *talk, const struct uuid *id);
/* A JSON string with its quotes; null if `text` is absent. More than 4096 bytes count as a full
 * arena. */
const char *talk_json_string(const struct talk *talk, struct slice text);
/* A JSON member with a sum in tiyn: "paid":{"amount":100,"currency":"KZT"}. */
const char *talk_money_member(const struct talk *talk, const char *name, int64_t tiyn);
/* How many calls may still be made for this update. Check it before a call that is optional. */
size_t talk_calls_left(const struct talk *talk);
