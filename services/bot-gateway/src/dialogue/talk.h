// SPDX-License-Identifier: MIT
/* What the functions of a dialogue (flow.h) work with: an update, and the output so far. */
#pragma once

#include "dialogue/turn.h"
#include "texts/texts.h"

struct flow;
struct flow_step;
struct stay_refusal;

/* Stands for the name of the flow in the buttons of talk_command(), which belong to no flow. */
#define TALK_COMMANDS "go"

/* A function of a talk that returns false has failed, and talk->fault says why; its caller returns
 * false too. */
struct talk {
    const struct turn_input *input;
    struct arena *arena;
    struct fault *fault;    /* that of the caller of turn_step() */
    enum language language; /* of the replies */
    void *data;             /* the struct of the flow */
    struct slice argument;  /* of the button or the command; else the text of the person */
    /* Private to talk.c: */
    struct turn_output *output;
    const struct flow *flow;      /* NULL: there is no dialogue */
    const struct flow_step *step; /* at which the dialogue is */
    bool moved;                   /* the dialogue has changed its step, which is to be shown */
    bool ended;
    bool in_place;               /* the reply replaces the message whose button was tapped */
    bool below;                  /* it does so below what is sent before it */
    size_t calls;                /* made so far */
    struct buf text;             /* of the reply */
    struct slice photo;          /* of the reply; absent: none */
    bool is_document;            /* struct turn_reply */
    struct slice notice;         /* text of the answer to the tap */
    struct turn_button *buttons; /* TURN_BUTTONS_MAX, in the arena */
    size_t button_count;
    bool new_row;            /* the next button starts a row */
    enum turn_markup markup; /* of the reply */
    bool confided;           /* struct turn_reply */
    bool offers_person;      /* talk_offer_person() */
    bool had_keys;           /* the step before this turn had a reply keyboard */
    enum text keys_removed;  /* text with which the keyboard is removed */
};

/* --- memory --- */

/* Returns a text of the arena; if it is absent, because memory was short, "": the turn then makes
 * no more calls and fails at its end, so callers need not check it. */
struct slice talk_keep(const struct talk *talk, struct slice made);
#define talk_printf(talk, ...) talk_keep((talk), arena_printf((talk)->arena, __VA_ARGS__))

/* --- the reply --- */

/* Append a text to the reply, rendered with these values: text_say(). */
void talk_add(struct talk *talk, enum text text, const struct text_value *values, size_t count);
#define TALK_VALUES(...)                                                                           \
    (const struct text_value[]){__VA_ARGS__},                                                      \
        sizeof((const struct text_value[]){__VA_ARGS__}) / sizeof(struct text_value)
void talk_say(struct talk *talk, enum text text); /* without values */
/* Appends a paragraph before the text of the step. */
void talk_add_paragraph(struct talk *talk, enum text text);
/* Appends a text whose only value is the contact for questions, if the bot has one. */
void talk_add_with_support(struct talk *talk, enum text text);
/* Appends HTML. */
void talk_add_html(struct talk *talk, struct slice html);
/* Shows the photo at `url` above the text of the reply. If the text exceeds TELEGRAM_CAPTION_MAX,
 * the reply is sent without the photo. */
void talk_set_photo(struct talk *talk, struct slice url);
/* Shows a photo or a document that the bot has received, as talk_set_photo() shows a URL. */
void talk_set_file(struct talk *talk, struct slice file_id, bool is_document);
/* Send an album of 2 to ALBUM_MAX photos, or `instead` if Telegram refuses them, or a place on the
 * map with its plain address, before the reply. The message whose button was tapped then moves
 * below them. */
bool talk_send_album(struct talk *talk, const struct field_list *urls,
                     enum text instead) MUST_CHECK;
void talk_send_venue(struct talk *talk, struct field_geo place, struct slice title,
                     struct slice address);
