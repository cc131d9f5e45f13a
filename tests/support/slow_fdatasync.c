// SPDX-License-Identifier: MIT
/* Preloaded into PostgreSQL: each fdatasync takes SLOW_FDATASYNC_US longer, as on a usual cloud
 * disk. */
#include <dlfcn.h>
#include <stdlib.h>
#include <unistd.h>

int fdatasync(int fd)
{
    static int (*real)(int);
    static useconds_t delay;
    if (real == NULL) {
        const char *text = getenv("SLOW_FDATASYNC_US");
        delay = text != NULL ? (useconds_t)atoi(text) : 2000;
        *(void **)&real = dlsym(RTLD_NEXT, "fdatasync");
    }
    usleep(delay);
    return real(fd);
}
