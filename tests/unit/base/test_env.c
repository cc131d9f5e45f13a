// SPDX-License-Identifier: MIT
#include <sys/mman.h>

#include "base/env.h"
#include "base/log.h"

#include "support/test.h"

struct config {
    const char *name, *note, *password, *token;
    int64_t port;
    bool demo;
    int64_t wait_ms;
    enum log_level level;
};

static const struct env_variable table[] = {
    {"T_NAME",     ENV_TEXT,     offsetof(struct config, name),     NULL,    3,   8,       "Name."    },
    {"T_NOTE",     ENV_TEXT,     offsetof(struct config, note),     "",      0,   0,       "Note."    },
    {"T_PASSWORD", ENV_SECRET,   offsetof(struct config, password), NULL,    0,   0,       "Password."},
    {"T_TOKEN",    ENV_SECRET,   offsetof(struct config, token),    "",      0,   0,       "Token."   },
    {"T_PORT",     ENV_INT,      offsetof(struct config, port),     "7020",  1,   65535,   "Port."    },
    {"T_DEMO",     ENV_BOOL,     offsetof(struct config, demo),     "false", 0,   0,       "Demo."    },
    {"T_WAIT",     ENV_DURATION, offsetof(struct config, wait_ms),  "30s",   250, 7200000, "Wait."    },
    {"T_LEVEL",    ENV_LEVEL,    offsetof(struct config, level),    "info",  0,   0,       "Level."   },
};

static struct config config;
static char *reported;
static size_t reported_len;
static FILE *errors;

static void setup(void)
{
    for (int i = 0; i < COUNT(table); i++)
        unsetenv(table[i].name);
    unsetenv("T_PASSWORD_FILE");
    unsetenv("T_TOKEN_FILE");
    unsetenv("T_NAME_FILE");
    setenv("T_NAME", "flats", 1);
    setenv("T_PASSWORD", "s3cret", 1);
    errors = open_memstream(&reported, &reported_len);
}

static void teardown(void)
{
    fclose(errors);
    free(reported);
}

TEST_CASE("env", .setup = setup, .teardown = teardown);

/* The mistakes are in `reported`. */
static bool load(void)
{
    const bool ok = env_load(table, (size_t)COUNT(table), &config, errors);

    fflush(errors);
    return ok;
}

static void finish(void)
{
    env_finish(table, (size_t)COUNT(table), &config);
}

#define ck_reported(part) ck_has(reported, part)

/* Checks that loading fails, and a part of what is reported. */
#define ck_refused(part)                                                                           \
    do {                                                                                           \
        ck_assert(!load());                                                                        \
        ck_reported(part);                                                                         \
    } while (0)

TEST(defaults_fill_what_is_unset_or_empty)
{
    setenv("T_PORT", "", 1);
    ck_assert(load());
    ck_assert_str_eq(reported, "");
    ck_assert_str_eq(config.name, "flats");
    ck_assert_str_eq(config.note, "");
    ck_assert_str_eq(config.password, "s3cret");
    ck_assert_int_eq(config.port, 7020);
    ck_assert(!config.demo);
    ck_assert_int_eq(config.wait_ms, 30000);
    ck_assert_int_eq(config.level, LOG_INFO);
    finish();
    ck_assert_ptr_null(config.name);
    finish();
}

TEST(set_options_override_defaults)
{
    setenv("T_NOTE", "Пример", 1);
    setenv("T_PORT", "65535", 1);
    setenv("T_DEMO", "true", 1);
    setenv("T_WAIT", "2h", 1);
    setenv("T_LEVEL", "error", 1);
    ck_assert(load());
    ck_assert_str_eq(config.note, "Пример");
    ck_assert_int_eq(config.port, 65535);
    ck_assert(config.demo);
    ck_assert_int_eq(config.wait_ms, 7200000);
    ck_assert_int_eq(config.level, LOG_ERROR);
    finish();
}

static const struct {
    const char *name, *value, *reported;
} mistakes[] = {
    {"T_NAME",     "ab",        "T_NAME must be UTF-8 text of 3 to 8 bytes on one line\n"         },
    {"T_NAME",     "abcdefghi", "T_NAME must be UTF-8 text of 3 to 8 bytes on one line\n"         },
    {"T_NAME",     "",          "T_NAME is required: UTF-8 text of 3 to 8 bytes on one line\n"    },
    {"T_NAME",     "ab\ncd",    "T_NAME must be UTF-8 text of 3 to 8 bytes on one line\n"         },
    {"T_NAME",
     "ab\x1b"
     "c",                       "T_NAME must be UTF-8 text of 3 to 8 bytes on one line\n"         },
    {"T_NOTE",     "\xff",      "T_NOTE must be UTF-8 text of 1 to 4096 bytes on one line\n"      },
    {"T_PASSWORD", "hid\xff",   "T_PASSWORD must be UTF-8 text of 1 to 4096 bytes\n"              },
    {"T_PORT",     "0",         "T_PORT is \"0\" but must be a whole number from 1 to 65535\n"    },
    {"T_PORT",     "65536",     "T_PORT is \"65536\" but must be a whole number from 1 to 65535\n"},
    {"T_PORT",     "70x\x01",   "T_PORT must be a whole number from 1 to 65535\n"                 },
    {"T_DEMO",     "yes",       "T_DEMO is \"yes\" but must be true or false\n"                   },
    {"T_WAIT",     "30",
     "T_WAIT is \"30\" but must be a time like 250ms, 30s, 5m or 2h, from 250ms to 2h\n"          },
    {"T_WAIT",     "249ms",
     "T_WAIT is \"249ms\" but must be a time like 250ms, 30s, 5m or 2h, from 250ms to 2h\n"       },
    {"T_LEVEL",    "loud",      "T_LEVEL is \"loud\" but must be debug, info, warn or error\n"    },
};

