// SPDX-License-Identifier: MIT
/* Names of bots, names of their files, and the content of the files. */
#include "bots/bot.h"
#include "support/test.h"

#define TEN "0123456789"

static const struct {
    const char *why, *name;
    bool good;
} names[] = {
    {"one letter",               "a",                        true },
    {"letters",                  "apartments",               true },
    {"digits and a dash",        "taxi-24",                  true },
    {"32 characters",            "a" TEN TEN TEN "b",        true },
    {"33 characters",            "a" TEN TEN TEN "bc",       false},
    {"nothing",                  "",                         false},
    {"a digit first",            "1bot",                     false},
    {"a dash first",             "-bot",                     false},
    {"a capital",                "Bot",                      false},
    {"an underscore",            "my_bot",                   false},
    {"a path out of the folder", "../bot",                   false},
    {"Cyrillic",                 "\xd0\xb1\xd0\xbe\xd1\x82", false},
};

TEST_ROWS_WHY(bot_name_fits_the_path_of_its_webhook, names)
{
    ck_assert(bot_name_is_good(slice_of(row->name)) == row->good);
}

static const struct {
    const char *file;
    const char *name; /* NULL: not a file of a bot */
    enum bot_part part;
} files[] = {
    {"taxi.token",     "taxi", BOT_TOKEN },
    {"taxi.secret",    "taxi", BOT_SECRET},
    {"taxi.key",       "taxi", BOT_KEY   },
    {"taxi.row",       NULL,   BOT_PARTS },
    {"taxi.token.old", NULL,   BOT_PARTS },
    {"taxi",           NULL,   BOT_PARTS },
    {".token",         NULL,   BOT_PARTS },
    {"..",             NULL,   BOT_PARTS },
    {"Taxi.token",     NULL,   BOT_PARTS },
    {"taxi.TOKEN",     NULL,   BOT_PARTS },
};

TEST_ROWS(file_of_a_bot_is_recognized_by_name, files)
{
    struct slice name = {0};
    enum bot_part part = BOT_PARTS;

    ck_assert_msg(bot_file_name_read(row->file, &name, &part) == (row->name != NULL), "%s",
                  row->file);
    ck_assert(row->name == NULL ? name.at == NULL : slice_is(name, row->name));
    ck_assert_int_eq(part, row->part);
}

static const struct {
    const char *why;
    enum bot_part part;
    const char *text;
    const char *taken; /* NULL: refused */
} texts[] = {
    {"a token",                  BOT_TOKEN,  "123:AA-b_c",      "123:AA-b_c"},
    {"with an end of line",      BOT_TOKEN,  "123:AAbc\n",      "123:AAbc"  },
    {"of Windows",               BOT_TOKEN,  "123:AAbc\r\n",    "123:AAbc"  },
    {"two ends of line",         BOT_TOKEN,  "123:AAbc\n\n",    NULL        },
    {"a token without a number", BOT_TOKEN,  ":AAbc",           NULL        },
    {"a token without its rest", BOT_TOKEN,  "123:",            NULL        },
    {"a token without a colon",  BOT_TOKEN,  "123AAbc",         NULL        },
    {"a token with two colons",  BOT_TOKEN,  "123:AA:bc",       NULL        },
    {"a token with a slash",     BOT_TOKEN,  "123:AA/../getMe", NULL        },
    {"a blank before a token",   BOT_TOKEN,  " 123:AAbc",       NULL        },
    {"a secret",                 BOT_SECRET, "Ab-_9",           "Ab-_9"     },
    {"a secret with a dot",      BOT_SECRET, "a.b",             NULL        },
    {"an empty secret",          BOT_SECRET, "\n",              NULL        },
    {"no key of ours",           BOT_KEY,    "tb_live_abc",     NULL        },
    {"a row is no file",         BOT_ROW,    "123:AAbc",        NULL        },
};

TEST_ROWS_WHY(file_is_accepted_only_with_valid_content, texts)
{
    struct bot bot = {0}, before = {0};
    const char *taken[BOT_PARTS] = {"", bot.token, bot.secret, bot.key};

    ck_assert(bot_set_part(&bot, row->part, slice_of(row->text)) == (row->taken != NULL));
    if (row->taken != NULL)
        ck_assert_str_eq(taken[row->part], row->taken);
    else
        ck_assert_mem_eq(&bot, &before, sizeof bot);
}

TEST(secret_has_at_most_256_characters)
{
    struct bot bot = {0};
    char text[BOT_SECRET_MAX + 1];

    memset(text, 'x', sizeof text);
    ck_assert(bot_set_part(&bot, BOT_SECRET, (struct slice){text, BOT_SECRET_MAX}));
    ck_assert_uint_eq(strlen(bot.secret), BOT_SECRET_MAX);
    ck_assert(!bot_set_part(&bot, BOT_SECRET, (struct slice){text, BOT_SECRET_MAX + 1}));
}

TEST(type_is_read_by_name)
{
    enum bot_type type = BOT_TYPES;

    for (enum bot_type wanted = 0; wanted < BOT_TYPES; wanted++)
        ck_assert(bot_type_read(slice_of(bot_type_names[wanted]), &type) && type == wanted);
    ck_assert(!bot_type_read(SLICE("bus"), &type) && !bot_type_read(SLICE(""), &type));
    ck_assert_int_eq(type, BOT_TYPES - 1);
}
