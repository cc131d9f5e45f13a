// SPDX-License-Identifier: MIT
/* Bodies of any size, with a Content-Length or chunked; every body begins alike. */
#pragma once

#include "suite.h"

enum { PIECE = 100 * 1000, MIB = 1024 * 1024 };

static inline char byte_of_body(size_t i)
{
    return (char)('a' + i % PIECE % 26);
}

static inline const char *piece_of_body(void)
{
    static char piece[PIECE];
    for (size_t i = 0; i < PIECE && piece[PIECE - 1] == '\0'; i++)
        piece[i] = byte_of_body(i);
    return piece;
}

/* `headers`: lines of the request's own. */
static inline void send_head(struct client *client, const char *path, const char *headers,
                             size_t size, bool chunked)
{
    char head[512];
    char framing[64] = "Transfer-Encoding: chunked";
    if (!chunked)
        snprintf(framing, sizeof framing, "Content-Length: %zu", size);
    snprintf(head, sizeof head, "POST /v1/%s HTTP/1.1\r\n" HOST "%s%s\r\n\r\n", path, headers,
             framing);
    client_text(client, head);
}

static inline void send_chunk(struct client *client, const char *bytes, size_t len, bool chunked)
{
    char line[32];
    snprintf(line, sizeof line, "%zx\r\n", len);
    if (chunked)
        client_text(client, line);
    client_send(client, bytes, len);
    if (chunked)
        client_text(client, "\r\n");
}

/* The first `size` bytes of a body, in chunks of at most `most`, without the end of chunks. */
static inline void send_body(struct client *client, size_t size, size_t most, bool chunked)
{
    for (size_t sent = 0; sent < size;) {
        size_t at = sent % PIECE;
        size_t len = size - sent < PIECE - at ? size - sent : PIECE - at;
        len = len < most ? len : most;
        send_chunk(client, piece_of_body() + at, len, chunked);
        sent += len;
    }
}

static inline void leave(bool by_reset)
{
    by_reset ? client_reset(&conn) : client_close(&conn);
}

static inline void end_body(struct client *client, bool chunked)
{
    client_text(client, chunked ? "0\r\n\r\n" : "");
}
