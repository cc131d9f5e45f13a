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
    const char *text;
    const char *secret;
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

enum { COUNT = ARRAY_LEN(table), PIECE_MAX = 8192 };

/* Copies the next part, NUL-terminated, and advances the input past it. */
static bool next_piece(const uint8_t **data, size_t *size, char piece[PIECE_MAX])
{
    const uint8_t *end = *size > 0 ? memchr(*data, 0, *size) : NULL;
    size_t len = end != NULL ? (size_t)(end - *data) : *size;

    if (*size == 0 || len >= PIECE_MAX)
        return false;
    memcpy(piece, *data, len);
    piece[len] = '\0';
    len += end != NULL;
    *data += len;
    *size -= len;
    return true;
}

static int secret_file(const uint8_t *data, size_t size)
{
    char path[64];
    int fd = memfd_create("secret", 0);

    PROMISE(fd >= 0 && write(fd, data, size) == (ssize_t)size);
    snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
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

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char piece[PIECE_MAX];
    char *mistakes = NULL;
    size_t mistakes_len = 0;
    FILE *errors = open_memstream(&mistakes, &mistakes_len);
    int fd = -1;

    unsetenv("F_SECRET_FILE");
    for (size_t i = 0; i < COUNT; i++) {
        unsetenv(table[i].name);
        if (next_piece(&data, &size, piece))
            setenv(table[i].name, piece, 1);
    }
    if (size > 0)
        fd = secret_file(data, size);
    try_load(errors);
    fclose(errors);
    free(mistakes);
    if (fd >= 0)
        close(fd);
    return 0;
}
