// SPDX-License-Identifier: MIT
/* The server of the openssl command, which answers GET with a page about itself. */
#pragma once

#include <sys/types.h>

/* Listens when it returns; 0: the command is missing. `path` as of certificate_make(). */
pid_t tls_server_start(const char *path, int *port);
void tls_server_stop(pid_t server);