/* Format a text for a button or a notice, in the arena. */
struct slice talk_format(struct talk *talk, enum text text, const struct text_value *values,
                         size_t count);
struct slice talk_label(struct talk *talk, enum text text); /* without values */
/* The text in the language of the dialogue, or else in another language; "" if it has none. */
struct slice talk_localized(const struct talk *talk, const struct texts *texts);

/* Adds a button whose tap runs the move `action` of the current step. The label is plain text.
 * button.h says which names and arguments are allowed. */
bool talk_button(struct talk *talk, struct slice label, const char *action,
                 struct slice argument) MUST_CHECK;
/* Adds a button that runs a command of flow_commands with this argument. The button stays valid
 * when the dialogue goes on. */
bool talk_command(struct talk *talk, struct slice label, const char *command,
                  struct slice argument) MUST_CHECK;
/* Add a row with a button whose tap runs a move of the step, or a command. */
bool talk_put(struct talk *talk, enum text label, const char *action) MUST_CHECK;
bool talk_put_command(struct talk *talk, enum text label, const char *command) MUST_CHECK;
/* Add a row with a button for one of several things, and read which one was tapped. */
bool talk_put_id(struct talk *talk, struct slice label, const char *action,
                 const struct uuid *id) MUST_CHECK;
bool talk_take_id(const struct talk *talk, struct uuid *id) MUST_CHECK;
/* Reads "<id>" or "<id>_<version>", the argument of a command, and leaves the id as the argument.
 * `version` is 0 without one, and -1 if something else follows the id. False: it names none. */
bool talk_take_version(struct talk *talk, struct uuid *id, int64_t *version) MUST_CHECK;
/* Runs the move of the step's button. */
bool talk_press(struct talk *talk, const char *action) MUST_CHECK;
/* Adds a key of the reply keyboard (Bot API, ReplyKeyboardMarkup). It sends its label, for a move
 * FLOW_KEY, or, if `asks_contact`, the person's contact, for FLOW_CONTACT. A reply has either keys
 * or buttons. A reply with keys is always a new message, because Telegram cannot add a reply
 * keyboard to an existing one. */
bool talk_add_key(struct talk *talk, enum text label, bool asks_contact) MUST_CHECK;
/* Sets the text of the message that removes the reply keyboard; default TEXT_KEYS_AWAY. */
void talk_set_keys_removed(struct talk *talk, enum text text);
/* Whether `words` are the text of this button or key in one of the languages; symbols before its
 * first letter, such as "🔎", may be left out. */
bool talk_is_label(const struct talk *talk, enum text label, struct slice words);
/* The reply is a new message, even if it answers a tap. */
void talk_send_anew(struct talk *talk);
/* The next button starts a row. */
void talk_new_row(struct talk *talk);
/* Shows a notice. After a tap it appears above the chat for a moment. If the person has written, or
 * if the tap was answered before a call of a service, the text is appended to the reply instead. */
void talk_show_notice(struct talk *talk, enum text text);
void talk_show_notice_values(struct talk *talk, enum text text, const struct text_value *values,
                             size_t count);

/* --- the next step --- */

/* Begins a dialogue of the flow at its first step, with zeroed data. The step's message is composed
 * when the current move ends. */
bool talk_begin(struct talk *talk, const struct flow *flow) MUST_CHECK;
/* Begins a dialogue of the flow at another step than the first. */
bool talk_begin_at(struct talk *talk, const struct flow *flow, const char *step) MUST_CHECK;
/* Goes to another step of the current flow. */
bool talk_step(struct talk *talk, const char *step) MUST_CHECK;
/* Shows the message of the current step again, below the text added so far. */
void talk_repeat_step(struct talk *talk);
/* Explains why the input is not accepted, and shows the step again. */
bool talk_refuse(struct talk *talk, enum text why, const char *step) MUST_CHECK;
/* Ends the dialogue; the reply is sent. */
void talk_end(struct talk *talk);
/* Defines a function for the moves of a flow that only goes to a step. */
#define TALK_LEADS_TO(function, step)                                                              \
    static bool function(struct talk *talk)                                                        \
    {                                                                                              \
        return talk_step(talk, step);                                                              \
    }

