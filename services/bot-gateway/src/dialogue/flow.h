// SPDX-License-Identifier: MIT
/* Dialogues as tables. A flow is a dialogue about one thing; it stands at one of its steps. What a
 * person writes or taps there is a move, which says where to go on. A step shows itself: one
 * message with buttons. */
#pragma once

#include "dialogue/talk.h"

enum flow_event {
    FLOW_TAP, /* of a button, by its action */
    /* Likewise, of an older message too, while the dialogue stands at this step: what only looks
     * elsewhere, and is tapped faster than the screen changes. */
    FLOW_TAP_EVER,
    FLOW_KEY,     /* of a key below the chat, by its text; or its words, typed in any language */
    FLOW_CONTACT, /* a contact, whosever it is */
    FLOW_TEXT,    /* words that are no command */
    FLOW_LOCATION /* a place on the map */
};

struct flow_move {
    enum flow_event on;
    const char *action; /* of a tap; of FLOW_KEY the key of the text (texts/texts.h) */
    bool (*act)(struct talk *talk, struct fault *fault);
};

struct flow_step {
    const char *name;
    /* Composes the message: talk_say(), talk_button() ... */
    bool (*show)(struct talk *talk, struct fault *fault);
    const struct flow_move *moves; /* the first that fits */
    size_t move_count;
};

struct flow {
    const char *name;    /* in buttons: BUTTON_NAME_MAX */
    int64_t idle_s;      /* a dialogue that rests for so long is over */
    int64_t data_format; /* raised when older data cannot be read: it then begins anew */
    size_t data_size;    /* of the struct; 0: none */
    bool (*read)(struct slice json, struct arena *arena, void *data, struct fault *fault);
    void (*write)(const void *data, struct buf *json);
    const struct flow_step *steps; /* the first is where it begins */
    size_t step_count;
};

/* The keys of a step stand below the chat, where the person types (Bot API, ReplyKeyboardMarkup). A
 * step has them if it has such moves. They are taken away with a word when the dialogue leaves it.
 */
bool flow_step_has_keys(const struct flow_step *step);

/* What is understood in any dialogue: "/command argument", or a button of talk_command(). The
 * argument may be empty. */
struct flow_command {
    const char *name;
    bool (*act)(struct talk *talk, struct fault *fault);
};

/* All of them; see flows.c. */
extern const struct flow *const flows[];
extern const size_t flow_count;
extern const struct flow_command flow_commands[];
extern const size_t flow_command_count;
/* To a place on the map that no step expects. */
bool flow_located(struct talk *talk, struct fault *fault);
/* Words of courtesy alone, as "спасибо": no step takes them for an answer. */
bool flow_is_courtesy(struct slice words);
bool flow_answer_courtesy(struct talk *talk, struct fault *fault);
/* To what no move fits, where no dialogue is under way or its step does not expect it. */
bool flow_not_understood(struct talk *talk, struct fault *fault);
/* To a tap of something old, where no dialogue is under way. */
bool flow_nothing_begun(struct talk *talk, struct fault *fault);
