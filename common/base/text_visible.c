// SPDX-License-Identifier: MIT
/* Removes what a sender cannot see. Address books, messengers and office programs put such
 * characters around what people copy (Unicode, Default_Ignorable_Code_Point and the bidirectional
 * controls of UAX 9), and nobody can find or delete them. */
#include <utf8proc.h>

#include "base/text.h"

enum {
    DROPPED = -1,
    NONE = 0,
    NEXT_LINE = 0x85,
    ZERO_WIDTH_NON_JOINER = 0x200c,
    ZERO_WIDTH_JOINER = 0x200d,
    EMOJI_STYLE = 0xfe0f,
    FLAG = 0x1f3f4
};

struct range {
    int32_t first, last;
};

/* NUL is no such character: nothing that people use writes it, and callers refuse it. */
static const struct range unseen[] = {
    {0x1,     0x8    },
    {0xe,     0x1f   },
    {0x7f,    0x84   },
    {0x86,    0x9f   }, /* controls */
    {0xad,    0xad   }, /* soft hyphen */
    {0x34f,   0x34f  },
    {0x61c,   0x61c  },
    {0x180e,  0x180e },
    {0x200b,  0x200b }, /* joiners, marks */
    {0x200e,  0x200f },
    {0x202a,  0x202e },
    {0x2060,  0x206f }, /* directions */
    {0x3164,  0x3164 },
    {0xfeff,  0xfeff },
    {0xffa0,  0xffa0 },
    {0xfff9,  0xfffb }, /* fillers, BOM */
    {0xe0001, 0xe0001},
};
static const struct range line_ends[] = {
    {'\v',      '\f'     },
    {NEXT_LINE, NEXT_LINE},
    {0x2028,    0x2029   }
};
static const struct range tags[] = {
    {0xe0020, 0xe007f}
};
static const struct range skin_tones[] = {
    {0x1f3fb, 0x1f3ff}
};
/* Scripts whose spelling needs the joiners: Arabic to Sinhala, Myanmar, Khmer and Mongolian, and
 * the further blocks of these (The Unicode Standard, 23.2). */
static const struct range joined_scripts[] = {
    {0x600,   0xdff  },
    {0x1000,  0x109f },
    {0x1780,  0x18af },
    {0xa800,  0xabff },
    {0xfb50,  0xfdff },
    {0xfe70,  0xfefc },
    {0x11000, 0x11fff},
};

static bool is_within(int32_t point, const struct range *ranges, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (point >= ranges[i].first && point <= ranges[i].last)
            return true;
    return false;
}
#define IS_WITHIN(point, ranges) is_within(point, ranges, ARRAY_LEN(ranges))

static bool is_pictograph(int32_t point)
{
    return utf8proc_get_property(point)->boundclass == UTF8PROC_BOUNDCLASS_EXTENDED_PICTOGRAPHIC;
}

/* Whether a joiner between these two code points changes what is seen: a family of emoji, or the
 * spelling of a word. */
static bool joiner_is_seen(int32_t joiner, int32_t before, int32_t after)
{
    const bool is_emoji =
        is_pictograph(before) || before == EMOJI_STYLE || IS_WITHIN(before, skin_tones);

    if (joiner == ZERO_WIDTH_JOINER && is_emoji && is_pictograph(after))
        return true;
    return IS_WITHIN(before, joined_scripts) && IS_WITHIN(after, joined_scripts);
}

/* Word writes a non-breaking hyphen as U+001E. */
static bool is_hyphen(int32_t point, bool typed)
{
    return point == 0x1e || (typed && (utf8proc_category(point) == UTF8PROC_CATEGORY_PD ||
                                       point == 0x2212 || point == 0x2043));
}

/* What stands for `point` between `before`, the last code point that was kept, and `after`; NONE is
 * the beginning or the end. */
static int32_t replacement_of(int32_t point, int32_t before, int32_t after, bool typed)
{
    if (is_hyphen(point, typed))
        return '-';
    if (typed && utf8proc_category(point) == UTF8PROC_CATEGORY_ZS)
        return ' ';
    if (IS_WITHIN(point, line_ends))
        return '\n';
    if (point == ZERO_WIDTH_JOINER || point == ZERO_WIDTH_NON_JOINER)
        return joiner_is_seen(point, before, after) ? point : DROPPED;
    if (IS_WITHIN(point, tags)) /* the flag of England is a flag with the tags "gbeng" */
        return before == FLAG || IS_WITHIN(before, tags) ? point : DROPPED;
    return IS_WITHIN(point, unseen) ? DROPPED : point;
}

/* Length of the prefix that stays as it is: printable ASCII and Cyrillic letters. */
static size_t plain_prefix_len(struct slice text)
{
    size_t at = 0;

    while (at < text.len) {
        const unsigned char c = (unsigned char)text.at[at];
        const size_t len = c >= 0xd0 && c <= 0xd3 ? 2 : 1;
        if (c < ' ' ? c != '\t' && c != '\n' && c != '\r' : c >= 0x7f && len == 1)
            break;
        if (text.len - at < len)
            break;
        at += len;
    }
    return at;
}

/* Copies the text with replacements; returns the length of the result. Bytes that are not UTF-8 are
 * copied. */
static size_t write_visible(struct slice text, bool typed, char *out)
{
    int32_t before = NONE;
    size_t len = 0;

    for (size_t at = 0; at < text.len;) {
        int32_t point = NONE, after = NONE;
        const size_t plain = plain_prefix_len(slice_from(text, at));
        const size_t taken = plain > 0 ? plain : text_decode(text, at, &point);
        if (plain > 0 || taken == 0) {
            const size_t copied = taken > 0 ? taken : 1;
            memcpy(out + len, text.at + at, copied);
            len += copied;
            at += copied;
            before = NONE;
            continue;
        }
        if (at + taken < text.len)
            (void)text_decode(text, at + taken, &after);
        const int32_t kept = replacement_of(point, before, after, typed);
        at += taken;
        if (kept == DROPPED)
            continue;
        len += text_encode(kept, out + len);
        before = kept;
    }
    return len;
}

static struct slice make_visible(struct arena *arena, struct slice text, bool typed)
{
    char *out;

    if (plain_prefix_len(text) == text.len)
        return text;
    out = arena_alloc(arena, text.len); /* no replacement is longer */
    if (out == NULL)
        return SLICE_NONE;
    const struct slice written = {out, write_visible(text, typed, out)};
    return slice_equal(written, text) ? text : written;
}

struct slice text_visible(struct arena *arena, struct slice text)
{
    return make_visible(arena, text, false);
}

struct slice text_typed(struct arena *arena, struct slice text)
{
    return make_visible(arena, text, true);
}