TEST_ROWS(mistake_is_reported_with_the_expected_value, mistakes)
{
    memset(&config, 0x5a, sizeof config);
    struct config before = config;
    setenv(row->name, row->value, 1);
    ck_assert(!load());
    ck_assert_str_eq(reported, row->reported);
    ck_assert(memcmp(&config, &before, sizeof config) == 0);
}

TEST(all_mistakes_are_reported_at_once)
{
    unsetenv("T_NAME");
    unsetenv("T_PASSWORD");
    setenv("T_PORT", "many", 1);
    setenv("T_DEMO", "1", 1);
    ck_refused("T_NAME is required");
    ck_reported("T_PASSWORD is required");
    ck_reported("T_PORT is \"many\"");
    ck_reported("T_DEMO is \"1\"");
}

TEST(values_of_texts_and_secrets_are_never_printed)
{
    setenv("T_NAME", "hidden-in-name", 1);
    setenv("T_PASSWORD", "hidden\xff", 1);
    ck_assert(!load());
    ck_lacks(reported, "hidden");
}

/* Lets `variable` name a file with this content. */
static void set_file(const char *variable, struct slice content)
{
    const int fd = memfd_create("secret", 0);

    ck_assert_int_eq(write(fd, content.at, content.len), (ssize_t)content.len);
    setenv(variable, textf("/proc/self/fd/%d", fd), 1);
}

static const struct {
    const char *why;
    struct slice content;
    const char *password; /* NULL: refused */
} files[] = {
    {"a newline is cut",             {"s3cret\n", 7},   "s3cret"},
    {"a Windows newline is cut",     {"s3cret\r\n", 8}, "s3cret"},
    {"no newline",                   {"s3cret", 6},     "s3cret"},
    {"only the last newline is cut", {"a\nb\n\n", 5},   "a\nb\n"},
    {"NUL",                          {"a\0b", 3},       NULL    },
    {"not UTF-8",                    {"a\xff", 2},      NULL    },
};

TEST_ROWS_WHY(secret_is_read_from_its_file, files)
{
    unsetenv("T_PASSWORD");
    set_file("T_PASSWORD_FILE", row->content);
    if (row->password == NULL) {
        ck_refused("T_PASSWORD_FILE names a file whose content must be");
        return;
    }
    ck_assert_msg(load(), "%s", reported);
    ck_assert_str_eq(config.password, row->password);
    finish();
}

static const struct slice empty_files[] = {
    {"",     0},
    {"\n",   1},
    {"\r\n", 2}
};

/* Administrators create an empty file for each secret before they have its value. */
TEST_ROWS(empty_secret_file_counts_as_missing, empty_files)
{
    set_file("T_TOKEN_FILE", *row);
    ck_assert(load());
    ck_assert_str_eq(reported, "");
    ck_assert_str_eq(config.token, "");
    finish();
    unsetenv("T_PASSWORD");
    set_file("T_PASSWORD_FILE", *row);
    ck_refused("T_PASSWORD is required: ");
}

TEST(oversized_secret_file_is_refused)
{
    static char content[4097];

    memset(content, 'x', sizeof content);
    unsetenv("T_PASSWORD");
    set_file("T_PASSWORD_FILE", (struct slice){content, 4096});
    ck_assert(load());
    finish();
    set_file("T_PASSWORD_FILE", (struct slice){content, 4097});
    ck_assert(!load());
}

TEST(secret_set_by_value_and_file_is_refused)
{
    setenv("T_PASSWORD_FILE", "anything", 1);
    ck_assert(!load());
    ck_assert_str_eq(reported, "T_PASSWORD and T_PASSWORD_FILE are both set: keep one\n");
}

TEST(missing_or_unreadable_file_is_reported)
{
    unsetenv("T_PASSWORD");
    setenv("T_PASSWORD_FILE", "there/is/no/such/file", 1);
    ck_refused("T_PASSWORD_FILE names a file that cannot be opened: No ");
    setenv("T_PASSWORD_FILE", ".", 1);
    ck_refused("T_PASSWORD_FILE names a file that cannot be read\n");
}

TEST(only_secrets_are_read_from_files)
{
    unsetenv("T_NAME");
    setenv("T_NAME_FILE", "anything", 1);
    ck_refused("T_NAME is required");
}

TEST(printed_example_has_every_variable_with_its_default)
{
    env_print_example(table, (size_t)COUNT(table), errors);
    fflush(errors);
    ck_assert_str_eq(
        reported,
        "# Name.\n# UTF-8 text of 3 to 8 bytes on one line; required\nT_NAME=\n"
        "\n# Note.\n# UTF-8 text of 1 to 4096 bytes on one line\nT_NOTE=\n"
        "\n# Password.\n# UTF-8 text of 1 to 4096 bytes; required; or T_PASSWORD_FILE names "
        "a file that holds it\nT_PASSWORD=\n"
        "\n# Token.\n# UTF-8 text of 1 to 4096 bytes; or T_TOKEN_FILE names a file that holds "
        "it\nT_TOKEN=\n"
        "\n# Port.\n# a whole number from 1 to 65535\nT_PORT=7020\n"
        "\n# Demo.\n# true or false\nT_DEMO=false\n"
        "\n# Wait.\n# a time like 250ms, 30s, 5m or 2h, from 250ms to 2h\nT_WAIT=30s\n"
        "\n# Level.\n# debug, info, warn or error\nT_LEVEL=info\n");
}
