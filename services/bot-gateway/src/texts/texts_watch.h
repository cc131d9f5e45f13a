// SPDX-License-Identifier: MIT
/* The texts and settings that are used. Every few seconds it is asked whether the tables
 * `bot_messages` and `bot_settings` have changed; then they are read, and what is in memory is
 * replaced as a whole. Before the first look, and where a row cannot be used, what is built in is
 * used.
 *
 * The first look writes what is built in to the tables. A row that is not used is logged when the
 * tables have changed ("text_refused": key and reason, not the text); their number is the gauge
 * texts_refused. */
#pragma once

#include "api/service.h"

#include "texts/text_tables.h"

struct texts_watch;

/* Returns new, which knows what is built in. One for the process. */
struct texts_watch *texts_watch_create(struct service *service, struct fault *fault);
/* Looks from now on every so often, the first time at once, until texts_watch_destroy(). */
bool texts_watch_begin(struct texts_watch *watch, int64_t every_ms, struct fault *fault) MUST_CHECK;
void texts_watch_destroy(struct texts_watch *watch); /* takes NULL */

/* Looks now, for tests; in a fiber. */
bool texts_watch_look(struct texts_watch *watch, struct fault *fault) MUST_CHECK;

/* Of one kind of bot; of no watch what is built in. Borrowed until the caller waits for anything.
 */
const struct texts *texts_watch_texts(const struct texts_watch *watch, enum bot_type type);
const struct bot_settings *texts_watch_settings(const struct texts_watch *watch,
                                                enum bot_type type);
