// SPDX-License-Identifier: MIT
/* A server of a test's own on the loopback: a thread takes the connections, and each has a thread
 * to itself. (CMake: tapbot_visitors.) */
#pragma once

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

struct visitors {
    int port;
    atomic_int connections; /* so far */
    /* Of visitors.c. */
    atomic_int here; /* connections that are still served */
    int listening;
    pthread_t thread;
    void (*visit)(void *data, int fd);
    void *data;
};

/* `visit` is called for each connection, in a thread of it, and may use `visitors` while
 * visitors_stop() has not ended; the socket is closed behind it. `address` of the loopback:
 * "127.0.0.1". `port` 0: any; nobody else listens on it later, when connections are refused. */
void visitors_start(struct visitors *visitors, const char *address, int port,
                    void (*visit)(void *data, int fd), void *data);
/* Closes the listener, once. Connections have a moment to end; those that do not go on. */
void visitors_stop(struct visitors *visitors);

/* All of it. False: the other side has gone. */
bool say_all(int fd, const void *text, size_t len);
/* A request of HTTP with its body (Content-Length) into `out` of `size` bytes, with a NUL; its
 * length, or 0: the connection has ended, or there is no room. */
size_t hear_request(int fd, char *out, size_t size);
