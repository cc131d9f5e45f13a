// SPDX-License-Identifier: MIT
#include "base/parse.h"
#include "json/foreign.h"

#include "inbox/inbox_json.h"

// clang-format off
/* The members of "Update" (Bot API 10.3), one per kind of update; an update has at most one of
 * them. Columns: kind, members that are the ids of its user and of its chat (NONE: the kind has no
 * such member). message, callback_query and my_chat_member are by far the most frequent, and come
 * first. */
#define NONE "-" /* no member has this name */
#define ASKED_KINDS(KIND)                                                                          \
    KIND(callback_query,            "from/id",              "message/chat/id")                     \
    KIND(my_chat_member,            "from/id",              "chat/id")                             \
    KIND(edited_message,            "from/id",              "chat/id")                             \
    KIND(channel_post,              "from/id",              "chat/id")                             \
    KIND(edited_channel_post,       "from/id",              "chat/id")                             \
    KIND(business_connection,       "user/id",              NONE)                                  \
    KIND(business_message,          "from/id",              "chat/id")                             \
    KIND(edited_business_message,   "from/id",              "chat/id")                             \
    KIND(deleted_business_messages, NONE,                   "chat/id")                             \
    KIND(inline_query,              "from/id",              NONE)                                  \
    KIND(chosen_inline_result,      "from/id",              NONE)                                  \
    KIND(shipping_query,            "from/id",              NONE)                                  \
    KIND(pre_checkout_query,        "from/id",              NONE)                                  \
    KIND(purchased_paid_media,      "from/id",              NONE)                                  \
    KIND(poll,                      NONE,                   NONE)                                  \
    KIND(poll_answer,               "user/id",              NONE)                                  \
    KIND(chat_join_request,         "from/id",              "chat/id")                             \
    KIND(chat_boost,                "boost/source/user/id", "chat/id")                             \
    KIND(removed_chat_boost,        "source/user/id",       "chat/id")
/* Kinds that the service does not request: of each reaction, of each change of a member of a group,
 * and of features that it does not use. They come if the owner of a bot has requested them. */
#define UNASKED_KINDS(KIND)                                                                        \
    KIND(message_reaction,           "user/id", "chat/id")                                         \
    KIND(message_reaction_count,     NONE,      "chat/id")                                         \
    KIND(chat_member,                "from/id", "chat/id")                                         \
    KIND(guest_message,              "from/id", "chat/id")                                         \
    KIND(managed_bot,                "user/id", NONE)                                              \
    KIND(subscription,               "user/id", NONE)                                              \
    KIND(stopped_message_generation, NONE,      "chat/id")
#define KINDS(KIND) KIND(message, "from/id", "chat/id") ASKED_KINDS(KIND) UNASKED_KINDS(KIND)

#define KIND_PLACE(name, user, chat) KIND_##name,
enum { KINDS(KIND_PLACE) KIND_COUNT };
#undef KIND_PLACE
#define KIND_ONE(name, user, chat) +1
enum { ASKED_COUNT = 1 ASKED_KINDS(KIND_ONE) }; /* the first of `kinds` */
#undef KIND_ONE
#define KIND_NAME(name, user, chat) #name,
static const char *const kinds[] = {KINDS(KIND_NAME)};
#undef KIND_NAME

struct about {
    bool here;
    int64_t user;
    int64_t chat;
    struct slice chat_type;
};
struct wire {
    int64_t update_id;
    struct about about[KIND_COUNT];
};

#define KIND_ROWS(name, user_, chat_)                                                              \
    {#name,            FOREIGN_PRESENT, offsetof(struct wire, about[KIND_##name].here),      NULL, 0}, \
    {#name "/" user_,  FOREIGN_INT,     offsetof(struct wire, about[KIND_##name].user),      NULL, 0}, \
    {#name "/" chat_,  FOREIGN_INT,     offsetof(struct wire, about[KIND_##name].chat),      NULL, 0}, \
    {#name "/chat/type", FOREIGN_TEXT,  offsetof(struct wire, about[KIND_##name].chat_type), NULL, 0},
static const struct foreign_member update_members[] = {
    {"update_id", FOREIGN_INT, offsetof(struct wire, update_id), NULL, 0},
    KINDS(KIND_ROWS)
};
#undef KIND_ROWS
static const struct foreign update_table = FOREIGN_OF(update_members, struct wire);

#define KIND_TEXT(name, user, chat) ",\"" #name "\""
const char update_kinds_asked[] = "[\"message\"" ASKED_KINDS(KIND_TEXT) "]";
#undef KIND_TEXT
// clang-format on

bool update_kind_is_requested(struct slice kind)
{
    for (size_t i = 0; i < ASKED_COUNT; i++)
        if (slice_is(kind, kinds[i]))
            return true;
    return slice_is(kind, "other");
}

/* The id of a private chat is the id of its user. */
static void set_kind_and_ids(const struct wire *wire, struct update *out)
{
    for (size_t i = 0; i < KIND_COUNT; i++) {
        const struct about *about = &wire->about[i];
        if (!about->here)
            continue;
        out->kind = slice_of(kinds[i]);
        out->chat_id = about->chat;
        out->user_id = about->user == FIELD_ABSENT && slice_is(about->chat_type, "private")
                           ? about->chat
                           : about->user;
        return;
    }
}

/* Reads update_id from the beginning of a body whose rest may be malformed or missing:
 * telegram-bot-api writes update_id first. */
static int64_t read_leading_update_id(struct slice body)
{
    static const char *const tokens[] = {"", "{", "\"update_id\"", ":"};
    struct slice digits;
    int64_t id;

    for (size_t i = 0; i < ARRAY_LEN(tokens); i++) {
        if (!slice_starts(body, slice_of(tokens[i])))
            return FIELD_ABSENT;
        body = slice_from(body, strlen(tokens[i]));
        while (body.len > 0 && memchr(" \t\r\n", *body.at, 4) != NULL)
            body = slice_from(body, 1);
    }
    digits = (struct slice){body.at, 0};
    while (digits.len < body.len && memchr("-0123456789", body.at[digits.len], 11) != NULL)
        digits.len++;
    return digits.len < body.len && memchr(",} \t\r\n", body.at[digits.len], 6) != NULL &&
                   parse_i64(digits, INT64_MIN, INT64_MAX, &id)
               ? id
               : FIELD_ABSENT;
}

static void mark_broken(struct slice body, struct update *out)
{
    out->broken = true;
    out->kind = SLICE("unreadable");
    out->update_id = read_leading_update_id(body);
    digest_sha256(body, out->broken_key);
}

bool update_read_body(struct slice body, bool is_cut, struct arena *arena, struct update *out,
                      struct fault *fault)
{
    struct update read = {
        .kind = SLICE("other"),
        .chat_id = FIELD_ABSENT,
        .user_id = FIELD_ABSENT,
        .body = body,
        .body_cut = is_cut,
    };
    struct wire wire;

    if (is_cut && read.body.len > UPDATE_STUB_MAX)
        read.body.len = UPDATE_STUB_MAX;
    const bool is_read = !is_cut && foreign_read(&update_table, body, &wire, arena, fault);
    if (!is_cut && !is_read && fault->kind != FAULT_UNREADABLE)
        return false;
    if (is_read && wire.update_id != FIELD_ABSENT) {
        read.update_id = wire.update_id;
        set_kind_and_ids(&wire, &read);
    } else {
        mark_broken(read.body, &read);
    }
    *out = read;
    return true;
}
