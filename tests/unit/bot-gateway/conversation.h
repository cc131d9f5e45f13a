// SPDX-License-Identifier: MIT
/* A conversation of a person with the bot: it stores the state of the dialogue, answers the calls
 * of a turn from tables, and taps the buttons of the bot. It checks each reply: Telegram would
 * accept it, also a photo with its caption; each message of a private chat has a button or a key,
 * unless it removes the keys and another message follows; and the data of the dialogue can be read
 * back. */
#pragma once

#include "dialogue/turn.h"
#include "support/test.h"

enum { SEEN_MAX = 64 * 1024, SHOWN_LABEL_MAX = 256 };

/* The answer to calls whose "METHOD /path" begins with `call`. If two rows have the same call, the
 * second answers from the second such call of a turn on. */
struct scripted {
    const char *call;
    long status;
    const char *body; /* NULL: none */
};

struct shown {
    size_t count;
    char labels[TURN_BUTTONS_MAX][SHOWN_LABEL_MAX];
    char data[TURN_BUTTONS_MAX][BUTTON_DATA_MAX + 1]; /* of a key "" */
};

struct conversation {
    const struct scripted *instead; /* preferred to `world`; ends with a call of NULL */
    const struct scripted *world; /* the longest matching call is used; ends with a call of NULL */
    const struct texts *texts;    /* NULL: built-in texts */
    const struct phrase_words *words; /* the vocabulary for phrases; NULL: phrases are not parsed */
    bool has_ai;
    bool has_search;
    int64_t now;
    int64_t user_id;
    int language;
    int bot_type; /* enum bot_type */
    struct slice source;
    bool is_owner;
    bool no_agreement; /* the bot has no links to an agreement */
    struct staff_chat_view staff;
    bool has_talk;
    bool is_wanted; /* by an exclusive forward */
    struct relay_edited edited;
    struct relay_view relay; /* parties that the person can reach: conversation_reach() */
    struct slice first_name;
    /* Of the last turn: */
    struct fault fault;
    char seen[SEEN_MAX];  /* all texts of the replies, with labels and URLs of photos */
    size_t length;        /* of the last message, in UTF-16 units */
    char asked[SEEN_MAX]; /* lines of "METHOD /path body", for an owner with " as owner:<id> if 3",
                             for a member of staff with " as staff:<name>" */
    struct turn_output output;
    struct relay_query relay_asked;
    /* The last message of the chat: */
    struct shown shown, before;
    bool keys; /* a reply keyboard is shown */
    /* The state of the dialogue: */
    struct turn_state state;
    char flow[16], step[16], data[TURN_STATE_MAX];
    uint8_t key[BUTTON_KEY_LEN];
    struct arena arena;
};

/* On 2026-11-21, a Saturday, at 12:00 in Almaty. */
#define CONVERSATION_NOW INT64_C(1795244400000000)

void conversation_open(struct conversation *talk, const struct scripted *world);
void conversation_close(struct conversation *talk);

/* Sets which parties the person can reach: another one in this chat, and staff; FIELD_ABSENT: not.
 */
void conversation_reach(struct conversation *talk, int64_t person, int64_t staff);
/* Runs a turn. False with `fault`. */
bool conversation_update(struct conversation *talk, const struct update_view *update);
/* Text, or "/command argument". */
bool conversation_type(struct conversation *talk, const char *text);
/* An edit: the new text of a message. */
bool conversation_edit(struct conversation *talk, const char *text);
/* A location. */
bool conversation_locate(struct conversation *talk, struct field_geo place);
/* Any callback_data. */
bool conversation_tap_data(struct conversation *talk, const char *data);
/* A button that is signed for the person. */
bool conversation_tap_button(struct conversation *talk, const struct button *button);
/* Shares the contact "Сауле" with this number, the person's own or a foreign one. */
bool conversation_share(struct conversation *talk, const char *phone, int64_t whose);
/* Sends a file, with a caption or NULL. */
#define CONVERSATION_FILE_ID "AgACAgIAAxkB"
bool conversation_send(struct conversation *talk, enum update_file file, const char *caption);
/* Taps a button, or types the text of a key. */
bool conversation_press(struct conversation *talk, const struct shown *shown, size_t i);
/* The button with this label, or with the text of that name: "@button_back". NULL: there is
 * none. */
const char *conversation_button(const struct shown *shown, const char *label);

/* Whether it was in a reply or a call. "@key": the beginning of that text. */
bool conversation_saw(const struct conversation *talk, const char *what);
/* Sets the step of the dialogue. */
void conversation_put(struct conversation *talk, const char *flow, const char *step,
                      const char *data, int64_t data_format, int64_t version);

/* An action of the person and what must follow. */
enum { EXCHANGE_INSTEAD_MAX = 3, EXCHANGE_SEES_MAX = 4 };
struct exchange {
    const char *tap;                     /* a label, or "@key" of one */
    const char *type;                    /* or a text */
    enum update_file file;               /* or a file, with the text as its caption */
    const struct field_geo *at;          /* or a location */
    const char *share;                   /* or the person's own contact: its number */
    const char *step;                    /* the step afterwards; "": no dialogue */
    const char *sees[EXCHANGE_SEES_MAX]; /* parts of the replies, buttons or calls */
    const char *sees_not;
    struct scripted instead[EXCHANGE_INSTEAD_MAX]; /* answers that differ from those of the world */
};

/* Runs it. False with `fault`: "no_such_button", or that of the turn. */
bool conversation_do(struct conversation *talk, const struct exchange *one);
/* Runs all and checks each. */
void conversation_go(struct conversation *talk, const struct exchange *all, size_t count);

/* The same with the suite's `talk`. */
#define CONVERSE(all) conversation_go(&talk, (all), ARRAY_LEN(all))
// clang-format off
/* A test that does so: CONVERSATION(declines, {.type = "/desk"}, {.tap = "Back"}, ...). */
#define CONVERSATION(name, ...)                                                                    \
    static const struct exchange name[] = {__VA_ARGS__};                                           \
    TEST(name##_follows_its_script) { CONVERSE(name); }
// clang-format on
