// SPDX-License-Identifier: MIT
/* Configuration. The input is split at zero bytes; each part becomes one variable, and the last one
 * the content of a secret's file. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/env.h"
#include "base/log.h"
#include "base/text.h"

#include "fuzz.h"

struct config {
    const char *text, *secret;
    int64_t number;
    bool flag;
    int64_t wait;
    enum log_level level;
};

static const struct env_variable table[] = {
    {"F_TEXT",   ENV_TEXT,     offsetof(struct config, text),   "",     0,  0,     "Text."  },
    {"F_INT",    ENV_INT,      offsetof(struct config, number), "5",    -5, 500,   "Number."},
    {"F_BOOL",   ENV_BOOL,     offsetof(struct config, flag),   "true", 0,  0,     "Flag."  },
    {"F_WAIT",   ENV_DURATION, offsetof(struct config, wait),   "1s",   1,  90000, "Wait."  },
    {"F_LEVEL",  ENV_LEVEL,    offsetof(struct config, level),  "info", 0,  0,     "Level." },
    {"F_SECRET", ENV_SECRET,   offsetof(struct config, secret), NULL,   2,  64,    "Secret."},
};

enum { COUNT = ARRAY_LEN(table) };

static int secret_file(struct slice content)
{
    char path[64];
    int fd = memfd_create("secret", 0);

    PROMISE(fd >= 0 && write(fd, content.at, content.len) == (ssize_t)content.len);
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    setenv("F_SECRET_FILE", path, 1);
    return fd;
}

static void try_load(FILE *errors)
{
    struct config config = {.number = 77};

    if (!env_load(table, COUNT, &config, errors)) {
        PROMISE(config.number == 77 && config.text == NULL && ftell(errors) > 0);
        return;
    }
    PROMISE(config.number >= -5 && config.number <= 500);
    PROMISE(config.wait >= 1 && config.wait <= 90000);
    PROMISE(strlen(config.secret) >= 2 && strlen(config.secret) <= 64);
    PROMISE(text_is_utf8(slice_of(config.text)) && !text_has_control(slice_of(config.text)));
    env_finish(table, COUNT, &config);
}

FUZZ(1 << 24)
{
    char *mistakes = NULL;
    size_t mistakes_len = 0;
    FILE *errors = open_memstream(&mistakes, &mistakes_len);
    int fd = -1;

    unsetenv("F_SECRET_FILE");
    for (size_t i = 0; i < COUNT; i++) {
        unsetenv(table[i].name);
        if (input.len > 0)
            setenv(table[i].name, arena_copy(&arena, slice_cut(&input, '\0')).at, 1);
    }
    if (input.len > 0)
        fd = secret_file(input);
    try_load(errors);
    fclose(errors);
    free(mistakes);
    if (fd >= 0)
        close(fd);
}
