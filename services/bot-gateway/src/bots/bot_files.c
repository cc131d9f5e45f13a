// SPDX-License-Identifier: MIT
#include "bots/bot_files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/auto.h"

enum { NAMES_MAX = 4096 }; /* names of the folder that are read; any others are ignored */

struct job {
    const char *folder; /* of the configuration, which outlives every job */
    struct bot_files files;
    bool read;
};

void bot_files_finish(struct bot_files *files)
{
    free(files->bots);
    *files = (struct bot_files){0};
}

static void discard_job(void *arg)
{
    struct job *job = arg;

    bot_files_finish(&job->files);
}

static bool refuse_file(struct bot_files *files, const char *name, const char *why)
{
    if (files->refused++ == 0) {
        snprintf(files->refused_name, sizeof files->refused_name, "%s", name);
        files->refused_why = why;
    }
    return false;
}

static struct bot *find_or_add_bot(struct bot_files *files, struct slice name)
{
    for (size_t i = 0; i < files->count; i++)
        if (slice_is(name, files->bots[i].name))
            return &files->bots[i];
    if (files->count == BOTS_MAX)
        return NULL;
    struct bot *bot = &files->bots[files->count++];
    *bot = (struct bot){0};
    memcpy(bot->name, name.at, name.len);
    return bot;
}

/* Reads the text of an opened file. False if the file is refused. */
static bool read_file_or_refuse(int fd, const char *name, char buffer[BOT_FILE_MAX + 1],
                                struct slice *text, struct bot_files *files)
{
    struct stat about;

    if (fstat(fd, &about) != 0 || !S_ISREG(about.st_mode))
        return refuse_file(files, name, "no regular file");
    if ((about.st_mode & (S_IRWXO | S_IWGRP)) != 0)
        return refuse_file(files, name, "others may read it, or the group may write it");
    const ssize_t len = read(fd, buffer, BOT_FILE_MAX + 1);
    if (len < 0)
        return refuse_file(files, name, "cannot be read");
    if (len > BOT_FILE_MAX)
        return refuse_file(files, name, "longer than 4096 bytes");
    *text = (struct slice){buffer, (size_t)len};
    return true;
}

static void read_bot_file(int folder_fd, const char *name, struct bot_files *files)
{
    struct slice bot_name, text;
    enum bot_part part;
    char room[BOT_FILE_MAX + 1];

    if (!bot_file_name_read(name, &bot_name, &part))
        return;
    int fd auto_close = openat(folder_fd, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (fd < 0) {
        (void)refuse_file(files, name, "cannot be opened");
        return;
    }
    if (!read_file_or_refuse(fd, name, room, &text, files))
        return;
    struct bot *bot = find_or_add_bot(files, bot_name);
    if (bot == NULL)
        (void)refuse_file(files, name, "there are more bots than 256");
    else if (text.len > 0 && !bot_set_part(bot, part, text))
        (void)refuse_file(files, name, "not what such a file holds");
    explicit_bzero(room, sizeof room);
}

static int compare_bots_by_name(const void *a, const void *b)
{
    return strcmp(((const struct bot *)a)->name, ((const struct bot *)b)->name);
}

/* Reads the files of all bots; runs in a thread. */
static void read_files_of_all_bots(void *arg)
{
    struct job *job = arg;
    DIR *folder = opendir(job->folder);

    if (folder == NULL) {
        job->read = errno == ENOENT;
        return;
    }
    job->files.bots = calloc(BOTS_MAX, sizeof *job->files.bots);
    if (job->files.bots != NULL) {
        const struct dirent *entry;
        for (int i = 0; i < NAMES_MAX && (entry = readdir(folder)) != NULL; i++)
            read_bot_file(dirfd(folder), entry->d_name, &job->files);
        qsort(job->files.bots, job->files.count, sizeof *job->files.bots, compare_bots_by_name);
        job->read = true;
    }
    closedir(folder);
}

bool bot_files_read(struct work *work, const char *folder, struct bot_files *out,
                    struct fault *fault)
{
    struct job job = {.folder = folder};

    if (!work_run(work, read_files_of_all_bots, &job, sizeof job, discard_job, fault))
        return false;
    if (!job.read) {
        bot_files_finish(&job.files);
        return fault_set(fault, FAULT_UNAVAILABLE, "bots_unreadable",
                         "The folder with the bots' files cannot be read.");
    }
    *out = job.files;
    return true;
}
