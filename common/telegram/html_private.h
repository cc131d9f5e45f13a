// SPDX-License-Identifier: MIT
/* The atoms of Telegram's HTML: one character, entity or tag each. Private to this folder; text.h
 * names the rules. */
#pragma once

#include <stdint.h>

#include "base/slice.h"

enum html_kind { HTML_TEXT, HTML_OPEN, HTML_CLOSE, HTML_BAD };

enum {
    HTML_TAG_LAST = -1,       /* of "</>", which closes the tag opened last */
    HTML_TAG_BYTES_MAX = 2048 /* of one tag; our own limit */
};

struct html_atom {
    enum html_kind kind;
    size_t len;      /* bytes; 1 if BAD */
    size_t units;    /* TEXT */
    bool entity;     /* TEXT: `code` is decoded */
    uint32_t code;   /* TEXT: the code point of an entity, else the byte if it is ASCII, else 0 */
    int tag;         /* OPEN, CLOSE */
    const char *why; /* BAD */
};

/* The first atom of `text`, which must not be empty. */
struct html_atom telegram_html_next(struct slice text);
/* The first atom of plain text: always TEXT. */
struct html_atom telegram_html_next_plain(struct slice text);
const char *telegram_html_tag(int tag);

static inline bool telegram_html_is_space(uint32_t code)
{
    return code == ' ' || (code >= '\t' && code <= '\r');
}
