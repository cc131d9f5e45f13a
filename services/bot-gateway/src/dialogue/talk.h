// SPDX-License-Identifier: MIT
/* What the functions of a flow have in their hands: the input of the turn, and its output in the
 * making. They return false with a fault, or because an answer is missing: talk_call(). */
#pragma once

#include "dialogue/turn.h"
#include "texts/texts.h"

struct flow;
struct flow_step;

/* What stands for a flow in the buttons of talk_command(). */
#define TALK_COMMANDS "go"

struct talk {
    const struct turn_input *input;
    struct arena *arena;
    enum language language; /* in which the bot speaks */
    void *data;             /* of the flow, its struct */
    struct slice argument;  /* of the button or the command; the words of the person */
    /* Private to talk.c: */
    struct turn_output *output;
    const struct flow *flow;      /* under way; NULL: none */
    const struct flow_step *step; /* where it stands */
    bool moved;                   /* it stands somewhere anew, which is to be shown */
    bool ended;
    bool in_place;               /* the message takes the place of the one that was tapped */
    size_t answers;              /* taken so far */
    struct buf text;             /* of the message in the making */
    struct slice photo;          /* of that message; absent: none */
    struct slice notice;         /* of the tap's answer */
    struct turn_button *buttons; /* TURN_BUTTONS_MAX, in the arena */
    size_t button_count;
    bool row;                /* the next button begins one */
    enum turn_markup markup; /* of the message in the making */
    bool confides;           /* struct turn_reply, of that message */
    bool had_keys;           /* below the chat stand those of the step where the dialogue stood */
    enum text farewell;      /* to them */
};

/* --- what the bot says --- */

/* Appends to the message in the making. Values as in text_say(). */
void talk_say(struct talk *talk, enum text text, const struct text_value *values, size_t count);
#define TALK_VALUES(...)                                                                           \
    (const struct text_value[]){__VA_ARGS__},                                                      \
        sizeof((const struct text_value[]){__VA_ARGS__}) / sizeof(struct text_value)
#define TALK_NO_VALUES NULL, 0
/* Text that is HTML already. */
void talk_html(struct talk *talk, struct slice html);
/* The message shows this photo, a URL, above its words. These are then at most
 * TELEGRAM_CAPTION_MAX: longer ones go without the photo. */
void talk_photo(struct talk *talk, struct slice url);
/* The text of a button or a notice, in the arena. Absent when there is no memory, which whoever
 * takes it as a label says. */
struct slice talk_text(struct talk *talk, enum text text, const struct text_value *values,
                       size_t count);

/* A button whose tap is the move `action` of the step. Labels are plain text. Names and arguments:
 * button.h. */
bool talk_button(struct talk *talk, struct slice label, const char *action, struct slice argument,
                 struct fault *fault) MUST_CHECK;
/* A button that is a command with its argument; it is good at any time. */
bool talk_command(struct talk *talk, struct slice label, const char *command, struct slice argument,
                  struct fault *fault) MUST_CHECK;
/* A key of the step below the chat, that is a move FLOW_KEY with this text. Or, where it asks for
 * it, one that sends the person's contact, FLOW_CONTACT. A message has keys or buttons. It is a new
 * one then, because Telegram changes none into one with keys. */
bool talk_key(struct talk *talk, enum text label, bool asks_contact,
              struct fault *fault) MUST_CHECK;
/* What is said when the keys are taken away, in a message of its own; else TEXT_KEYS_AWAY. */
void talk_farewell(struct talk *talk, enum text text);
/* The next button begins a row. */
void talk_row(struct talk *talk);
/* Says the text of a notice over the chat for a moment, where the person has tapped a button. It
 * begins the message instead where the person has written, and where the turn makes calls: then the
 * tap is answered before them. */
void talk_notice(struct talk *talk, enum text text);
void talk_notice_values(struct talk *talk, enum text text, const struct text_value *values,
                        size_t count);

/* --- where the dialogue goes --- */

/* To the first step of a flow, from anywhere; its data is zeros. A step is shown when the move is
 * over. */
bool talk_begin(struct talk *talk, const struct flow *flow, struct fault *fault) MUST_CHECK;
/* The same to another of its steps. */
bool talk_begin_at(struct talk *talk, const struct flow *flow, const char *step,
                   struct fault *fault) MUST_CHECK;
/* To another step of the flow that is under way. */
bool talk_step(struct talk *talk, const char *step, struct fault *fault) MUST_CHECK;
/* Where it stands is shown anew, below what was said. */
void talk_stay(struct talk *talk);
/* The dialogue is over; what was said is sent. */
void talk_end(struct talk *talk);

/* --- what is known of the person --- */

/* From now on the bot speaks so to this person. */
void talk_speak(struct talk *talk, enum language language);
/* Where the person came from; kept where nothing is known yet. */
void talk_came_from(struct talk *talk, struct slice source);

/* What booking-api has said: whether the person is an owner. */
void talk_owns(struct talk *talk, bool is_owner);

/* What the person has just written is not kept in the history of the chat. */
void talk_confide(struct talk *talk);
/* The message in the making tells of somebody else, whose erasure does not look into this chat: its
 * words are kept nowhere once it is sent. */
void talk_confide_reply(struct talk *talk);

/* --- what the bot asks others --- */

/* Calls booking-api as the person. False when the turn must wait for the answer, too. Answers are
 * borrowed from the input. Calls that only read are made anew when the turn is done again, and may
 * be answered otherwise: whatever they say, one that changes something must come in the same place.
 */
bool talk_call(struct talk *talk, const struct service_call *call, struct service_answer *answer,
               struct fault *fault) MUST_CHECK;
/* How many more the turn may make: for calls that it can do without. */
size_t talk_calls_left(const struct talk *talk);
