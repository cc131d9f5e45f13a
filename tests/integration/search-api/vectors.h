// SPDX-License-Identifier: MIT
/* An index beside the table that it follows. Vectors have two dimensions; each number has a
 * direction of its own. */
#pragma once

#include "stand.h"
#include "vectors/synchroniser.h"

enum { FOLLOWING_MEMORY = 4 << 20 };

extern struct synchroniser *synchroniser;

#define SYNCHRONISER_TEST(name, body)                                                              \
    static void body##_in_fiber(void *data)                                                        \
    {                                                                                              \
        synchroniser = stand_follower(FOLLOWING_MEMORY);                                           \
        body(data);                                                                                \
        stand_follower_stop(synchroniser);                                                         \
    }                                                                                              \
    START_TEST(name)                                                                               \
    {                                                                                              \
        stand_run(body##_in_fiber, NULL);                                                          \
    }                                                                                              \
    END_TEST

/* Its key follows from the model's name. */
void add_generation(const char *model, const char *state);
/* Documents "d1", "d2", ... of one tenant. */
void add_documents(int first, int last);
/* Of the documents of those ids, for the generation of this model. */
void add_vectors(const char *model, int first, int last);
/* Both, for the model "one". */
void add(int first, int last);
long long number_of(int id);

bool sync_once(struct fault *fault);
/* A run that the database has ended for its length is repeated, as the service's clock repeats it:
 * the whole machine may stand still for a second. */
void follow(void);
/* How many fit; -1: none can be searched. */
int64_t count_of(const struct vector_filter *filter);
/* What other suites have open holds changes back. */
void sync_until(int64_t count);
/* All, or those of a chat. */
struct vector_filter filter_of(int64_t chat_id);
/* The number of the one nearest to the direction of this id. */
int64_t nearest_to(int id);
