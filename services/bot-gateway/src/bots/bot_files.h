// SPDX-License-Identifier: MIT
/* The folder BOTS_DIR: NAME.token, NAME.secret and NAME.key of each bot. */
#pragma once

#include "loop/work.h"

#include "bots/bot.h"

/* The content of the folder: bots with their files, without their rows. */
struct bot_files {
    struct bot *bots; /* owned; sorted by name */
    size_t count;     /* at most BOTS_MAX */
    size_t refused;   /* number of files that were not accepted */
    /* The name of the first refused file, and the reason (a static text). */
    char refused_name[BOT_NAME_MAX + 16];
    const char *refused_why;
};
void bot_files_finish(struct bot_files *files);

/* Reads the folder in a thread of the pool; must be called in a fiber. A missing folder counts as
 * empty. A file is accepted if it is a regular file of at most BOT_FILE_MAX bytes without
 * permissions for others, and its text is valid; an empty file counts as missing. FAULT_UNAVAILABLE
 * "bots_unreadable": the folder cannot be read. */
bool bot_files_read(struct work *work, const char *folder, struct bot_files *out,
                    struct fault *fault) MUST_CHECK;
