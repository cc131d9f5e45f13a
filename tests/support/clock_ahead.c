// SPDX-License-Identifier: MIT
/* Preloaded into programs whose days a test lets pass: the time of day is ahead by so many
 * microseconds as the file CLOCK_AHEAD_FILE contains, a number of 8 bytes that the test changes at
 * any time. Monotonic clocks run as ever. */
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

enum { NS_PER_US = 1000, US_PER_S = 1000000 };

static const volatile int64_t *ahead;

__attribute__((constructor)) static void map_file(void)
{
    const char *path = getenv("CLOCK_AHEAD_FILE");
    const int file = path != NULL ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    void *found =
        file >= 0 ? mmap(NULL, sizeof *ahead, PROT_READ, MAP_SHARED, file, 0) : MAP_FAILED;

    if (file < 0 || found == MAP_FAILED)
        abort();
    ahead = found;
    close(file);
}

int clock_gettime(clockid_t clock, struct timespec *at)
{
    const long result = syscall(SYS_clock_gettime, clock, at);

    if (result == 0 && ahead != NULL &&
        (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) {
        const int64_t us = *ahead + at->tv_nsec / NS_PER_US;
        at->tv_sec += us / US_PER_S;
        at->tv_nsec = us % US_PER_S * NS_PER_US;
    }
    return (int)result;
}

int gettimeofday(struct timeval *restrict at, void *restrict zone)
{
    struct timespec now;

    (void)zone;
    clock_gettime(CLOCK_REALTIME, &now);
    *at = (struct timeval){now.tv_sec, now.tv_nsec / NS_PER_US};
    return 0;
}

time_t time(time_t *out)
{
    struct timespec now;

    clock_gettime(CLOCK_REALTIME, &now);
    if (out != NULL)
        *out = now.tv_sec;
    return now.tv_sec;
}
