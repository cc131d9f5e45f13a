// SPDX-License-Identifier: MIT
/* A product: what the bots of one type do for people, as one row. The engine of dialogues knows
 * products only by these rows; they are in products/, and definition.c lists them by the type of
 * bot. */
#pragma once

#include "dialogue/flow.h"

struct talk;
struct webhook_menu;

/* What a person may type at any step, without a button. */
struct product_shortcut {
    enum text label;         /* the label of a button that stands in many messages */
    enum remark_kind remark; /* of the same meaning; REMARK_NONE: only the label */
    flow_move_fn *act;
};

/* The texts of a product for what every product says. */
struct product_texts {
    enum text search;    /* label of the button of the command "search" */
    enum text privacy;   /* what is stored about people, and the agreement */
    enum text other_bot; /* that the person means another bot; TEXTS: struct product, `other` */
};

struct product {
    /* Other programs answer, so nothing below is set. Updates are stored and forwarded, taps are
     * answered without a notice. */
    bool is_silent;
    /* The dialogues; a stored dialogue of another product is dropped. */
    const struct flow *const *flows;
    size_t flow_count;
    /* Commands; a row without a name ends a list. Those of a private chat; of any group; further
     * ones in a group that is the staff chat of the bot. */
    const struct flow_command *commands;
    const struct flow_command *staff_commands;
    const struct flow_command *staff_chat_commands;
    /* Each function handles an answer (Bot API, reply_to_message) to a message whose first button
     * runs the command `name`. talk->argument is then the argument of that button. */
    const struct flow_command *answers;
    const struct product_shortcut *shortcuts;
    size_t shortcut_count;
    const struct webhook_menu *menu; /* of commands beside the chat (Bot API, setMyCommands) */
    struct product_texts texts;
    /* Stems of words that only this product understands; NULL ends the list. letters.h normalises
     * them. */
    const char *const *stems;
    /* The tenant's other product, to whose bot a person is sent who asks for that (other_bot.h);
     * NULL: none. */
    const struct product *other;
    /* Whether the dialogue is at most a search, so that a word of the other product means it: at
     * other steps "такси" may be a question about the booking. */
    bool (*is_at_search)(const struct talk *talk);
    /* Names the other bot without a dialogue. NULL: says texts.other_bot, and offers a search. */
    flow_move_fn *name_other_bot;
    /* Begins a dialogue with the text of the person; `parsed` is false if it has nothing for the
     * product. */
    bool (*begin_from_text)(struct talk *talk, bool *parsed);
    /* Handles a message that neither the current step nor the flow nor begin_from_text()
     * handles. */
    flow_move_fn *unheard;
    /* Takes a photo or a document, in any dialogue, as the receipt of a payment, and stops the move
     * (talk_stop()). Does nothing if no payment is awaited. NULL: receipts are never awaited. */
    flow_move_fn *receipt;
    /* Handles another photo or document. It has no caption, or one that is not understood. NULL: as
     * a text that is not understood. */
    flow_move_fn *file;
    /* Handles a location that the current step does not expect. */
    flow_move_fn *location;
    /* Handles a change of a live location (Bot API, Location.live_period) that the person shares.
     * It comes every few seconds and gets no reply. NULL: ignores it. */
    flow_move_fn *moved_location;
    /* Passes on the edited words of a message that was passed on (struct relay_edited). */
    flow_move_fn *edit;
    /* Passes the message to staff; the person has a talk with them. */
    flow_move_fn *pass_to_staff;
    /* Handles the tap of an old button when the person has no dialogue. */
    flow_move_fn *stale_tap;
};
