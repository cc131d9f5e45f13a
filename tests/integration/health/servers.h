// SPDX-License-Identifier: MIT
/* Servers as children of the suite: tests/support/smtp_sink.py, and a fake Telegram with the
 * actions of its users. And a loop that runs until a condition holds. */
#pragma once

#include <sys/types.h>

#include "loop/work.h"

#include "support/json_at.h"
#include "support/test.h"

enum { SERVERS_PATH = 256, SERVERS_TEXT = 16 * 1024 };

extern struct loop *loop;
extern struct work *work;
extern char servers_folder[SERVERS_PATH];                                 /* empty, of this test */
extern char servers_certificate[SERVERS_PATH], servers_key[SERVERS_PATH]; /* of localhost */

void servers_begin(void);   /* loop, work, folder */
void servers_certify(void); /* creates the certificate */
void servers_end(void);     /* stops all servers */

/* Stops all started programs. */
void servers_stop(void);

/* Starts the sink with these options and returns its port. */
int sink_start(const char *const *options);
/* Mail `number`, from 1; NULL: not received yet. Borrowed until the next call. */
const char *sink_mail(int number);
/* The decoded body of a mail. Borrowed until the next call. */
const char *sink_body(const char *mail);
/* Whether the sink has received this from a client. */
bool sink_received(const char *words);

/* Starts tests/support/http_sink.py with these options, which end with NULL; returns its port. */
int http_sink_start(const char *const *options);
/* Request `number`, from 1: first line, headers, body. NULL: not received yet. Borrowed until the
 * next call. */
const char *http_sink_request(int number);

/* Starts the fake with one bot; its root stays the same. */
void telegram_start(const char *token);
extern char telegram_root[SERVERS_PATH];
/* Returns new: the answer of /control/<what>. `body` NULL: GET; "": DELETE. */
json_t *telegram_control(const char *what, const char *body);
/* The same; `body` as for as_json(). */
void telegram_do(const char *what, const char *body);
/* Returns new: the message `back` messages before the newest one of a chat, or NULL. */
json_t *telegram_message(long long chat, size_t back);
size_t telegram_messages(long long chat);

void run_loop(int ms); /* maximum time */
/* Runs `body` in a fiber to its end. */
void run_fiber(void (*body)(void *data), void *data);
