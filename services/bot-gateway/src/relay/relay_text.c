// SPDX-License-Identifier: MIT
#include <stdlib.h>

#include "base/ascii.h"
#include "base/auto.h"
#include "base/text.h"

#include "dialogue/relay.h"
#include "relay/relay_private.h"
#include "telegram/text.h"

enum {
    CAPTION_MAX = 700, /* UTF-16 units of a text with a photo; template and text fit a caption */
    USERNAME_MIN = 4,  /* characters after '@' */
    CARD_DIGITS = 16,
    GAP_MAX = 2, /* characters between two digits of a number */
};

/* --- what is hidden --- */

static size_t len_until_space(struct slice text)
{
    size_t len = 0;

    while (len < text.len && (unsigned char)text.at[len] > ' ')
        len++;
    return len;
}

/* The length of a link at the beginning of the text; 0: there is none. */
static size_t link_len(struct slice text)
{
    static const char *const schemes[] = {"http://", "https://"};
    size_t len = text_account_link_len(text);

    for (size_t i = 0; i < ARRAY_LEN(schemes); i++) {
        const struct slice scheme = slice_of(schemes[i]);
        if (text.len >= scheme.len &&
            slice_equal_caseless((struct slice){text.at, scheme.len}, scheme))
            len = scheme.len;
    }
    return len > 0 && text.len > len ? len + len_until_space(slice_from(text, len)) : 0;
}

/* The length of a Telegram username or a link at the beginning of the text; 0: there is none. */
static size_t username_or_link_len(struct slice text)
{
    const size_t link = link_len(text);
    size_t len = 1;

    if (link > 0 || text.at[0] != '@')
        return link;
    while (len < text.len && (ascii_is_alnum(text.at[len]) || text.at[len] == '_'))
        len++;
    return len > USERNAME_MIN ? len : 0;
}

static bool is_phone_or_card(struct slice text, size_t digits)
{
    char phone[PHONE_MAX + 1];

    return digits == CARD_DIGITS || text_normalize_phone(text, phone);
}

/* The length of a phone number or a card number at the beginning of the text; 0: there is none.
 * Other numbers may follow it: "8 701 234 56 78 2 guests". */
static size_t phone_or_card_len(struct slice text)
{
    size_t len = 0, digits = 0, gap = 0, end = 0;

    if (!ascii_is_digit(text.at[0]) && text.at[0] != '+' && text.at[0] != '(')
        return 0;
    while (len < text.len && gap <= GAP_MAX && digits <= CARD_DIGITS) {
        const bool is_digit = ascii_is_digit(text.at[len]);
        const bool is_plus = len == 0 && text.at[0] == '+';
        const size_t step =
            is_digit || is_plus ? 1 : text_phone_separator_len(slice_from(text, len));
        if (step == 0)
            break;
        gap = is_digit || len == 0 ? 0 : gap + 1;
        digits += is_digit;
        len += step;
        const bool ends_group = is_digit && (len == text.len || !ascii_is_digit(text.at[len]));
        if (ends_group && is_phone_or_card((struct slice){text.at, len}, digits))
            end = len;
    }
    return end;
}

/* A text as ASCII shows it. */
struct folded {
    struct slice text;
    const size_t *origins; /* for each byte the index of its character in the text as written */
};

/* Writes the character of the text as written to which the byte at `at` belongs, once. */
static void write_character_at(const struct folded *folded, size_t at, struct slice written,
                               struct buf *out)
{
    const size_t from = folded->origins[at];
    size_t next = at;

    if (at > 0 && folded->origins[at - 1] == from)
        return;
    while (next < folded->text.len && folded->origins[next] == from)
        next++;
    const size_t to = next < folded->text.len ? folded->origins[next] : written.len;
    buf_slice(out, (struct slice){written.at + from, to - from});
}

static void hide_contacts(const struct folded *folded, struct slice written, struct slice mask,
                          struct buf *out, bool *hidden)
{
    const struct slice text = folded->text;
    size_t at = 0;

    while (at < text.len) {
        const struct slice rest = slice_from(text, at);
        const bool begins =
            at == 0 || !ascii_is_digit(text.at[at - 1]) || !ascii_is_digit(text.at[at]);
        size_t len = username_or_link_len(rest);
        if (len == 0 && begins)
            len = phone_or_card_len(rest);
        if (len > 0)
            buf_slice(out, mask);
        else
            write_character_at(folded, at, written, out);
        *hidden |= len > 0;
        at += len > 0 ? len : 1;
    }
}

void relay_hide_contacts(struct slice text, struct slice mask, struct buf *out, bool *hidden)
{
    auto_free char *folded = text.len > 0 ? malloc(text.len) : NULL;
    auto_free size_t *origins = text.len > 0 ? calloc(text.len, sizeof *origins) : NULL;

    *hidden = text.len > 0 && (folded == NULL || origins == NULL);
    if (*hidden) /* without memory the whole text is hidden */
        buf_slice(out, mask);
    if (folded == NULL || origins == NULL)
        return;
    const struct folded ascii = {
        {folded, text_fold_to_ascii(text, folded, origins)},
        origins
    };
    hide_contacts(&ascii, text, mask, out, hidden);
}

/* --- what is refused --- */

enum text relay_find_refusal(const struct update_view *update)
{
    const bool is_photo = update->file == UPDATE_PHOTO;
    const size_t most = is_photo ? CAPTION_MAX : RELAY_TEXT_MAX;

    if (update->album.at != NULL)
        return TEXT_RELAY_ONE_PHOTO;
    if (!is_photo && (update->has_media || update->text.len == 0))
        return TEXT_RELAY_KIND;
    return telegram_text_length(update->text, TELEGRAM_PLAIN) > most ? TEXT_RELAY_LONG : TEXTS;
}
