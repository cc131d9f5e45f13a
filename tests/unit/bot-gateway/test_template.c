// SPDX-License-Identifier: MIT
/* Rendering of templates. */
#include "support/test.h"
#include "texts/template.h"

static const struct text_value values[] = {
    {.name = "name",  .text = {"Aigul", 5},          .number = 0 },
    {.name = "empty", .text = {"", 0},               .number = 0 },
    {.name = "sharp", .text = {"<b>&\"", 5},         .number = 0 },
    {.name = "trick", .text = {"{name} {{ \\n", 12}, .number = 0 },
    {.name = "one",   .text = {NULL, 0},             .number = 1 },
    {.name = "two",   .text = {NULL, 0},             .number = 22},
    {.name = "teen",  .text = {NULL, 0},             .number = 12},
};

static const struct {
    const char *why, *template, *said;
} cases[] = {
    {"plain text",                        "Hello",                                      "Hello"                       },
    {"nothing",                           "",                                           ""                            },
    {"a value",                           "Hello, {name}!",                             "Hello, Aigul!"               },
    {"a number",                          "{two} nights",                               "22 nights"                   },
    {"an end of line",                    "a\\nb\\n\\nc",                               "a\nb\n\nc"                   },
    {"a backslash",                       "a\\b\\",                                     "a\\b\\"                      },
    {"braces",                            "{{name}} {{{{ }}}}",                         "{name} {{ }}"                },
    {"escaped",                           "{sharp}",                                    "&lt;b&gt;&amp;&quot;"        },
    {"a value is no template",            "{trick}",                                    "{name} {{ \\n"               },
    {"forms: one",                        "{one} {one|ночь|ночи|ночей}",   "1 ночь"                  },
    {"forms: few",                        "{two} {two|ночь|ночи|ночей}",   "22 ночи"                 },
    {"forms: many",                       "{teen} {teen|ночь|ночи|ночей}", "12 ночей"               },
    {"fewer forms than the language has", "{teen|ночь}",                            "ночь"                    },
    {"an empty form",                     "{one||s}{teen||s}",                          "s"                           },
    {"a part that is there",              "Hello{name?, {name}}!",                      "Hello, Aigul!"               },
    {"a part whose value is empty",       "Hello{empty?, {empty}}!",                    "Hello!"                      },
    {"a part whose value is not given",   "Hello{nobody?, {name} {one|a|b}}!",          "Hello!"                      },
    {"a part with a number",              "{one?{one} night}",                          "1 night"                     },
    {"a value that is not given",         "[{nobody}] [{nobody|a|b}]",                  "[] []"                       },
    {"braces that are none",              "{ } {Name} {1} {} {a-b} {a|b",               "{ } {Name} {1} {} {a-b} {a|b"},
};

TEST_ROWS_WHY(template_renders_text_values_and_forms, cases)
{
    char room[256];
    struct buf out = buf_over(room, sizeof room);

    template_render(slice_of(row->template), LANGUAGE_RU, values, COUNT(values), true, &out);
    ck_assert(!out.failed);
    ck_assert_slice(buf_as_slice(&out), row->said);
}

TEST(plain_text_is_not_escaped)
{
    char room[64];
    struct buf out = buf_over(room, sizeof room);

    template_render(SLICE("{sharp}"), LANGUAGE_EN, values, COUNT(values), false, &out);
    ck_assert_slice(buf_as_slice(&out), "<b>&\"");
}

static const struct {
    enum language language;
    int64_t number;
    size_t form;
} forms[] = {
    {LANGUAGE_RU, 0,         2},
    {LANGUAGE_RU, 1,         0},
    {LANGUAGE_RU, 2,         1},
    {LANGUAGE_RU, 4,         1},
    {LANGUAGE_RU, 5,         2},
    {LANGUAGE_RU, 11,        2},
    {LANGUAGE_RU, 14,        2},
    {LANGUAGE_RU, 21,        0},
    {LANGUAGE_RU, 111,       2},
    {LANGUAGE_RU, 1001,      0},
    {LANGUAGE_RU, -2,        1},
    {LANGUAGE_RU, INT64_MIN, 2},
    {LANGUAGE_KZ, 1,         0},
    {LANGUAGE_KZ, 0,         1},
    {LANGUAGE_KZ, 21,        1},
    {LANGUAGE_EN, 1,         0},
    {LANGUAGE_EN, 0,         1},
    {LANGUAGE_EN, 2,         1},
    {LANGUAGE_EN, 21,        1},
};

TEST_ROWS(number_has_the_plural_form_of_its_language, forms)
{
    ck_assert_uint_eq(template_form_index(row->language, row->number), row->form);
}
