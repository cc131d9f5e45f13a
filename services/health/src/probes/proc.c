// SPDX-License-Identifier: MIT
#include "probes/proc.h"

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/auto.h"
#include "base/parse.h"

/* Removes blanks at both ends and a number at the front from `rest`. */
static bool read_number(struct slice *rest, int64_t *out)
{
    *rest = slice_trim(*rest);
    return parse_i64(slice_cut(rest, ' '), 0, INT64_MAX, out);
}

/* The columns of /proc/stat, in their order; "user" includes the time of virtual machines. */
const char *const proc_modes[PROC_MODES] = {"user",   "nice", "system",  "idle",
                                            "iowait", "irq",  "softirq", "steal"};
enum { IDLE = 3, IOWAIT = 4 };

bool proc_read_stat(struct slice text, struct proc_cpu *out)
{
    struct proc_cpu cpu = {0};
    bool found = false;

    while (text.len > 0) {
        struct slice line = slice_cut(&text, '\n');
        const struct slice name = slice_cut(&line, ' ');
        if (!slice_starts(name, SLICE("cpu")))
            break;
        if (name.len > 3)
            continue;
        for (int i = 0; i < PROC_MODES; i++) {
            if (!read_number(&line, &cpu.ticks[i]))
                return false;
            cpu.all += cpu.ticks[i];
            cpu.busy += i == IDLE || i == IOWAIT ? 0 : cpu.ticks[i];
        }
        found = true;
    }
    if (found)
        *out = cpu;
    return found;
}

bool proc_read_meminfo(struct slice text, struct proc_memory *out)
{
    struct proc_memory memory = {0};

    while (text.len > 0) {
        struct slice line = slice_cut(&text, '\n');
        const struct slice name = slice_cut(&line, ':');
        int64_t *into = slice_is(name, "MemTotal")       ? &memory.total
                        : slice_is(name, "MemAvailable") ? &memory.available
                                                         : NULL;
        if (into != NULL && !read_number(&line, into))
            return false;
    }
    if (memory.total <= 0)
        return false;
    *out = memory;
    return true;
}

bool proc_read_oom_kills(struct slice text, int64_t *out)
{
    while (text.len > 0) {
        struct slice line = slice_cut(&text, '\n');
        if (slice_is(slice_cut(&line, ' '), "oom_kill"))
            return read_number(&line, out);
    }
    return false;
}

bool proc_read_file(const char *proc_path, const char *name, char room[PROC_FILE_MAX + 1],
                    struct slice *out)
{
    char path[PATH_MAX];
    size_t len = 0;
    ssize_t got;

    if ((size_t)snprintf(path, sizeof path, "%s/%s", proc_path, name) >= sizeof path)
        return false;
    auto_close int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return false;
    while (len < PROC_FILE_MAX && (got = read(fd, room + len, PROC_FILE_MAX - len)) > 0)
        len += (size_t)got;
    room[len] = '\0';
    *out = (struct slice){room, len};
    return len > 0;
}
