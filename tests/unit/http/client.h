// SPDX-License-Identifier: MIT
/* Raw bytes in, answers out: what a test needs of an HTTP client, and nothing it would hide. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { CLIENT_ANSWER_MAX = 512 * 1024 };

struct client {
    int fd;
    char *bytes; /* received, not yet read as an answer */
    size_t len;
};

struct answer {
    int status;      /* 0: none came before the end or the time */
    bool closed;     /* the connection ended instead of an answer */
    char head[4096]; /* with NUL */
    char *body;      /* with NUL; freed by answer_finish() */
    size_t body_len;
};

void client_open(struct client *client, uint16_t port);
/* The two halves of it, and one that returns false if the connection is refused. */
void client_reserve(struct client *client);
void client_connect(struct client *client, uint16_t port);
bool client_try_open(struct client *client, uint16_t port);
void client_close(struct client *client);
void client_send(struct client *client, const char *bytes, size_t len);
void client_text(struct client *client, const char *text);
/* Reads one answer within `ms`. `head` says that no body follows whatever the headers say. */
void client_read(struct client *client, bool head, int ms, struct answer *answer);
/* True when the other side ends within `ms` (what still comes is thrown away). */
bool client_sees_end(struct client *client, int ms);
void answer_finish(struct answer *answer);
/* The value of a header, "" when it is not there. Static. */
const char *answer_header(const struct answer *answer, const char *name);

/* One connection, one request, one answer's status; the body is thrown away. */
int client_status(uint16_t port, const char *bytes, size_t len, bool *closed);
