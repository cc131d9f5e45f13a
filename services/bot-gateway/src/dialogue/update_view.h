// SPDX-License-Identifier: MIT
/* The parts of an update that dialogues use. All text is untrusted; texts and names of people
 * passed text_visible(). */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/language.h"
#include "base/slice.h"
#include "base/value.h"

enum update_about {
    ABOUT_MESSAGE,    /* a new message of a person */
    ABOUT_EDIT,       /* edited_message: the new text of an older message */
    ABOUT_TAP,        /* callback_query: the tap of a button */
    ABOUT_MEMBERSHIP, /* my_chat_member: the bot was blocked, added, removed ... */
    ABOUT_OTHER
};

enum update_file {
    UPDATE_NO_FILE,
    UPDATE_PHOTO,
    UPDATE_DOCUMENT,   /* a PDF or a picture, sent as a file */
    UPDATE_OTHER_FILE, /* a document of another type */
};
enum { UPDATE_FILE_ID_MAX = 200 }; /* our limit; Telegram documents none */

struct update_view {
    enum update_about about;
    int64_t chat_id; /* FIELD_ABSENT: none */
    int64_t user_id; /* of the sender; FIELD_ABSENT: none */
    bool is_private; /* the chat is a private chat of a person with the bot */
    /* Sent by another bot, or in the name of a chat: by an anonymous administrator of a group or by
     * a member who writes as a channel. Which person it was is not known then. */
    bool by_bot;
    struct slice first_name; /* may be absent; has a visible character */
    enum language language;  /* of the user's app: texts/app_language.h */
    struct slice text;       /* or the caption; absent: a picture, a location ... */
    /* Telegram reports an event, such as a pinned message: nobody has written the message. */
    bool is_service;
    /* Content other than text, a contact or a place, known to us or not: a picture, a checklist ...
     */
    bool has_media;
    enum update_file file;
    /* The file_id of the document, or of the photo's largest size (Bot API, File): A-Za-z0-9_-,
     * valid for this bot only. Absent: none. */
    struct slice file_id;
    bool has_location; /* `location` is set, also by a venue */
    struct field_geo location;
    /* A contact (Bot API, Contact), of the person or of any other person: */
    struct slice contact_phone; /* as Telegram writes it; absent: no contact was sent */
    struct slice contact_name;  /* first name, as first_name */
    int64_t contact_user_id;    /* Telegram user; FIELD_ABSENT: unknown */
    struct slice album;         /* media_group_id of several pictures; absent: a single one */
    struct slice command; /* "start" of "/start@our_bot abc"; absent: the text does not begin with a
                             command, or is that of an edit */
    struct slice addressee; /* "our_bot"; absent: no bot is named */
    struct slice argument;  /* "abc", for /start the payload of a deep link; may be empty */
    struct slice tap_id;    /* of ABOUT_TAP: id of the callback_query */
    struct slice tap_data;  /* of ABOUT_TAP: callback_data of the button; may be absent */
    /* The id of the message; for a tap, the id of the message with the button. FIELD_ABSENT: the
     * message is not accessible. */
    int64_t message_id;
    bool shows_photo;  /* of ABOUT_TAP: the message with the button is a photo or a document */
    int64_t sent_at;   /* of a message, microseconds; FIELD_ABSENT: not known */
    int64_t edited_at; /* likewise, of ABOUT_EDIT: when it got this text or location */
    /* callback_data of the first button of the message to which the person replies (Bot API,
     * reply_to_message); absent: none. */
    struct slice answered_data;
    /* What the person has quoted of the message to which it replies or, if that is its own message,
     * its text; absent: nothing. */
    struct slice quote;
    struct slice origin;     /* the name of the author of a forwarded message; absent: none */
    struct slice membership; /* of ABOUT_MEMBERSHIP: the new ChatMember.status of the bot */
    bool has_topics;         /* the chat is a group with topics */
    int64_t thread_id;       /* id of the group's topic that has the message; 0: none or General */
    /* The ids of a group before and after it became a supergroup; 0: no such change. */
    int64_t moved_from;
    int64_t moved_to;
};

/* Whether the update comes from a group. False also for a tap on a message that Telegram no longer
 * shows: the chat is then not known. */
static inline bool update_view_in_group(const struct update_view *view)
{
    return !view->is_private && view->chat_id != FIELD_ABSENT;
}
