// SPDX-License-Identifier: MIT
/* A child that ends when its parent does: after a failed check without forked tests (CK_FORK=no)
 * nothing ends it, and it would keep its output open for the reader. */
#pragma once

#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

/* As fork(). */
static inline pid_t child_fork(void)
{
    const pid_t parent = getpid();
    const pid_t pid = fork();

    if (pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (getppid() != parent)
            _exit(127);
    }
    return pid;
}
