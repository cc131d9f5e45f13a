// SPDX-License-Identifier: MIT
/* Servers of tests as children of the suite: tests/support/smtp_sink.py, and the stand-in for
 * Telegram with what people do there. And a loop that runs until something is so. */
#pragma once

#include <sys/types.h>

#include <jansson.h>

#include "loop/work.h"

enum { SERVERS_PATH = 256, SERVERS_TEXT = 16 * 1024 };

extern struct loop *loop;
extern struct work *work;
extern char servers_folder[SERVERS_PATH];                                 /* empty, of this test */
extern char servers_certificate[SERVERS_PATH], servers_key[SERVERS_PATH]; /* of localhost */

void servers_begin(void);   /* loop, work, folder */
void servers_certify(void); /* makes the certificate */
void servers_end(void);     /* what runs is ended */

/* Starts a program that tells where it listens; its port. `words` end with NULL. */
int server_start(const char *const *words);
/* Ends all that were started. */
void servers_stop(void);

/* The sink with these options; its port. */
int sink_start(const char *const *options);
/* Mail `number`, from 1, or NULL: it has not come. Borrowed until the next call. */
const char *sink_mail(int number);
/* The body of a mail, decoded. Borrowed until the next call. */
const char *sink_body(const char *mail);
/* Whether a client has ever said this. */
bool sink_received(const char *words);

/* tests/support/http_sink.py with these options, which end with NULL; its port. */
int http_sink_start(const char *const *options);
/* Request `number`, from 1: first line, headers, body. NULL: it has not come. Borrowed until the
 * next call. */
const char *http_sink_request(int number);

/* The stand-in with one bot; its root stays. */
void telegram_start(const char *token);
extern char telegram_root[SERVERS_PATH];
/* Returns new: the answer of /control/<what>. `body` NULL: GET; "": DELETE. */
json_t *telegram_control(const char *what, const char *body);
/* The newest message of a chat but `back`, or NULL; returns new. */
json_t *telegram_message(long long chat, size_t back);
size_t telegram_messages(long long chat);

void run_loop(int ms); /* for so long */
/* Runs `body` in a fiber to its end. */
void run_fiber(void (*body)(void *data), void *data);
