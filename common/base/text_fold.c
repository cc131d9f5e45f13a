// SPDX-License-Identifier: MIT
/* Folds look-alikes of ASCII, so that a rule about digits and accounts needs only ASCII. */
#include <utf8proc.h>

#include "base/text.h"

enum { FOLDED_MAX = 18 /* points of the longest compatibility decomposition (U+FDFA) */ };

/* The value of a decimal digit of any script. Unicode assigns the digits of a script in ascending
 * order, in groups of ten (the stability policy of Numeric_Type=Decimal). -1: no decimal digit. */
static int decimal_value(int32_t point)
{
    int32_t first = point;

    if (utf8proc_category(point) != UTF8PROC_CATEGORY_ND)
        return -1;
    while (utf8proc_category(first - 1) == UTF8PROC_CATEGORY_ND)
        first--;
    return (point - first) % 10;
}

/* Writes the ASCII characters that the point stands for, at most `room` bytes; 0: there are none.
 */
static size_t fold_point(int32_t point, char *out, size_t room)
{
    utf8proc_int32_t parts[FOLDED_MAX];
    int last_class = 0;
    const int digit = decimal_value(point);
    const utf8proc_ssize_t count = utf8proc_decompose_char(
        point, parts, FOLDED_MAX, (utf8proc_option_t)(UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT),
        &last_class);

    for (utf8proc_ssize_t i = 0; i < count && count <= FOLDED_MAX; i++) {
        const int value = decimal_value(parts[i]);
        if (value >= 0)
            parts[i] = '0' + value;
        if (parts[i] >= 0x80 || (size_t)count > room)
            break;
        out[i] = (char)parts[i];
        if (i + 1 == count)
            return (size_t)count;
    }
    if (digit < 0)
        return 0;
    out[0] = (char)('0' + digit);
    return 1;
}

size_t text_fold_to_ascii(struct slice text, char *out, size_t *origins_or_null)
{
    size_t len = 0;

    for (size_t at = 0; at < text.len;) {
        int32_t point = 0;
        const size_t step = text_decode(text, at, &point);
        size_t folded = step > 1 ? fold_point(point, out + len, step) : 0;

        if (folded == 0) {
            folded = step > 0 ? step : 1;
            memcpy(out + len, text.at + at, folded);
        }
        for (size_t i = 0; origins_or_null != NULL && i < folded; i++)
            origins_or_null[len + i] = at;
        len += folded;
        at += step > 0 ? step : 1;
    }
    return len;
}
