// SPDX-License-Identifier: MIT
/* An HTTP client for tests: sends raw bytes and returns answers, without hiding anything of the
 * protocol. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { CLIENT_ANSWER_MAX = 512 * 1024 };

struct client {
    int fd;
    char *bytes; /* received and not yet returned as an answer */
    size_t len;
};

struct answer {
    int status;      /* 0: no answer before the end of the connection or the time limit */
    bool closed;     /* the connection was closed instead of an answer */
    char head[4096]; /* NUL-terminated */
    char *body;      /* NUL-terminated; freed by answer_finish() */
    size_t body_len;
};

void client_open(struct client *client, uint16_t port);
/* client_open() in two steps, and a variant that returns false if the connection is refused. */
void client_reserve(struct client *client);
void client_connect(struct client *client, uint16_t port);
bool client_try_open(struct client *client, uint16_t port);
void client_close(struct client *client);
void client_reset(struct client *client); /* closes it without a regular end */
void client_send(struct client *client, const char *bytes, size_t len);
void client_text(struct client *client, const char *text);
/* Reads one answer within `ms`. `head`: no body follows, whatever the headers contain. */
void client_read(struct client *client, bool head, int ms, struct answer *answer);
/* Returns true if the server closes the connection within `ms`; discards what it sends. */
bool client_sees_end(struct client *client, int ms);
void answer_finish(struct answer *answer);
/* The value of a header, "" if it is missing. Static. */
const char *answer_header(const struct answer *answer, const char *name);

/* Sends one request on a new connection and returns the status; the body is discarded. */
int client_status(uint16_t port, const char *bytes, bool *closed);
