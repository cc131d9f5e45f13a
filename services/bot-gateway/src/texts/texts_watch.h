// SPDX-License-Identifier: MIT
/* The current texts and settings. Every few seconds a stamp shows whether the tables `bot_messages`
 * and `bot_settings` have changed; then they are read again, and the texts in memory are replaced
 * as a whole. Before the first read, and for rows that are invalid, the built-in texts are used.
 *
 * The first run writes the built-in texts to the tables. An invalid row is logged after a change of
 * the tables ("text_refused": key and reason, not the text); the number of such rows is the gauge
 * texts_refused. */
#pragma once

#include "api/service.h"

#include "texts/text_store.h"

struct texts_watch;

/* Returns new, with the built-in texts. One per process. Rereads the tables every `every_ms`, the
 * first time at once. */
struct texts_watch *texts_watch_start(struct service *service, int64_t every_ms,
                                      struct fault *fault);
void texts_watch_stop(struct texts_watch *watch); /* takes NULL */

/* Rereads the tables if they have changed; the task's periodic_fn. Tests call it in a fiber. */
bool texts_watch_reload_if_changed(void *watch, struct fault *fault) MUST_CHECK;

/* A positive number that rises whenever the texts are replaced. */
int64_t texts_watch_version(const struct texts_watch *watch);
/* The texts, and the settings, of a type of bot. Borrowed until the caller waits. */
const struct texts *texts_watch_texts(const struct texts_watch *watch, enum bot_type type);
const struct bot_settings *texts_watch_settings(const struct texts_watch *watch,
                                                enum bot_type type);
/* Sets texts and settings, valid as long as the arena. */
bool texts_watch_retain_for_arena(const struct texts_watch *watch, enum bot_type type,
                                  struct arena *arena, const struct texts **texts,
                                  const struct bot_settings **settings,
                                  struct fault *fault) MUST_CHECK;
