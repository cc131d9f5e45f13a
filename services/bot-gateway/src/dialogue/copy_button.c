// SPDX-License-Identifier: MIT
#include "dialogue/copy_button.h"

#include "base/ascii.h"
#include "base/text.h"

#include "telegram/text.h"

enum { CARD_DIGITS = 16 };

/* The label of each kind, and its value; NULL: none. */
static const struct {
    enum text label;
    const char *value;
} kinds[COPIES] = {
    [COPY_NUMBER] = {TEXT_BUTTON_COPY_NUMBER,  "phone"},
    [COPY_CODE] = {TEXT_BUTTON_COPY_CODE,    "code" },
    [COPY_ADDRESS] = {TEXT_BUTTON_COPY_ADDRESS, NULL   },
};

/* Finds the first number of 16 digits, which are written together or with single spaces or hyphens
 * between them. */
static bool find_card(struct slice text, char out[CARD_DIGITS + 1])
{
    size_t count = 0;

    for (size_t i = 0; i <= text.len; i++) {
        const int c = i < text.len ? text.at[i] : 0;
        const bool separates =
            (c == ' ' || c == '-') && i > 0 && ascii_is_digit(text.at[i - 1]) && count > 0;
        if (ascii_is_digit(c)) {
            if (count < CARD_DIGITS)
                out[count] = text.at[i];
            count++;
        } else if (!separates || i + 1 >= text.len || !ascii_is_digit(text.at[i + 1])) {
            if (count == CARD_DIGITS)
                break;
            count = 0;
        }
    }
    out[CARD_DIGITS] = '\0';
    return count == CARD_DIGITS;
}

static bool find_number(struct slice details, struct arena *arena, struct slice *out,
                        struct fault *fault)
{
    char phone[PHONE_MAX + 1], card[CARD_DIGITS + 1];

    *out = SLICE_NONE;
    if (details.len > 0 && text_phone_find(details, phone))
        return arena_keep(arena, slice_of(phone), out, fault);
    return details.len == 0 || !find_card(details, card) ||
           arena_keep(arena, slice_of(card), out, fault);
}

bool copy_button_make(const struct texts *texts, enum language language, enum copy copy,
                      struct slice text, struct arena *arena, struct turn_button *out, bool *made,
                      struct fault *fault)
{
    struct slice copied = text;

    *made = false;
    if (copy == COPY_NUMBER && !find_number(text, arena, &copied, fault))
        return false;
    if (copied.len == 0 || telegram_text_length(copied, TELEGRAM_PLAIN) > TURN_COPY_MAX)
        return true;
    const struct text_value value = {.name = kinds[copy].value, .text = copied};
    const struct slice label = text_render_to_arena(texts, kinds[copy].label, language, &value,
                                                    kinds[copy].value != NULL ? 1 : 0, arena);
    if (label.at == NULL)
        return arena_fault(fault);
    *out = (struct turn_button){.label = label, .copies = copied};
    *made = true;
    return true;
}
