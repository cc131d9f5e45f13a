// SPDX-License-Identifier: MIT
#include "query/keyboard.h"

#include "base/text.h"

/* The characters of keyboard layouts, key by key: first without Shift, then with Shift. */
static const char english[] = "`qwertyuiop[]asdfghjkl;'zxcvbnm,./"
                              "~QWERTYUIOP{}ASDFGHJKL:\"ZXCVBNM<>?@#$^&";
static const char russian[] = "ёйцукенгшщзхъфывапролджэячсмитьбю."
                              "ЁЙЦУКЕНГШЩЗХЪФЫВАПРОЛДЖЭЯЧСМИТЬБЮ,\"№;:?";
static const char kazakh_keys[] = "234589-=0@#$%*(_+)";
static const char kazakh[] = "әіңғүұөһқӘІҢҒҮҰӨҺҚ";

/* The character of `to` at the position that `point` has in `from`; 0: none. */
static int32_t find_counterpart(int32_t point, struct slice from, struct slice to)
{
    int32_t key, sign;

    for (size_t at = 0, other = 0; at < from.len;) {
        at += text_decode(from, at, &key);
        other += text_decode(to, other, &sign);
        if (key == point)
            return sign;
    }
    return 0;
}

static int32_t convert_key(enum keyboard layout, int32_t point)
{
    int32_t found = 0;

    if (layout == KEYBOARD_ENGLISH)
        return find_counterpart(point, SLICE(russian), SLICE(english));
    if (layout == KEYBOARD_KAZAKH)
        found = find_counterpart(point, SLICE(kazakh_keys), SLICE(kazakh));
    return found != 0 ? found : find_counterpart(point, SLICE(english), SLICE(russian));
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
