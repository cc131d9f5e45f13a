// SPDX-License-Identifier: MIT
/* A turn: the handling of one update by a dialogue.
 *
 * Its only effects are the calls of other services that it makes through struct turn_caller: the
 * same input and the same answers give the same output, which turn_runner.h carries out. A turn
 * that was interrupted is run again and repeats its calls; calls that change something have the
 * same Idempotency-Key in each try. */
#pragma once

#include "base/arena.h"
#include "base/fault.h"
#include "base/uuid.h"

#include "clients/service_call.h"
#include "dialogue/button.h"
#include "dialogue/relay.h"
#include "dialogue/update_view.h"
#include "staff_chat/staff_chat.h"

struct bot_settings;
struct phrase_words;
struct product;

enum {
    TURN_REPLIES_MAX = 4,
    TURN_BUTTONS_MAX = 64, /* of a reply */
    TURN_COPY_MAX = 256,   /* characters of struct turn_button, `copies` */
    TURN_CALLS_MAX = 6,
    TURN_STATE_MAX = 16 * 1024, /* bytes of a dialogue's data */
    TURN_TRIES_MAX = 5,         /* tries of an update, within five minutes */
    TURN_ACTED_S = 3600         /* time for retries of an update that may have changed something */
};

/* The state of a dialogue: a row of the table `dialogue`. */
struct turn_state {
    struct slice flow;   /* absent: there is no dialogue */
    struct slice step;   /* of the flow */
    struct slice data;   /* JSON of the flow */
    int64_t data_format; /* the flow's data_format when `data` was written */
    int64_t version;     /* rises with every change; 0: there is no row */
    int64_t ends_at;     /* when the dialogue ends; microseconds. Its data is deleted a day later */
};

/* Calls other services for turn_handle_update(). */
struct turn_caller {
    /* Makes one call; may wait. True: `answer` is set, with a body that is valid as long as the
     * arena of turn_handle_update(). */
    bool (*call)(void *data, const struct service_call *call, struct service_answer *answer,
                 struct fault *fault);
    /* Reads which chats the person can reach. */
    bool (*view_relay)(void *data, const struct relay_query *query, struct relay_view *out,
                       struct fault *fault);
    void *data;
};

struct turn_input {
    struct update_view update;
    struct slice bot;              /* the name of the bot among our bots */
    const struct product *product; /* of the bot's type: product.h */
    /* The bot's username without '@'; absent: not known. */
    struct slice username;
    /* That of the tenant's bot for product->other; absent: there is none, or it is not known. */
    struct slice other_username;
    uint8_t button_key[BUTTON_KEY_LEN];
    const struct texts *texts;           /* of this type of bot: texts/texts.h */
    const struct bot_settings *settings; /* of this type of bot */
    /* The vocabulary that parses phrases (phrases/phrase.h); it stays the same while the update is
     * handled. NULL: phrases are not parsed. */
    const struct phrase_words *words;
    bool has_ai;         /* the AI can be asked; the same for the whole turn */
    bool has_search;     /* search-api can be asked */
    int64_t now;         /* when the update was received, microseconds: the same in every try */
    int language;        /* that the person has chosen, or of the staff chat; -1: none */
    struct slice source; /* where the person came from; absent: not known */
    bool is_owner;       /* of apartments, by booking-api's last answer */
    struct staff_chat_view staff; /* set for a command, a tap or an answer in a group */
    bool has_talk;                /* an open talk with staff (relay_view.talk_is_open) */
    struct relay_edited edited;   /* of ABOUT_EDIT */
    struct turn_state state;
    /* A forward that is marked `exclusive` takes the update over, unless it is for another
     * person or a command of staff: struct turn_output, `is_left`. */
    bool is_wanted;
    /* If `state` is that of an earlier try: the number of versions by which the stored dialogue is
     * ahead of it. Else 0. */
    int64_t late_by;
    struct turn_caller caller;
};

/* The language of replies to the person. */
static inline enum language turn_language(const struct turn_input *input)
{
    return input->language >= 0 ? (enum language)input->language : input->update.language;
}

enum turn_reply_kind {
    TURN_TEXT, /* a new message in the chat of the update */
    TURN_EDIT, /* replaces the text of the message whose button was tapped */
    /* A new message; after that the message whose button was tapped is deleted. */
    TURN_REPLACE,
    TURN_ALBUM, /* photos; `text` is sent instead if Telegram refuses them */
    TURN_VENUE, /* a place on the map */
    /* Answers the tap, so that the button stops its progress indicator. If other services are
     * called, this answer is sent before the calls, without a notice, and not again after them. */
    TURN_ANSWER
};

/* The reply_markup of a message (Bot API). */
enum turn_markup {
    TURN_BUTTONS, /* an inline keyboard; none if there are no buttons */
    TURN_KEYS,    /* a reply keyboard: a key sends its label as a message of the person */
    TURN_NO_KEYS, /* removes the reply keyboard */
    TURN_MARKUPS
};

/* The look of a button (Bot API 9.4, InlineKeyboardButton.style). Older apps and servers ignore it.
 */
enum turn_style {
    TURN_PLAIN,
    TURN_SUCCESS, /* the step forward: to book, to confirm */
    TURN_DANGER,  /* what cannot be undone: to cancel, to decline */
    TURN_STYLES
};

struct turn_button {
    struct slice label;
    struct slice data; /* callback_data */
    struct slice url;  /* opened by a tap; absent: a tap sends `data` */
    /* A tap copies this text, of 1 to TURN_COPY_MAX characters (Bot API 7.11, CopyTextButton). The
     * text of the message must have it too: older apps copy nothing, and servers that do not know
     * such buttons get the message without it. */
    struct slice copies;
    bool is_disabled;  /* a tap does nothing (Bot API 10.3); an older server gets `data` */
    bool asks_contact; /* of a key: a tap sends the person's own contact */
    bool new_row;      /* the button starts a row */
    enum turn_style style;
};

