// SPDX-License-Identifier: MIT
/* The folder BOTS_DIR: NAME.token, NAME.secret and NAME.key of each bot. */
#pragma once

#include "loop/work.h"

#include "bots/bot.h"

/* What a look at the folder has found: bots without their rows, and how many files there are that
 * were not taken. */
struct bot_files {
    struct bot *bots; /* owned; in the order of their names */
    size_t count;     /* BOTS_MAX at most */
    size_t refused;
    /* Of the first refused one: its name, and static text that says why. */
    char refused_name[BOT_NAME_MAX + 16];
    const char *refused_why;
};
void bot_files_finish(struct bot_files *files);

/* Reads the folder in a thread of the pool; in a fiber. A folder that is not there is empty. A file
 * is taken when it is a regular file of at most BOT_FILE_MAX bytes, nobody but owner and group may
 * read or write it, and its text is good; an empty one is as none. FAULT_UNAVAILABLE
 * "bots_unreadable": the folder cannot be read. */
bool bot_files_read(struct work *work, const char *folder, struct bot_files *out,
                    struct fault *fault) MUST_CHECK;
