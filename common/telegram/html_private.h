// SPDX-License-Identifier: MIT
/* Splits Telegram's HTML into atoms: a character, an entity or a tag. Private to common/telegram;
 * text.h states the rules. */
#pragma once

#include <stdint.h>

#include "base/slice.h"

enum html_kind { HTML_TEXT, HTML_OPEN, HTML_CLOSE, HTML_BAD };

enum {
    HTML_TAG_LAST = -1,       /* the tag number of "</>", which closes the tag opened last */
    HTML_TAG_BYTES_MAX = 2048 /* bytes of one tag; a limit of our own */
};

struct html_atom {
    enum html_kind kind;
    size_t len;   /* bytes; 1 for HTML_BAD */
    size_t units; /* for HTML_TEXT: UTF-16 code units */
    bool entity;  /* for HTML_TEXT: it was an entity, and `code` is decoded */
    /* For HTML_TEXT: the code point of an entity or of an ASCII character; otherwise 0. */
    uint32_t code;
    int tag;         /* for HTML_OPEN and HTML_CLOSE: number of the tag */
    const char *why; /* for HTML_BAD: what is wrong */
};

/* Reads the first atom of `text`, which must not be empty. */
struct html_atom telegram_html_read_atom(struct slice text);
/* Reads the first atom of plain text, which is always HTML_TEXT. */
struct html_atom telegram_html_read_plain_char(struct slice text);
const char *telegram_html_tag_name(int tag);
