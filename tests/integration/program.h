// SPDX-License-Identifier: MIT
/* A service as a running program: a migrated database of the suite's own, which is also the
 * database of the SQL functions of stand.h; an instance, keys, requests. tapbot_program_test() of
 * tests/CMakeLists.txt names the program. */
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

/* For program_ask(). */
extern struct reply answer;
extern char key_all[KEY_TEXT_MAX];   /* client "one", all scopes */
extern char key_other[KEY_TEXT_MAX]; /* client "two" of the same tenant */

/* Unchecked fixture: a new database, a ready instance, keys. */
void program_begin(void);
/* Sends SIGTERM; the service must exit with 0. */
void program_end(void);

/* Runs the program with these arguments (NULL-terminated); returns its exit code, with its output
 * in `out`. */
int program_run(const char *const *words, char *out, size_t room);
pid_t program_start(void);
/* Number of occurrences of `words` in the log of the instance last started at this port. */
int program_logged(const char *words);
/* Waits for them: the log is written once a second, or less often on a busy machine. */
void program_logs(const char *words);
/* Sets DATABASE_URL for the runtime role, or for another with PROGRAM_PASSWORD. */
void program_database(void);
void program_database_as(const char *role);
/* Sets the port at which instances are started and to which requests are sent. program_other_port()
 * takes a free one and returns the previous one. */
void program_port(int number);
int program_other_port(void);
/* Waits until the process ends; returns its exit code. */
int program_wait(pid_t pid);
/* Sends SIGTERM; the process must exit with 0. */
void program_stop(pid_t pid);
/* Waits until the instance at this port is ready. */
void program_ready(void);
/* With true, PostgreSQL ends all connections to this suite's database and refuses new ones; with
 * false, it accepts them again. */
void program_database_away(bool away);
/* Creates a key; `more` are further arguments. */
void program_key(const char *client, const char *scopes, const char *const *more,
                 char key[KEY_TEXT_MAX]);

/* `headers` are "Name: value" lines, NULL-terminated, or NULL. */
void program_ask(const char *method, const char *path, const char *key, const char *const *headers,
                 const char *body, struct reply *reply);
/* The value of a header of the answer, or NULL. */
const char *program_header(const struct reply *reply, const char *name);
bool program_has_code(const struct reply *reply, const char *code);
#define HEADERS(...) ((const char *const[]){__VA_ARGS__, NULL})
