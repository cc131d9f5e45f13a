// SPDX-License-Identifier: MIT
#include "dialogue/courtesy.h"

#include "base/text.h"

// clang-format off
/* Emoji by which people thank, agree or greet: ranges of code points. */
static const struct {
    int32_t first, last;
} friendly[] = {
    {0x263a, 0x263a},   {0x2665, 0x2665},   {0x270b, 0x270c},   {0x2728, 0x2728},   {0x2763, 0x2764},
    {0x2b50, 0x2b50},   {0x1f308, 0x1f308}, {0x1f31f, 0x1f31f}, {0x1f337, 0x1f33c}, {0x1f381, 0x1f381},
    {0x1f389, 0x1f38a}, {0x1f44b, 0x1f44d}, {0x1f44f, 0x1f44f}, {0x1f490, 0x1f490}, {0x1f493, 0x1f49f},
    {0x1f4aa, 0x1f4aa}, {0x1f4af, 0x1f4af}, {0x1f525, 0x1f525}, {0x1f5a4, 0x1f5a4}, {0x1f600, 0x1f60e},
    {0x1f617, 0x1f61d}, {0x1f638, 0x1f63b}, {0x1f642, 0x1f643}, {0x1f64b, 0x1f64c}, {0x1f64f, 0x1f64f},
    {0x1f90d, 0x1f90e}, {0x1f917, 0x1f917}, {0x1f91d, 0x1f91f}, {0x1f929, 0x1f929}, {0x1f970, 0x1f970},
    {0x1f973, 0x1f973}, {0x1f9e1, 0x1f9e1}, {0x1fa75, 0x1fa77}, {0x1fae1, 0x1fae1}, {0x1faf0, 0x1faf0},
    {0x1faf6, 0x1faf6},
};
/* What may stand between and after them: spaces, marks, variation selectors, the joiner, the signs
 * of sex and the colours of skin (Unicode, UTS 51). */
static const int32_t fillers[] = {' ', '\n', '!', '.', ')', 0xfe0e, 0xfe0f, 0x200d, 0x2640, 0x2642,
    0x1f3fb, 0x1f3fc, 0x1f3fd, 0x1f3fe, 0x1f3ff};
// clang-format on

static bool is_filler(int32_t point)
{
    for (size_t i = 0; i < ARRAY_LEN(fillers); i++)
        if (point == fillers[i])
            return true;
    return false;
}

static bool is_friendly(int32_t point)
{
    for (size_t i = 0; i < ARRAY_LEN(friendly); i++)
        if (point >= friendly[i].first && point <= friendly[i].last)
            return true;
    return false;
}

/* Cuts friendly emoji and what may stand between them off the end. `found`: there were any emoji.
 */
static struct slice cut_friendly_emoji(struct slice text, bool *found)
{
    size_t end = 0;

    *found = false;
    for (size_t at = 0; at < text.len;) {
        int32_t point;
        at += text_decode_composed(text, at, &point);
        if (is_friendly(point))
            *found = true;
        else if (!is_filler(point)) {
            *found = false;
            end = at;
        }
    }
    return (struct slice){text.at, end};
}

enum text courtesy_find_answer(struct slice text)
{
    static const int32_t ignored[] = {' ', '!', '.', ',', ')', 0};
    bool has_emoji;
    const struct slice said = cut_friendly_emoji(text, &has_emoji);

    if (said.len == 0)
        return has_emoji ? TEXT_WELCOME : TEXTS;
    for (size_t i = 0; i < courtesy_word_count; i++)
        if (text_same_name(said, slice_of(courtesy_words[i].words), ignored))
            return courtesy_words[i].answer;
    return TEXTS;
}
