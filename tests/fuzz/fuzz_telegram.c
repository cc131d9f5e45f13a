// SPDX-License-Identifier: MIT
/* Telegram's HTML: an accepted text can be split, each part is accepted too, and the parts together
 * have the same visible text. */
#include "fuzz.h"
#include "telegram/text.h"

enum { ROOM = 1 << 20 };

static void append_read(struct buf *out, struct slice text, enum telegram_markup markup)
{
    struct buf plain;

    buf_init(&plain, ROOM);
    if (markup == TELEGRAM_HTML)
        telegram_text_strip_html(&plain, text);
    else
        buf_slice(&plain, text);
    PROMISE(!plain.failed && plain.len <= text.len);
    /* The visible text: parts that contain only white space are omitted. */
    for (size_t i = 0; i < plain.len; i++)
        if (plain.data[i] != ' ' && (plain.data[i] < '\t' || plain.data[i] > '\r'))
            buf_char(out, plain.data[i]);
    buf_finish(&plain);
}

static void try_split(struct slice text, enum telegram_markup markup, size_t units)
{
    struct telegram_pieces pieces;
    struct buf whole, joined;
    bool fits = markup == TELEGRAM_PLAIN || telegram_text_check_html(text, &fault);

    buf_init(&whole, ROOM);
    buf_init(&joined, ROOM);
    if (telegram_text_split(text, markup, units, &arena, &pieces, &fault)) {
        PROMISE(fits);
        for (size_t i = 0; i < pieces.count; i++) {
            struct slice piece = pieces.items[i];
            PROMISE(telegram_text_length(piece, markup) <= units);
            PROMISE(markup == TELEGRAM_PLAIN || telegram_text_check_html(piece, &fault));
            append_read(&joined, piece, markup);
        }
        append_read(&whole, text, markup);
        PROMISE(slice_equal(buf_as_slice(&whole), buf_as_slice(&joined)));
    } else {
        PROMISE(!fits || slice_is(slice_of(fault.code), "text_too_long"));
    }
    buf_finish(&joined);
    buf_finish(&whole);
}

static void try_escape(struct slice text)
{
    struct buf html, plain;

    buf_init(&html, ROOM);
    buf_init(&plain, ROOM);
    telegram_text_escape(&html, text);
    PROMISE(telegram_text_check_html(buf_as_slice(&html), &fault));
    telegram_text_strip_html(&plain, buf_as_slice(&html));
    PROMISE(slice_equal(text, buf_as_slice(&plain)));
    buf_finish(&plain);
    buf_finish(&html);
}

FUZZ(16 << 20)
{
    const size_t units = 2 + fuzz_byte(&input);
    const struct slice cut = {input.at, telegram_text_cut(input, units)};

    PROMISE(telegram_text_length(cut, TELEGRAM_PLAIN) <= units);
    try_split(input, TELEGRAM_PLAIN, units);
    try_split(input, TELEGRAM_HTML, units);
    try_escape(input);
}
