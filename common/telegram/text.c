// SPDX-License-Identifier: MIT
#include "telegram/text.h"

#include "base/text.h"

#include "telegram/html_private.h"

size_t telegram_text_length(struct slice text, enum telegram_markup markup)
{
    size_t units = 0;

    while (text.len > 0) {
        struct html_atom atom = markup == TELEGRAM_HTML ? telegram_html_read_atom(text)
                                                        : telegram_html_read_plain_char(text);
        units += atom.kind == HTML_BAD ? 1 : atom.units;
        text = slice_from(text, atom.len);
    }
    return units;
}

size_t telegram_text_cut(struct slice text, size_t units_max)
{
    size_t at = 0;

    while (at < text.len) {
        struct html_atom atom = telegram_html_read_plain_char(slice_from(text, at));
        if (atom.units > units_max)
            break;
        units_max -= atom.units;
        at += atom.len;
    }
    return at;
}

void telegram_text_escape(struct buf *out, struct slice text)
{
    static const char *const escapes[256] = {
        ['&'] = "&amp;", ['<'] = "&lt;", ['>'] = "&gt;", ['"'] = "&quot;"};
    size_t from = 0;

    for (size_t at = 0; at < text.len; at++) {
        const char *escape = escapes[(unsigned char)text.at[at]];
        if (escape == NULL)
            continue;
        buf_append(out, text.at + from, at - from);
        buf_text(out, escape);
        from = at + 1;
    }
    if (from < text.len)
        buf_append(out, text.at + from, text.len - from);
}

static bool fault_bad_html(size_t at, const char *why, struct fault *fault)
{
    return fault_set(fault, FAULT_INVALID, "bad_html", "At byte %zu %s.", at, why);
}

bool telegram_text_check_html(struct slice html, struct fault *fault)
{
    struct {
        int tag;
        size_t at;
    } open[TELEGRAM_TAGS_MAX];
    size_t count = 0;
    for (size_t at = 0; at < html.len;) {
        struct html_atom atom = telegram_html_read_atom(slice_from(html, at));
        if (atom.kind == HTML_BAD)
            return fault_bad_html(at, atom.why, fault);
        if (atom.kind == HTML_OPEN) {
            if (count == TELEGRAM_TAGS_MAX)
                return fault_bad_html(at, "too many tags are open", fault);
            open[count].tag = atom.tag;
            open[count++].at = at;
        } else if (atom.kind == HTML_CLOSE) {
            if (count == 0)
                return fault_bad_html(at, "a tag is closed that is not open", fault);
            if (atom.tag != HTML_TAG_LAST && atom.tag != open[count - 1].tag)
                return fault_bad_html(at, "a tag is closed before one inside it", fault);
            count--;
        }
        at += atom.len;
    }
    return count == 0 ||
           fault_bad_html(open[count - 1].at, "a tag is opened and not closed", fault);
}

void telegram_text_strip_html(struct buf *out, struct slice html)
{
    while (html.len > 0) {
        struct html_atom atom = telegram_html_read_atom(html);
        char code[4];
        if (atom.entity)
            buf_append(out, code, text_encode((int32_t)atom.code, code));
        else if (atom.kind == HTML_TEXT || atom.kind == HTML_BAD)
            buf_append(out, html.at, atom.len);
        html = slice_from(html, atom.len);
    }
}
