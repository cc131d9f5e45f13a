// SPDX-License-Identifier: MIT
/* What dialogues look at in an update. All text is a stranger's. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/language.h"
#include "base/slice.h"
#include "base/value.h"

enum update_about {
    ABOUT_MESSAGE,    /* a new one, of a person */
    ABOUT_EDIT,       /* edited_message: an older one has another text */
    ABOUT_TAP,        /* callback_query: the tap of a button */
    ABOUT_MEMBERSHIP, /* my_chat_member: the bot was blocked, added, removed ... */
    ABOUT_OTHER
};

struct update_view {
    enum update_about about;
    int64_t chat_id;         /* FIELD_ABSENT: none */
    int64_t user_id;         /* whose it is; FIELD_ABSENT: none */
    bool is_private;         /* the chat is that of one person with the bot */
    bool by_bot;             /* of another bot */
    struct slice first_name; /* may be absent */
    enum language language;  /* Russian where the user's program speaks none of ours */
    struct slice text;       /* or a picture's caption; absent: a picture, a place ... */
    bool has_media;          /* a picture, a voice message ... */
    bool has_location;       /* a place on the map, as the following; also that of a venue */
    struct field_geo location;
    /* A contact that was sent (Bot API, Contact): its number as Telegram writes it, absent: none
     * was; and whose it is, FIELD_ABSENT: nobody's whom Telegram knows. A person can send
     * anybody's. */
    struct slice contact_phone;
    int64_t contact_user_id;
    struct slice album;     /* media_group_id: one of several pictures; absent: it is none */
    struct slice command;   /* "start" of "/start@our_bot abc"; absent: the text begins with none */
    struct slice addressee; /* "our_bot"; absent: nobody is named */
    struct slice argument;  /* "abc": of /start the payload of a deep link; may be empty */
    struct slice tap_id;    /* of ABOUT_TAP, as the following */
    struct slice tap_data;  /* callback_data of the button; may be absent */
    /* The message, or the one whose button was tapped; FIELD_ABSENT: Telegram does not show it. */
    int64_t message_id;
    bool shows_photo;        /* of ABOUT_TAP: that message is a photo with words below it */
    int64_t sent_at;         /* of a message, microseconds; FIELD_ABSENT: not known */
    struct slice membership; /* of ABOUT_MEMBERSHIP: ChatMember.status of the bot from now on */
    /* A group became a supergroup: its id before, and the new one; 0: none did. */
    int64_t moved_from;
    int64_t moved_to;
};
