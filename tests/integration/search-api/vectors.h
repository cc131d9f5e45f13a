// SPDX-License-Identifier: MIT
/* An index and the table with which it synchronises. Vectors have two dimensions; each number has a
 * direction of its own. */
#pragma once

#include "stand.h"
#include "vectors/synchroniser.h"

extern struct synchroniser *synchroniser;

/* stand_begin() and stand_finish(), with `synchroniser`. */
void vectors_begin(void);
void vectors_finish(void);

/* Its key follows from the model's name. */
void add_generation(const char *model, const char *state);
/* Documents "d1", "d2", ... of one tenant. */
void add_documents(int first, int last);
/* Of the documents with those ids, for the generation of this model. */
void add_vectors(const char *model, int first, int last);
/* Both, for the model "one". */
void add(int first, int last);
long long number_of(int id);

bool sync_once(struct fault *fault);
/* Repeats a run that the database has cancelled for its timeout, as the periodic task does: the
 * whole machine may pause for a second. */
void follow(void);
/* How many rows match, at most VECTOR_HITS_MAX; NULL: all rows. -1: no index. */
int64_t count_of(const struct vector_filter *filter);
/* Open transactions of other suites delay changes. */
void sync_until(int64_t count);
/* Generation "one" serves, with `count` vectors that are synchronised. */
void serve_one(int count);
/* All rows, or those of a chat. */
struct vector_filter filter_of(int64_t chat_id);
/* The number of the row nearest to the direction of this id. */
int64_t nearest_to(int id);
