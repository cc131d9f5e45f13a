// SPDX-License-Identifier: MIT
/* Signals as events of the loop: they are blocked, and read from a signalfd. */
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "loop/loop_private.h"

static void on_signals_readable(void *data, uint32_t events)
{
    struct loop_signals *signals = data;
    struct signalfd_siginfo info;

    (void)events;
    while (read(signals->watch.fd, &info, sizeof info) == (ssize_t)sizeof info) {
        for (size_t i = 0; i < signals->count; i++) {
            if (signals->entries[i].signo == (int)info.ssi_signo)
                signals->entries[i].handle(signals->entries[i].data, (int)info.ssi_signo);
        }
    }
}

static bool fault_signal_refused(struct fault *fault)
{
    return fault_set(fault, FAULT_INTERNAL, "signal_refused", "A signal cannot be watched: %s.",
                     strerrordesc_np(errno));
}

static bool watch_signals(struct loop *loop, const sigset_t *set, struct fault *fault)
{
    struct loop_signals *signals = &loop->signals;
    const int fd = signalfd(signals->watch.fd, set, SFD_NONBLOCK | SFD_CLOEXEC);

    if (fd < 0)
        return fault_signal_refused(fault);
    if (signals->watch.fd >= 0)
        return true;
    if (loop_watch_add(loop, &signals->watch, fd, EPOLLIN, on_signals_readable, signals, fault))
        return true;
    close(fd);
    return false;
}

bool loop_on_signal(struct loop *loop, int signo, void (*handle)(void *data, int signo), void *data,
                    struct fault *fault)
{
    struct loop_signals *signals = &loop->signals;
    sigset_t set = signals->set;

    if (signals->count == LOOP_SIGNALS_MAX)
        return fault_set(fault, FAULT_INTERNAL, "signal_refused", "Too many signals are watched.");
    if (sigaddset(&set, signo) != 0 || pthread_sigmask(SIG_BLOCK, &set, NULL) != 0)
        return fault_signal_refused(fault);
    if (!watch_signals(loop, &set, fault))
        return false;
    signals->set = set;
    signals->entries[signals->count++] = (struct loop_signal){signo, handle, data};
    return true;
}

void loop_signals_finish(struct loop *loop)
{
    const int fd = loop->signals.watch.fd;

    if (fd < 0)
        return;
    loop_watch_remove(loop, &loop->signals.watch);
    close(fd);
}
