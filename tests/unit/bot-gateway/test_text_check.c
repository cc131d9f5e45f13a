// SPDX-License-Identifier: MIT
/* Defects of templates are found before a text is sent. */
#include "support/scratch.h"
#include "texts/text_check.h"

enum { TEXT_BYTES = 8192 };

/* "name" is a kind of value with 64 units. */
static const struct text_key message = {"message", TEXT_USE_MESSAGE, 3, "name"};
static const struct text_key greeting = {"greeting", TEXT_USE_MESSAGE, 3, "name?"};
static const struct text_key button = {"button", TEXT_USE_BUTTON, 3, "name"};
static const struct text_key counted = {"counted", TEXT_USE_MESSAGE, 3, "name minutes"};

static const struct {
    const char *why;
    const struct text_key *key;
    enum language language;
    const char *template, *code; /* NULL: valid */
} cases[] = {
    {"plain text",                     &message,  LANGUAGE_RU, "Привет",                        NULL               },
    {"a value",                        &message,  LANGUAGE_RU, "<b>{name}</b>",                       NULL               },
    {"a part",                         &greeting, LANGUAGE_RU, "Привет{name?, <b>{name}</b>}!", NULL               },
    {"nothing",                        &message,  LANGUAGE_RU, "",                                    "blank"            },
    {"white space",                    &message,  LANGUAGE_RU, " \\n\t\n",                            "blank"            },
    {"tags alone",                     &message,  LANGUAGE_RU, "<b> </b>",                            "blank"            },
    {"a part alone",                   &greeting, LANGUAGE_RU, "{name?{name}}",                       "blank"            },
    {"a value alone",                  &button,   LANGUAGE_RU, "{name}",                              NULL               },
    {"another value",                  &message,  LANGUAGE_RU, "{mane}",                              "unknown_value"    },
    {"forms of another value",         &message,  LANGUAGE_EN, "{n|a|b}",                             "unknown_value"    },
    {"a part of another value",        &message,  LANGUAGE_EN, "a{n?b}",                              "unknown_value"    },
    {"a value beside its part",        &greeting, LANGUAGE_EN, "a{name}",                             "may_be_missing"   },
    {"a value after its form",         &greeting, LANGUAGE_EN, "a{name?b}{name}",                     "may_be_missing"   },
    {"a part in a part",               &greeting, LANGUAGE_EN, "a{name?b{name?c}}",                   "part_in_part"     },
    {"a part without end",             &greeting, LANGUAGE_EN, "a{name?b",                            "open_part"        },
    {"an end without a part",          &message,  LANGUAGE_EN, "a}b",                                 "bad_brace"        },
    {"a lonely brace",                 &message,  LANGUAGE_EN, "a { b",                               "bad_brace"        },
    {"braces",                         &message,  LANGUAGE_EN, "a {{ }} b",                           NULL               },
    {"forms of text",                  &message,  LANGUAGE_EN, "{name|a|b}",                          "not_a_number"     },
    {"Russian forms",                  &counted,  LANGUAGE_RU, "{name} {minutes|а|б|в}",           NULL               },
    {"two Russian forms",              &counted,  LANGUAGE_RU, "{minutes|а|б}",                     "forms_missing"    },
    {"four Russian forms",             &counted,  LANGUAGE_RU, "{minutes|а|б|в|г}",               "forms_missing"    },
    {"English forms",                  &counted,  LANGUAGE_EN, "a {minutes|a|b}",                     NULL               },
    {"a brace in a form",              &counted,  LANGUAGE_EN, "{minutes|a{|b}",                      "bad_brace"        },
    {"one English form",               &counted,  LANGUAGE_EN, "a {minutes|a}",                       "forms_missing"    },
    {"one Kazakh form",                &counted,  LANGUAGE_KZ, "a {minutes|минут}",              NULL               },
    {"two Kazakh forms",               &counted,  LANGUAGE_KZ, "a {minutes|a|b}",                     NULL               },
    {"three Kazakh forms",             &counted,  LANGUAGE_KZ, "a {minutes|a|b|c}",                   "forms_missing"    },
    {"a tag that is open",             &message,  LANGUAGE_EN, "<b>a",                                "bad_html"         },
    {"an unknown tag",                 &message,  LANGUAGE_EN, "<p>a</p>",                            "bad_html"         },
    {"tags of a part",                 &greeting, LANGUAGE_EN, "{name?<b>}a{name?</b>}",              "bad_html"         },
    {"tags of a short form",           &counted,  LANGUAGE_EN, "{minutes|<b>a|bcd}",                  "bad_html"         },
    {"tags of a form",                 &counted,  LANGUAGE_EN, "{minutes|<b>a|b</b>}",                "bad_html"         },
    {"a value in a tag",               &message,  LANGUAGE_EN, "<a href=\"{name}\">a</a>",            "value_in_tag"     },
    {"a part in a tag",                &greeting, LANGUAGE_EN, "<b{name? }>a</b>",                    "value_in_tag"     },
    {"a tag in a part",                &greeting, LANGUAGE_EN, "{name?<b}>a</b>",                     "value_in_tag"     },
    {"a sign of more in an attribute", &message,  LANGUAGE_EN, "<a href='>{name}'>a</a>",
     "bad_html"                                                                                                          },
    {"a button is no HTML",            &button,   LANGUAGE_EN, "a <b",                                NULL               },
    {"a button of two lines",          &button,   LANGUAGE_EN, "a\\nb",                               "several_lines"    },
    {"a button of two real lines",     &button,   LANGUAGE_EN, "a\nb",                                "several_lines"    },
    {"a bell",                         &message,  LANGUAGE_EN, "a\a",                                 "control_character"},
    {"no UTF-8",                       &message,  LANGUAGE_EN, "a\xff",                               "control_character"},
};

TEST_ROWS_WHY(defects_are_reported, cases)
{
    fault = (struct fault){.code = "fine"};
    const bool fine = text_check_template(row->key, row->language, slice_of(row->template), &fault);
    const char *wanted = row->code;

    ck_assert_msg(fine == (wanted == NULL), "%s", fault.code);
    if (!fine) {
        ck_assert_str_eq(fault.code, wanted);
        ck_assert_str_ne(text_explain_defect(fault.code), fault.code);
    }
}

/* Whether a text of so many units fits beside a value of 64 units. */
static bool fits_behind(const struct text_key *key, size_t units)
{
    char template[TEXT_BYTES] = "{name}";

    memset(template + 6, 'a', units);
    return text_check_template(key, LANGUAGE_EN, (struct slice){template, 6 + units}, &fault);
}

TEST(text_length_is_checked_with_the_longest_values)
{
    ck_assert(fits_behind(&message, 4096 - 64));
    ck_assert(!fits_behind(&message, 4096 - 63));
    ck_assert(!fits_behind(&button, 1));
}

TEST_LOOP(every_built_in_text_is_valid, TEXT_NONE + 1, TEXTS)
{
    const struct text_key *key = &text_keys[_i];
    const struct texts *text = &texts_built_in()[_i];

    ck_assert_msg(text_check_template(key, LANGUAGE_RU, text->ru, &fault),
                  "texts.tsv, %s, ru: %s %s", key->name, fault.code, fault.detail);
    ck_assert_msg(text_check_template(key, LANGUAGE_KZ, text->kz, &fault),
                  "texts.tsv, %s, kz: %s %s", key->name, fault.code, fault.detail);
    ck_assert_msg(text_check_template(key, LANGUAGE_EN, text->en, &fault),
                  "texts.tsv, %s, en: %s %s", key->name, fault.code, fault.detail);
}
