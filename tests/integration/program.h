// SPDX-License-Identifier: MIT
/* A service as the program that it is: a migrated database of the suite's own, to which the SQL of
 * the stand goes, a running instance, keys, requests. tapbot_program_test() of tests/CMakeLists.txt
 * names the program. */
#pragma once

#include <sys/types.h>

#include "integration/stand.h"

#define PROGRAM_PASSWORD "secret"

enum { REPLY_MAX = 16 * 1024, KEY_TEXT_MAX = 64 };

struct reply {
    long status;
    char body[REPLY_MAX];
    char headers[REPLY_MAX];
};

extern char key_all[KEY_TEXT_MAX];   /* client "one", all scopes */
extern char key_other[KEY_TEXT_MAX]; /* client "two" of the same tenant */

/* Unchecked fixture: a fresh database, service up and ready, keys made. */
void program_begin(void);
/* SIGTERM; the service must end with 0. */
void program_end(void);

/* The binary with these words (NULL-terminated); its exit code, its output in `out`. */
int program_run(const char *const *words, char *out, size_t room);
pid_t program_start(void);
/* Number of occurrences of these words in the log of the instance last started at this port. */
int program_logged(const char *words);
/* Waits for them: the log is written every second, and later on a loaded machine. */
void program_logs(const char *words);
/* Sets DATABASE_URL for the runtime role, or for another with PROGRAM_PASSWORD. */
void program_database(void);
void program_database_as(const char *role);
/* Instances are started at, and requests sent to, this port from now on; the other form takes a
 * free one and gives the one before. */
void program_port(int number);
int program_other_port(void);
/* Waits until it ends; its exit code. */
int program_wait(pid_t pid);
/* SIGTERM: it must end with 0. */
void program_stop(pid_t pid);
/* Waits until the instance at this port is ready. */
void program_ready(void);
/* PostgreSQL takes no connections to this suite's database and ends those there are, or takes them
 * again. */
void program_database_away(bool away);
/* A new key; `more` are further words. */
void program_key(const char *client, const char *scopes, const char *const *more,
                 char key[KEY_TEXT_MAX]);

/* `headers` are "Name: value" lines, NULL-terminated, or NULL. */
void program_ask(const char *method, const char *path, const char *key, const char *const *headers,
                 const char *body, struct reply *reply);
/* The value of a header of the answer, or NULL. */
const char *program_header(const struct reply *reply, const char *name);
#define HEADERS(...) ((const char *const[]){__VA_ARGS__, NULL})
