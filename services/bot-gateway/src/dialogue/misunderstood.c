// SPDX-License-Identifier: MIT
#include "dialogue/misunderstood.h"

#include "base/buf.h"
#include "base/text.h"

#include "history/misunderstood_store.h"
#include "phrases/dictation.h"
#include "phrases/letters.h"

enum {
    BYTES_MAX = 4 * MISUNDERSTOOD_TEXT_MAX,
    NAME_LETTERS_MIN = 3, /* too many other words begin with a shorter name */
    DIGITS_MAX = 2        /* of a number that is not masked, such as a day */
};

static const char *const mask = "…";

/* Whether the word begins with a part of the name: "Данияра" with "Данияр". */
static bool begins_with_part_of_name(struct slice word, struct slice name)
{
    struct letters letters = letters_of(word);

    while (name.len > 0) {
        const struct letters part = letters_of(slice_cut(&name, ' '));
        if (part.len >= NAME_LETTERS_MIN && letters_start_with(&letters, &part))
            return true;
    }
    return false;
}

/* Whether the words after this one are a name. */
static bool precedes_name(struct slice word)
{
    static const char *const words[] = {"зовут", "имя", "аты-жөнім", "атым", "есімім", "name"};
    const struct letters letters = letters_of(word);

    for (size_t i = 0; i < ARRAY_LEN(words); i++) {
        const struct letters one = letters_of(slice_of(words[i]));
        if (letters_equal(&letters, &one))
            return true;
    }
    return false;
}

struct word_traits {
    size_t letters, digits;
    bool is_capital; /* it begins with an upper-case letter */
    bool is_address; /* an address of e-mail or web, or a username */
    /* The word ends with . ! ? or a comma: a name ends with it, and a sentence may begin after
     * it. */
    bool ends_phrase;
};

static struct word_traits find_word_traits(struct slice word)
{
    struct word_traits traits = {.is_address = memchr(word.at, '@', word.len) != NULL ||
                                               memmem(word.at, word.len, "//", 2) != NULL ||
                                               memmem(word.at, word.len, "t.me", 4) != NULL};

    for (size_t at = 0; at < word.len;) {
        int32_t point;
        const bool first = at == 0;
        at += text_decode_composed(word, at, &point);
        traits.is_capital |= first && text_is_letter(point) && text_to_lower(point) != point;
        traits.letters += text_is_letter(point);
        traits.digits += text_is_number(point);
        traits.ends_phrase = point == '.' || point == '!' || point == '?' || point == ',';
    }
    return traits;
}

static void append_lower_case(struct buf *out, struct slice word)
{
    for (size_t at = 0; at < word.len;) {
        char bytes[4];
        int32_t point;
        at += text_decode_composed(word, at, &point);
        buf_slice(out, (struct slice){bytes, text_encode(text_to_lower(point), bytes)});
    }
}

/* Cuts the word before the next white space. */
static struct slice cut_word(struct slice *rest)
{
    size_t len = 0;

    while (len < rest->len && strchr(" \n\r\t", rest->at[len]) == NULL)
        len++;
    const struct slice word = {rest->at, len};
    *rest = len < rest->len ? slice_from(*rest, len + 1) : SLICE_NONE;
    return word;
}

struct slice misunderstood_mask_personal_data(struct slice text, struct slice first_name,
                                              struct arena *arena)
{
    const struct dictation found = dictation_count(text);
    const bool may_be_phone = dictation_may_be_phone(&found);
    struct slice rest = {text.at, text_first_len(text, MISUNDERSTOOD_TEXT_MAX)};
    bool is_name = false, begins = true;
    char room[BYTES_MAX];
    struct buf out;

    buf_init_over(&out, room, sizeof room);
    if (!text_is_utf8(text) || text_has_control(text) || (may_be_phone && found.digits == 0))
        return SLICE_NONE;
    while (rest.at != NULL) {
        const struct slice word = cut_word(&rest);
        const struct word_traits traits = find_word_traits(word);
        if (word.len == 0)
            continue;
        buf_text(&out, out.len > 0 ? " " : "");
        if (is_name || traits.is_address || (traits.is_capital && !begins && traits.letters > 1) ||
            (traits.digits > 0 && (may_be_phone || traits.digits > DIGITS_MAX)) ||
            begins_with_part_of_name(word, first_name))
            buf_text(&out, mask);
        else
            append_lower_case(&out, word);
        begins = traits.ends_phrase;
        is_name = (is_name || precedes_name(word)) && !traits.ends_phrase;
    }
    return out.failed || out.len == 0 ? SLICE_NONE : arena_copy(arena, buf_as_slice(&out));
}
