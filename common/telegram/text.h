// SPDX-License-Identifier: MIT
/* Text as Telegram counts, parses and limits it. Pure.
 *
 * Lengths are UTF-16 code units after parsing, so a tag counts nothing and "&lt;" counts one (Bot
 * API, sendMessage: 1-4096 characters after entities parsing; offsets of entities are in UTF-16
 * code units).
 *
 * HTML is that of the Bot API ("HTML style"), parsed as Telegram's server does (parse_html() of
 * td/telegram/MessageEntity.cpp): the tags b strong i em u ins s strike del span tg-spoiler a code
 * pre blockquote tg-emoji tg-time case-insensitively; the entities lt gt amp quot and numbers. The
 * '&' of any other entity is plain text. Any bytes may be passed; invalid UTF-8 stays unchanged.
 */
#pragma once

#include "base/arena.h"
#include "base/buf.h"
#include "base/fault.h"
#include "base/slice.h"

enum {
    TELEGRAM_TEXT_MAX = 4096,    /* units of a message */
    TELEGRAM_CAPTION_MAX = 1024, /* units below a photo */
    TELEGRAM_TAGS_MAX = 32,      /* tags open at once; this and the next two are our own limits */
    TELEGRAM_PIECES_MAX = 64,    /* pieces of a split text */
    TELEGRAM_PIECE_BYTES_MAX = 32768 /* with markup; telegram-bot-api refuses longer ones before it
                                        parses them (Client.cpp, get_formatted_text()) */
};

enum telegram_markup { TELEGRAM_PLAIN, TELEGRAM_HTML };

/* Length of the visible text in UTF-16 code units. */
size_t telegram_text_length(struct slice text, enum telegram_markup markup);

/* Bytes of the longest prefix of plain `text` that has at most `units_max` UTF-16 code units and
 * does not split a code point. */
size_t telegram_text_cut(struct slice text, size_t units_max);

/* Appends `text` as HTML: & < > and " are escaped, so it is valid in attributes too. */
void telegram_text_escape(struct buf *out, struct slice text);

/* Checks whether Telegram accepts the markup. FAULT_INVALID "bad_html", whose detail names the byte
 * and the reason: an unknown tag, a tag that is not closed or closed in the wrong order, a span
 * that is not a spoiler, an emoji without its id, a tag beyond the limits. */
bool telegram_text_check_html(struct slice html, struct fault *fault) MUST_CHECK;

/* Appends the visible text of `html`, without tags and with entities decoded: at most as many bytes
 * as `html` has. Malformed markup stays unchanged. Used to send a message as plain text after
 * Telegram has refused its markup. */
void telegram_text_strip_html(struct buf *out, struct slice html);

struct telegram_pieces {
    struct slice items[TELEGRAM_PIECES_MAX]; /* in the arena */
    size_t count;
};

/* Splits `text` into pieces of at most `units_max` UTF-16 code units (2 or more) and of at most
 * TELEGRAM_PIECE_BYTES_MAX bytes with their markup. A piece ends, as late as possible, after a
 * paragraph, else a line, else a word, else a character as people see it; the first three only if
 * the piece does not become very short. A flag or a family of emoji is not torn. Open tags are
 * closed, and reopened in the next piece. An entity is never cut. Pieces without a visible
 * character, which Telegram would refuse, are dropped, so `count` is 0 for white space alone.
 * FAULT_INVALID "bad_html" as in telegram_text_check_html(); "text_too_long": more than
 * TELEGRAM_PIECES_MAX pieces, or a tag for which no piece has room. */
bool telegram_text_split(struct slice text, enum telegram_markup markup, size_t units_max,
                         struct arena *arena, struct telegram_pieces *out,
                         struct fault *fault) MUST_CHECK;