struct turn_reply {
    enum turn_reply_kind kind;
    /* HTML. Of TURN_ANSWER: plain text of at most 200 characters, or absent. Of TURN_VENUE: the
     * address as plain text. */
    struct slice text;
    enum turn_markup markup; /* of TURN_EDIT and TURN_REPLACE always TURN_BUTTONS */
    /* URL or file_id of a photo, or file_id of a document, shown above the text. Absent: none. If
     * Telegram cannot show it, the text is sent alone. */
    struct slice photo;
    bool is_document;                  /* `photo` is a document */
    struct field_list album;           /* of TURN_ALBUM: 2 to ALBUM_MAX URLs (struct slice) */
    struct field_geo place;            /* of TURN_VENUE */
    struct slice title;                /* of TURN_VENUE */
    const struct turn_button *buttons; /* or keys; in the arena */
    size_t button_count;
    bool confided; /* the text names another person: struct outbox_message */
    /* Of TURN_TEXT in a group: the only member who sees the message (Bot API 10.3, ephemeral
     * messages); 0: all. If Telegram refuses that, as to a bot that is no administrator, all see
     * it. */
    int64_t receiver;
};

enum { TURN_OTHERWISE_MAX = 2 };
/* What a turn does with a talk with staff. */
enum turn_talk { TURN_TALK_SAME, TURN_TALK_OPEN, TURN_TALK_CLOSE };

/* A message that the person passes to another person. It is confided even if `confided` of its
 * reply is false. */
struct turn_pass {
    struct turn_message {
        struct relay_party to; /* chat_id FIELD_ABSENT: there is no message */
        struct turn_reply reply;
        struct slice topic; /* name of a topic to make for the message; absent: none */
    } message;
    /* Messages that are sent if `message` cannot be delivered. */
    struct turn_message otherwise[TURN_OTHERWISE_MAX];
    size_t otherwise_count;
    int64_t to_user;     /* the addressee; FIELD_ABSENT: staff */
    struct uuid booking; /* nil: none */
    bool has_words; /* the message has the words of the update: their edits are passed on too */
    bool of_owner;  /* struct relay_edited */
    /* If `change` is TURN_TALK_SAME: the talk with staff that opens when `otherwise` is sent; nil:
     * none. If not: the talk that is opened or closed now. */
    struct uuid talk;
    enum turn_talk change;
};

/* Whether the person is an owner, as booking-api answered. TURN_OWNER_SAME: booking-api was not
 * asked. */
enum turn_owner { TURN_OWNER_SAME, TURN_OWNER, TURN_NO_OWNER };

/* Whether the bot can write to the chat; TURN_REACH_SAME: the update does not say. */
enum turn_reach { TURN_REACH_SAME, TURN_REACHABLE, TURN_UNREACHABLE };

struct turn_output {
    enum turn_reach reach;
    int64_t chat_from; /* moved_from and moved_to of struct update_view */
    int64_t chat_to;
    struct turn_reply replies[TURN_REPLIES_MAX];
    size_t count;
    int language;        /* newly chosen by the person; -1: none */
    struct slice source; /* to be stored, if none is stored yet; absent: none */
    enum turn_owner owner;
    struct slice consent; /* version of the agreement that the person accepts; absent: none */
    /* If set, the group becomes the bot's staff chat, and the person, unless anonymous, a member
     * with this name. */
    struct slice member_name;
    struct turn_pass pass; /* valid if `passes` */
    bool passes;           /* `pass` is set */
    /* No dialogue has handled the update, because a forward takes it over, or the product is
     * silent. */
    bool is_left;
    bool confided; /* the text of the update is not stored in the history */
    /* The update contains words for another person: it is not forwarded, and its body is deleted
     * once it is handled. Also set by a turn that fails. */
    bool conceals;
    /* The text of the update without personal data, if it was not understood; else absent. */
    struct slice misunderstood;
    bool out_of_memory;      /* talk_printf() has failed, so turn_handle_update() will fail */
    bool moved;              /* the dialogue changes to `state`; else it stays as it was */
    struct turn_state state; /* without flow: the dialogue has ended. `version` is not set */
};

/* Handles one update by its dialogue. Texts of the output are in the arena or borrowed from the
 * input. FAULT_UNAVAILABLE "out_of_memory"; FAULT_INTERNAL "too_many_calls", "too_many_buttons",
 * "bad_button", "bad_step", "endless_flow", "too_much_output"; a fault of the flow about an answer
 * that it cannot use; a fault of input->caller. */
bool turn_handle_update(const struct turn_input *input, struct arena *arena,
                        struct turn_output *out, struct fault *fault) MUST_CHECK;

/* Whether the message is something that a person has sent to the bot, of any kind: service messages
 * are not. In a group a message is for the bot only if it begins with a command that names it. */
bool turn_is_for_bot(const struct update_view *update, struct slice username);

/* Seconds until the next try of an update that has failed `tries` times (1: once), the last time
 * with the code `failure`, and was received `age_s` ago; FIELD_ABSENT: there is no next try, at
 * once if the failure follows from the update alone. `may_have_acted`: a call that may have changed
 * something was not answered. Such an update is retried for TURN_ACTED_S, because a person who sees
 * no result repeats the action, which is then done twice. Holds of a guest end within that time. */
int64_t turn_retry_delay_s(const char *failure, int64_t tries, bool may_have_acted, int64_t age_s);
