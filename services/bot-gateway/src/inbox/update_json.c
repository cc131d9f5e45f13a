// SPDX-License-Identifier: MIT
#include "base/parse.h"
#include "json/foreign.h"

#include "inbox/inbox_json.h"

// clang-format off
/* The members of "Update" (Bot API 10.2), one per kind of update; an update has at most one of
 * them. message, callback_query and my_chat_member are by far the most frequent, and come first. */
#define ASKED_KINDS(KIND)                                                                          \
    KIND(callback_query) KIND(my_chat_member)                                                      \
    KIND(edited_message) KIND(channel_post) KIND(edited_channel_post)                              \
    KIND(business_connection) KIND(business_message) KIND(edited_business_message)                 \
    KIND(deleted_business_messages)                                                                \
    KIND(inline_query) KIND(chosen_inline_result) KIND(shipping_query) KIND(pre_checkout_query)    \
    KIND(purchased_paid_media) KIND(poll) KIND(poll_answer)                                        \
    KIND(chat_join_request) KIND(chat_boost) KIND(removed_chat_boost)
/* Kinds that Telegram sends only on request: one update for each reaction, or for each change of a
 * member of a group. The service does not use them. */
#define UNASKED_KINDS(KIND)                                                                        \
    KIND(message_reaction) KIND(message_reaction_count) KIND(chat_member)
#define KINDS(KIND) KIND(message) ASKED_KINDS(KIND) UNASKED_KINDS(KIND)

#define KIND_PLACE(name) KIND_##name,
enum { KINDS(KIND_PLACE) KIND_COUNT };
#undef KIND_PLACE
#define KIND_ONE(name) +1
enum { ASKED_COUNT = 1 ASKED_KINDS(KIND_ONE) }; /* the first kinds of update_members */
#undef KIND_ONE

/* The ids of chat and user in an update. Every kind has them in some of these members. */
struct about {
    bool here;
    int64_t from;
    int64_t user;         /* of reactions and answers to polls */
    int64_t chat;
    int64_t message_chat; /* of a callback query: the chat of the message with the button */
};
struct wire {
    int64_t update_id;
    struct about about[KIND_COUNT];
};

static const struct foreign_member about_members[] = {
    {"from/id",         FOREIGN_INT, offsetof(struct about, from),         NULL, 0},
    {"chat/id",         FOREIGN_INT, offsetof(struct about, chat),         NULL, 0},
    {"message/chat/id", FOREIGN_INT, offsetof(struct about, message_chat), NULL, 0},
    {"user/id",         FOREIGN_INT, offsetof(struct about, user),         NULL, 0},
};
static const struct foreign about_table = FOREIGN_HERE(about_members, struct about);

#define KIND_ROW(name)                                                                             \
    {#name, FOREIGN_OBJECT, offsetof(struct wire, about[KIND_##name]), &about_table, 0},
static const struct foreign_member update_members[] = {
    {"update_id", FOREIGN_INT, offsetof(struct wire, update_id), NULL, 0},
    KINDS(KIND_ROW)
};
#undef KIND_ROW
static const struct foreign update_table = FOREIGN_OF(update_members, struct wire);

#define KIND_TEXT(name) ",\"" #name "\""
const char update_kinds_asked[] = "[\"message\"" ASKED_KINDS(KIND_TEXT) "]";
#undef KIND_TEXT
// clang-format on

bool update_kind_is_requested(struct slice kind)
{
    for (size_t i = 0; i < ASKED_COUNT; i++)
        if (slice_is(kind, update_members[1 + i].name))
            return true;
    return slice_is(kind, "other");
}

static void set_kind_and_ids(const struct wire *wire, struct update *out)
{
    for (size_t i = 0; i < KIND_COUNT; i++) {
        const struct about *about = &wire->about[i];
        if (!about->here)
            continue;
        out->kind = slice_of(update_members[1 + i].name);
        out->chat_id = about->chat != FIELD_ABSENT ? about->chat : about->message_chat;
        out->user_id = about->from != FIELD_ABSENT ? about->from : about->user;
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
