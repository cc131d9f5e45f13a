// SPDX-License-Identifier: MIT
/* For single-threaded suites linked with --wrap=epoll_wait. While the clock is frozen the loop does
 * not wait; the clock advances by the time that it would have waited. An iteration without a wait
 * takes a microsecond. */
#pragma once

#include <errno.h>
#include <sys/epoll.h>

#include "base/now.h"

static inline void hold_clock(void)
{
    now_freeze(0, INT64_C(1000000000000));
}

/* The next wait is interrupted for this long, as by SIGSTOP and SIGCONT; 0: it is not. */
static int64_t interrupt_us;

int __real_epoll_wait(int epoll, struct epoll_event *events, int max, int wait_ms);
int __wrap_epoll_wait(int epoll, struct epoll_event *events, int max, int wait_ms);
int __wrap_epoll_wait(int epoll, struct epoll_event *events, int max, int wait_ms)
{
    if (interrupt_us > 0) {
        now_advance_us(interrupt_us);
        interrupt_us = 0;
        errno = EINTR;
        return -1;
    }
    const int count = __real_epoll_wait(epoll, events, max, 0);

    now_advance_us(count == 0 && wait_ms > 0 ? wait_ms * US_PER_MS : 1);
    return count;
}
