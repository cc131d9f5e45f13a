// SPDX-License-Identifier: MIT
/* An index in Qdrant whose server is the test's own (unit/telegram/peer.h). */
#pragma once

#include "in_fiber.h"
#include "vectors/qdrant_index.h"

enum { DIMENSIONS = 3, PATIENT_MS = 60000 };

/* Of each test, with the results of its last call. */
extern char url[64];
extern struct vector_index qdrant;
extern struct vector_index_state state;
extern struct vector_hit hits[VECTOR_HITS_MAX];
extern size_t found;
/* Of the index, without a connection. */
extern const struct qdrant_client client;

void make_index(int64_t timeout_ms);
void qdrant_begin(void);
void qdrant_end(void);

/* --- calls --- */

/* In a fiber; reads the state afterwards. */
bool asked(bool (*body)(void));
bool ask_nearest(void);
bool put_two(void);
/* Compares an empty collection with an empty table. */
bool compare(void);

/* --- answers of the server --- */

#define SAYS(status, body)                                                                         \
    {                                                                                              \
        PEER_ANSWERS, (status), NULL, (body)                                                       \
    }
#define GREETS(version) SAYS(200, "{\"title\":\"qdrant\",\"version\":\"" version "\"}")
#define IS_LIKE(size, generation)                                                                  \
    SAYS(200, "{\"result\":{\"config\":{\"params\":{\"vectors\":{\"size\":" size                   \
              ",\"distance\":\"Cosine\"}},\"metadata\":{\"generation\":\"" generation "\"}}}}")
#define DONE                                                                                       \
    SAYS(200, "{\"result\":{\"operation_id\":1,\"status\":\"completed\"},\"status\":\"ok\"}")
#define ALL_DONE SAYS(200, "{\"result\":[{\"operation_id\":1,\"status\":\"completed\"}]}")
#define NONE_SUCH                                                                                  \
    SAYS(404, "{\"status\":{\"error\":\"Not found: Collection `c1` doesn't exist!\"}}")
#define SEVEN_TIMES(step) step, step, step, step, step, step, step
#define OPENS             GREETS("1.18.2"), IS_LIKE("3", "g1"), SEVEN_TIMES(DONE)
enum { OPENING = 9 };
#define TWO_HITS                                                                                   \
    SAYS(200, "{\"result\":{\"points\":[{\"id\":2,\"score\":0.9},{\"id\":1,\"score\":0.8}]}}")

#define NO_POINTS SAYS(200, "{\"result\":{\"points\":[],\"next_page_offset\":null}}")

#define PEER_SAYS(...)                                                                             \
    do {                                                                                           \
        const struct peer_step steps_[] = {__VA_ARGS__};                                           \
        peer_says(steps_, COUNT(steps_));                                                          \
    } while (0)
