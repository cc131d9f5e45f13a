// SPDX-License-Identifier: MIT
#include "query/keyboard.h"

#include "base/text.h"

#include "text/letters.h"

/* The characters of keyboard layouts, key by key: first without Shift, then with Shift. */
static const char32_t english[] = U"`qwertyuiop[]asdfghjkl;'zxcvbnm,./"
                                  U"~QWERTYUIOP{}ASDFGHJKL:\"ZXCVBNM<>?@#$^&";
static const char32_t russian[] = U"ёйцукенгшщзхъфывапролджэячсмитьбю."
                                  U"ЁЙЦУКЕНГШЩЗХЪФЫВАПРОЛДЖЭЯЧСМИТЬБЮ,\"№;:?";
static const char32_t kazakh_keys[] = U"234589-=0@#$%*(_+)";
static const char32_t kazakh[] = U"әіңғүұөһқӘІҢҒҮҰӨҺҚ";

static int32_t convert_key(enum keyboard layout, int32_t point)
{
    int32_t found = 0;

    if (layout == KEYBOARD_ENGLISH)
        return letter_find_counterpart(point, russian, english);
    if (layout == KEYBOARD_KAZAKH)
        found = letter_find_counterpart(point, kazakh_keys, kazakh);
    return found != 0 ? found : letter_find_counterpart(point, english, russian);
}

void keyboard_convert(enum keyboard layout, struct slice typed, struct buf *out)
{
    char text[4];
    int32_t point;

    for (size_t at = 0, len; at < typed.len; at += len) {
        len = text_decode(typed, at, &point);
        const int32_t mapped = len > 0 ? convert_key(layout, point) : 0;
        if (mapped != 0)
            buf_append(out, text, text_encode(mapped, text));
        else
            buf_append(out, typed.at + at, len > 0 ? len : 1);
        len = len > 0 ? len : 1;
    }
}
