// SPDX-License-Identifier: MIT
/* Phones and accounts in texts, and texts that only resemble them. */
#include "base/text.h"

#include "drivers/contact.h"
#include "support/test.h"

static const struct {
    const char *text;
    bool is_one;
} cases[] = {
    {"Звоните 8 701 123 45 67",         true },
    {"+77011234567",                           true },
    {"+7 (701) 123-45-67",                     true },
    {"8 701–123–45–67",                  true }, /* U+2013 */
    {"8\u00a0701\u00a0123\u00a045\u00a067",    true },
    {"8/701/123/45/67",                        true },
    {"8,701,123,45,67",                        true },
    {"8-7-0-1-1-2-3-4-5-6-7",                  true },
    {"8 70 11 23 45 67",                       true },
    {"7011234567",                             true },
    {"701 1234567",                            true },
    {"(701) 123 45 67",                        true },
    {"7 0 1 1 2 3 4 5 6 7",                    true },
    {"600 123 45 67",                          true },
    {"0701234567",                             true },
    {"17.05.2026, 8 701 123 45 67",            true },
    {"8 701 123 45 67, 10:00",                 true },
    {"+998 90 123 45 67",                      true },
    {"@askhat",                                true },
    {"t.me/askhat",                            true },
    {"https://T.me/askhat",                    true },
    {"пишите wa.me/",                    true },
    {"instagram.com/askhat",                   true },
    {"telegram.me/askhat",                     true },
    {"tg://resolve?domain=askhat",             true },
    {"t . me / aidana",                        true },
    {"wa. me/77011234567",                     true },
    {"instagram  .com /askhat",                true },

    {"",                                       false},
    {"17.05.2026",                             false},
    {"08.07.2026 10:00",                       false},
    {"8.06.2026 07:00",                        false},
    {"7.07.2026 10:00, 8.07.2026 10:30",       false},
    {"5 000 - 6 000 тг",                     false},
    {"8 000, 10 000, 12 000 тг",             false},
    {"7500-8000 тг, 10:00",                  false},
    {"7500-8000, 10:00",                       false},
    {"10.00-10.30",                            false},
    {"10.00-10.30, 11.00-11.30, 12.00-12.30",  false},
    {"8 701 123 45",                           false},
    {"8 5011234567",                           false},
    {"8 701 тел 123 45 67",                 false},
    {"ИИН 901231300123",                    false},
    {"a @ b, @ab",                             false},
    {"next to . me and you",                   false},
    {"wait . me",                              false},
    {"рейс на 8 мест, 7 часов", false},
    {"\xff\xfe",                               false},
};

TEST_ROWS(only_phones_and_accounts_are_detected, cases)
{
    ck_assert_msg(contact_in_text(slice_of(row->text)) == row->is_one, "%s", row->text);
}

/* Zeros of other scripts, and the first character of the full-width forms of '!' to '~'. */
enum { FULL_WIDTH = 0xff01, LAST_FORM = 4 };
static const int32_t zeros[LAST_FORM] = {0xff10, 0x0660, 0x06f0, 0x0966};

/* The text with the digits of a script; with LAST_FORM in full-width characters. */
static const char *in_form(const char *text, int form)
{
    static char out[4 * 200];
    size_t len = 0;

    for (; *text != '\0'; text++) {
        const bool digit = *text >= '0' && *text <= '9';
        if (form < LAST_FORM && digit)
            len += text_encode(zeros[form] + (*text - '0'), out + len);
        else if (form == LAST_FORM && *text > ' ' && *text <= '~')
            len += text_encode(FULL_WIDTH + (*text - '!'), out + len);
        else
            out[len++] = *text;
    }
    out[len] = '\0';
    return out;
}

TEST_ROWS(contacts_in_other_digits_and_forms_are_detected, cases)
{
    for (int form = 0; form <= LAST_FORM; form++) {
        const char *text = in_form(row->text, form);
        ck_assert_msg(contact_in_text(slice_of(text)) == row->is_one, "%d: %s", form, text);
    }
}

TEST(digits_of_other_kinds_are_detected)
{
    static const char *const texts[] = {"⑧⑦⓪①①②③④⑤⑥⑦",        "⁸⁷⁰¹¹²³⁴⁵⁶⁷", "+٧٧٧٧١٢٣٤٥٦٧",
                                        "8 ７７７ 123 45 67", "8۷۷۷1234567", "＠nurlan_taxi",
                                        "ｔ．ｍｅ／askhat",   "𝟖𝟕𝟎𝟏𝟏𝟐𝟑𝟒𝟓𝟔𝟕"};

    for (int i = 0; i < COUNT(texts); i++)
        ck_assert_msg(contact_in_text(slice_of(texts[i])), "%s", texts[i]);
}

TEST(absent_text_has_no_contact)
{
    ck_assert(!contact_in_text(SLICE_NONE));
}
