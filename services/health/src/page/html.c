// SPDX-License-Identifier: MIT
#include "page/html.h"

#include "base/text.h"

/* The escape of a character; NULL: the character needs no escape. */
static const char *escape_of(char c)
{
    switch (c) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    case '\'':
        return "&#39;";
    default:
        return (unsigned char)c < ' ' || c == 0x7f ? " " : NULL;
    }
}

void html_put_escaped_slice(struct buf *out, struct slice text)
{
    size_t plain = 0; /* start of the text that is not appended yet */

    for (size_t i = 0; i < text.len;) {
        int32_t point;
        const bool ascii = (unsigned char)text.at[i] < 0x80;
        const size_t len = ascii ? 1 : text_decode(text, i, &point);
        const char *escape = ascii ? escape_of(text.at[i]) : len == 0 ? TEXT_REPLACEMENT : NULL;
        if (escape != NULL) {
            buf_append(out, text.at + plain, i - plain);
            buf_text(out, escape);
            plain = i + 1;
        }
        i += len > 0 ? len : 1;
    }
    buf_slice(out, slice_from(text, plain));
}

void html_put_escaped(struct buf *out, const char *text)
{
    html_put_escaped_slice(out, slice_of(text));
}