/* --- the person --- */

/* Stores the language of the replies to this person. */
void talk_set_language(struct talk *talk, enum language language);
/* Stores the source, where the person came from, unless one is stored already. */
void talk_set_source(struct talk *talk, struct slice source);

/* Stores that the person accepts the agreement of the settings, if there is one. */
void talk_set_consent(struct talk *talk);

/* The first name for booking-api; if it cannot be used, a word for it. */
bool talk_clean_name(struct talk *talk, struct slice *name) MUST_CHECK;
/* Adds the key that sends the person's contact, with the agreement if there is one; the next key
 * starts a row. */
bool talk_ask_contact(struct talk *talk) MUST_CHECK;
/* The number of the shared contact with '+', which Telegram may omit; the second is absent if the
 * contact is not the person's own. */
struct slice talk_contact(struct talk *talk);
struct slice talk_own_contact(struct talk *talk);

/* Stores whether booking-api knows the person as an owner. */
void talk_set_owner(struct talk *talk, bool is_owner);

/* Uses the code of struct staff_chat_view: the group becomes the staff chat, and the person a
 * member of staff with this name. */
void talk_link_staff(struct talk *talk, struct slice name);

/* Passes a message to another person, and keeps the text of this update out of the history. */
void talk_pass(struct talk *talk, const struct turn_pass *pass);
/* Reads which parties the person can reach. */
bool talk_view_relay(struct talk *talk, const struct relay_query *query,
                     struct relay_view *out) MUST_CHECK;

/* Keeps the text of this update out of the chat's history. */
void talk_skip_history(struct talk *talk);
/* Stores the text of this update among those that the bots have not understood, without personal
 * data: misunderstood.h. */
void talk_store_misunderstood(struct talk *talk);
/* Offers to call a person: by a button of the reply that runs the command or, below a reply
 * keyboard, by naming it. */
void talk_offer_person(struct talk *talk);
/* Marks the reply as confided: it names another person, whose erasure does not cover this chat, so
 * its text is not stored after it is sent. */
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
/* Reads as staff the first of these things, owners or drivers, with the Telegram account of the
 * person. */
bool talk_get_person(struct talk *talk, const char *things,
                     struct service_answer *answer) MUST_CHECK;
/* Makes a call as its actor; if the id of the actor is nil, the answer is 403 without a call. */
bool talk_call_as_actor(struct talk *talk, const struct service_call *call,
                        struct service_answer *answer) MUST_CHECK;
/* A code with which booking-api refuses, its text, and the step that helps. */
struct talk_refusal {
    const char *code;
    enum text text;
    const char *step;
};
/* NULL: the table has neither its code nor that of the first refused member. */
const struct talk_refusal *talk_find_refusal(const struct talk_refusal *refusals, size_t count,
                                             const struct stay_refusal *refusal);
/* The path "/v1/{things}/{id}" or, unless `more` is "", "/v1/{things}/{id}/{more}", in the
 * arena. */
struct slice talk_path(const struct talk *talk, const char *things, const struct uuid *id,
                       const char *more);
/* Parts of paths and bodies, in the arena: a date, "2026-11-22"; an id; a string with its quotes,
 * null if it is absent; a member with a sum in tiyn, "paid":{"amount":100,"currency":"KZT"}. As
 * with talk_keep(), they are "" if memory was short. */
const char *talk_date(const struct talk *talk, int32_t day);
const char *talk_id(const struct talk *talk, const struct uuid *id);
const char *talk_json(const struct talk *talk, struct slice text);
const char *talk_sum(const struct talk *talk, const char *name, int64_t sum);
/* How many calls may still be made for this update. Check it before a call that is optional. */
size_t talk_calls_left(const struct talk *talk);
