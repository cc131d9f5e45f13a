// SPDX-License-Identifier: MIT
/* A migrated database, the running notes service, keys; requests and questions to both. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

enum { ANSWER_MAX = 16 * 1024, KEY_TEXT_MAX = 64 };

struct answer {
    long status;
    char body[ANSWER_MAX];
    char headers[ANSWER_MAX];
};

extern char key_all[KEY_TEXT_MAX];   /* client "one", all scopes */
extern char key_other[KEY_TEXT_MAX]; /* client "two" of the same tenant */

/* Unchecked fixture: a fresh database, service up and ready, keys made. */
void notes_begin(void);
/* SIGTERM; the service must end with 0. */
void notes_end(void);

/* The binary with these words (NULL-terminated); its exit code, its output in `out`. */
int notes_run(const char *const *words, char *out, size_t room);
pid_t notes_start(void);
/* How often these words are in the log of the copy that was started last. */
int notes_logged(const char *words);
/* Sets DATABASE_URL for the runtime role, or for another with the password "notes". */
void notes_database(void);
void notes_database_as(const char *role);
/* From now on copies are started at, and asked on, this port; the other form takes a free one and
 * gives the one before. */
void notes_port(int number);
int notes_other_port(void);
/* Its exit code; -1 when it does not end in time. */
int notes_wait(pid_t pid, int limit_ms);
bool notes_ready(int limit_ms);
/* PostgreSQL takes no connections to this suite's database and ends those there are, or takes them
 * again. */
void notes_database_away(bool away);
/* A new key; `more` are further words. */
void notes_key(const char *client, const char *scopes, const char *const *more,
               char key[KEY_TEXT_MAX]);

/* `headers` are "Name: value" lines, NULL-terminated, or NULL. */
void ask(const char *method, const char *path, const char *key, const char *const *headers,
         const char *body, struct answer *answer);
/* The value of a header of the answer, or NULL. */
const char *header(const struct answer *answer, const char *name);
#define HEADERS(...) ((const char *const[]){__VA_ARGS__, NULL})

/* First column of the first row as text; fails the test on an error. */
const char *sql(const char *text);
long sql_long(const char *text);
/* A transaction that stays open after this statement, until one of the two that follow. */
void *sql_hold(const char *text);
void sql_commit(void *held);
void sql_release(void *held); /* rolls back */
