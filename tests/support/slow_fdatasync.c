// SPDX-License-Identifier: MIT
/* Preloaded into PostgreSQL: each fdatasync takes SLOW_FDATASYNC_US longer, as on a usual cloud
 * disk; while the file FAIL_FDATASYNC_FILE exists it fails, as on one that is broken. */
#include <dlfcn.h>
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

int fdatasync(int fd)
{
    static int (*real)(int);
    static useconds_t delay;
    static const char *broken;

    if (real == NULL) {
        const char *text = getenv("SLOW_FDATASYNC_US");
        delay = text != NULL ? (useconds_t)atoi(text) : 2000;
        broken = getenv("FAIL_FDATASYNC_FILE");
        *(void **)&real = dlsym(RTLD_NEXT, "fdatasync");
    }
    if (broken != NULL && access(broken, F_OK) == 0) {
        errno = EIO;
        return -1;
    }
    usleep(delay);
    return real(fd);
}
