// SPDX-License-Identifier: MIT
/* Dialogues as tables. A flow is a dialogue about one subject, such as a search. It has steps; the
 * dialogue is at one of them. A step has a function that shows it, as one message with buttons, and
 * moves: what the person may tap or write there, and the function that handles it. */
#pragma once

#include "base/arena.h"
#include "base/buf.h"
#include "json/foreign.h"

#include "dialogue/remark.h"
#include "texts/texts.h"

struct fields;
struct talk;

enum flow_event {
    FLOW_TAP, /* a tap on a button of the step's last message; a move names the button's action */
    /* A tap on a button of any message of the flow, also of an older one. It is for buttons that
     * only page through a list: people may tap them faster than the message changes. */
    FLOW_TAP_ANY_VERSION,
    FLOW_KEY,      /* a text that is a key's label (talk_add_key()) in any language */
    FLOW_CONTACT,  /* a contact, of the person or of another person */
    FLOW_TEXT,     /* text that is not a command, and whose words stand for no tap */
    FLOW_LOCATION, /* a location without text */
    FLOW_WORDS,    /* only words: `remark` or `label` of the move, which has no button of its own */
    /* Any message that is not a command and not for the product's `answers` (product.h). It
     * precedes all other moves, the shortcuts and product_take_receipt_if_awaited(), which its
     * function calls itself. */
    FLOW_MESSAGE
};

/* Handles what a person has tapped or written. */
typedef bool flow_move_fn(struct talk *talk);

struct flow_move {
    enum flow_event on;
    /* Of a tap: the button's action; of FLOW_KEY: the name of the label's text (texts/texts.h);
     * NULL: any. */
    const char *action;
    flow_move_fn *act;
    /* The words for which a text stands for a tap, if the move is of FLOW_TAP or FLOW_WORDS. */
    enum remark_kind remark; /* of the same meaning; REMARK_NONE: none */
    unsigned unless;         /* enum flow_unless: not if the text also does that */
    enum text label;         /* the text of a button; TEXT_NONE: see `needs` */
    /* The action of booking-api that must be allowed (struct flow_offer); it has the label of the
     * button. NULL: none. */
    const char *needs;
    bool explains_refusal; /* the remark acts even if the action is not allowed, to explain why */
    bool (*when)(const struct talk *talk); /* whether the words may act now; NULL: always */
};

enum flow_unless { FLOW_ASKS = 1, FLOW_NEGATES = 2, FLOW_BOOKS = 4 }; /* of struct remark */

/* What the step shows to the person now. */
struct flow_offer {
    bool is_shown;               /* false: there is no such thing, so no words act on it */
    struct foreign_list actions; /* struct answer_action: those that booking-api allows */
};

struct flow_step {
    const char *name; /* under which a dialogue at the step is stored */
    /* Composes the message: talk_add(), talk_button() ... */
    bool (*show)(struct talk *talk);
    const struct flow_move *moves; /* the first that matches is used */
    size_t move_count;
    /* The step to which a button "back" leads, tapped or typed; NULL: see `moves`. */
    const struct flow_step *back;
    /* Reads what the step shows, before words act on it; NULL: no move `needs` anything. */
    bool (*offer)(struct talk *talk, struct flow_offer *out);
    /* For the `text` of the flow: handles text that nothing has understood; NULL: as at any step.
     */
    flow_move_fn *unheard;
};
#define FLOW_MOVES(array)      .moves = (array), .move_count = ARRAY_LEN(array)
#define FLOW_BACK(step, array) .moves = (array), .move_count = ARRAY_LEN(array), .back = (step)

struct flow {
    const char *name;    /* part of callback_data: at most BUTTON_NAME_MAX bytes */
    int64_t idle_s;      /* after this time without an update the dialogue ends */
    int64_t data_format; /* a stored dialogue with another data_format is dropped */
    /* How the struct at talk->data is stored as JSON. Members without a field are not stored: they
     * are zero when an update begins, unless `resume` sets them after the others are read. */
    const struct fields *data;
    void (*resume)(void *data); /* may be NULL */
    /* What the person writes in it is for another person: no forward takes it over (struct
     * turn_input, `is_wanted`). */
    bool is_confidential;
    /* While the person has a talk with staff, words stand for no tap. */
    bool yields_to_staff;
    /* Moves FLOW_WORDS of all steps, after those of the step and its FLOW_TEXT. */
    const struct flow_move *moves;
    size_t move_count;
    /* Handles text for which neither the current step nor the flow has a move; may be NULL. */
    flow_move_fn *text;
    /* Answers a question about what is open at the step, while the step asks another one: adds the
     * answer, or when there will be one, and an empty line. `answered` is false if the text is no
     * such question, or nothing is known. unheard_reply() calls it; NULL: nothing is ever open. */
    bool (*answer)(struct talk *talk, bool *answered);
    const struct flow_step *const *steps; /* the first is the initial one */
    size_t step_count;
};

/* A command that a person can give at any step and without a dialogue: "/command argument", or a
 * button of talk_command_button(). The argument may be empty. */
struct flow_command {
    const char *name;
    flow_move_fn *act;
};
