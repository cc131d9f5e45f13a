// SPDX-License-Identifier: MIT
/* Phones and accounts in texts, and texts that only resemble them. */
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
    {"рейс на 8 мест, 7 часов", false},
    {"\xff\xfe",                               false},
};

TEST_ROWS(only_phones_and_accounts_are_detected, cases)
{
    ck_assert_msg(contact_in_text(slice_of(row->text)) == row->is_one, "%s", row->text);
}

TEST(absent_text_has_no_contact)
{
    ck_assert(!contact_in_text(SLICE_NONE));
}
