// SPDX-License-Identifier: MIT
/* A person and the bot, as the service lets them talk: it keeps where the dialogue stands, answers
 * the calls of a turn out of tables, and taps what the bot has shown. Whatever the bot shows is
 * checked: Telegram would take it, a photo with its words too, each message of a private chat has a
 * button or a key, unless it takes keys away and another one follows, and what the dialogue
 * remembers can be read again. */
#pragma once

#include "dialogue/turn.h"

enum { SEEN_MAX = 64 * 1024, SHOWN_LABEL_MAX = 256 };

/* What is answered to calls of "METHOD /path" that begin so; of rows with the same call the second
 * counts from the second such call of a turn on. */
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
    const struct scripted *instead;   /* looked at before `world`; ends with a call of NULL */
    const struct scripted *world;     /* the longest call that fits; ends with a call of NULL */
    const struct texts *texts;        /* NULL: what is built in */
    const struct phrase_words *words; /* what phrases may name; NULL: none is read */
    bool has_ai;
    bool has_search;
    int64_t now;
    int64_t user_id;
    int language;
    struct slice source;
    bool is_owner;
    struct slice first_name;
    /* Of the last turn: */
    struct fault fault;
    char seen[SEEN_MAX];  /* all that was said, labels and addresses of photos too */
    size_t length;        /* of the last message, in UTF-16 units */
    char asked[SEEN_MAX]; /* lines of "METHOD /path body", of an owner's " as owner:<id> if 3" */
    struct turn_output output;
    /* What stands in the chat: */
    struct shown shown, before;
    bool keys; /* below the chat */
    /* Where the dialogue stands: */
    struct turn_state state;
    char flow[16], step[16], data[TURN_STATE_MAX];
    uint8_t key[BUTTON_KEY_LEN];
    struct arena arena;
};

/* On 2026-11-21, a Saturday, at 12:00 in Almaty. */
#define CONVERSATION_NOW INT64_C(1795244400000000)

void conversation_open(struct conversation *talk, const struct scripted *world);
void conversation_close(struct conversation *talk);

/* A turn. False with `fault`. */
bool conversation_update(struct conversation *talk, const struct update_view *update);
/* Words, or "/command argument". */
bool conversation_type(struct conversation *talk, const char *text);
/* A place on the map. */
bool conversation_locate(struct conversation *talk, struct field_geo place);
/* callback_data, whoever made it. */
bool conversation_tap_data(struct conversation *talk, const char *data);
/* Shares a contact of this number, his own or that of somebody else. */
bool conversation_share(struct conversation *talk, const char *phone, int64_t whose);
/* Taps a button, or types what a key says. */
bool conversation_press(struct conversation *talk, const struct shown *shown, size_t i);
/* The button with this label, or with the text of that key: "@button_back". NULL: there is none. */
const char *conversation_button(const struct shown *shown, const char *label);

/* Was it said, or asked for? "@key": how that text begins. */
bool conversation_saw(const struct conversation *talk, const char *what);
/* Puts the dialogue to a step. */
void conversation_put(struct conversation *talk, const char *flow, const char *step,
                      const char *data, int64_t data_format, int64_t version);

/* One thing a person does, and what comes of it. */
enum { EXCHANGE_INSTEAD_MAX = 3, EXCHANGE_SEES_MAX = 4 };
struct exchange {
    const char *tap;                     /* a label, or "@key" of one */
    const char *type;                    /* or words */
    const struct field_geo *at;          /* or the place that is sent */
    const char *share;                   /* or his own contact: its number */
    const char *step;                    /* where the dialogue then stands; "": nowhere */
    const char *sees[EXCHANGE_SEES_MAX]; /* what is said, shown on buttons, or asked by a call */
    const char *sees_not;
    struct scripted instead[EXCHANGE_INSTEAD_MAX]; /* answers other than those of the world */
};

/* Does it. False with `fault`: "no_such_button", or that of the turn. */
bool conversation_do(struct conversation *talk, const struct exchange *one);
/* Does all, and looks at what comes of each. */
void conversation_go(struct conversation *talk, const struct exchange *all, size_t count);
