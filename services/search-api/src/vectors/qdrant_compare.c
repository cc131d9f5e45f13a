// SPDX-License-Identifier: MIT
#include "vectors/qdrant_compare.h"

#include "base/auto.h"
#include "base/value.h"

#include "vectors/qdrant_index_private.h"

/* What one step has read and collected, which it gives away in batches. */
struct step {
    const struct vector_index *index;
    const struct qdrant_truth *truth;
    struct qdrant_compared *told;
    int64_t sent[QDRANT_BATCH], dropped[QDRANT_BATCH];
    size_t send_count, drop_count;
    struct qdrant_known theirs[QDRANT_PAGE], ours[QDRANT_PAGE];
};

static bool drop_now(struct step *step, struct fault *fault)
{
    const size_t count = step->drop_count;

    step->drop_count = 0;
    return count == 0 || step->index->kind->drop(step->index->self, step->dropped, count, fault);
}

/* What is newer than the row is taken away first: Qdrant refuses to go back. */
static bool send_now(struct step *step, struct fault *fault)
{
    const size_t count = step->send_count;

    step->send_count = 0;
    return drop_now(step, fault) &&
           (count == 0 || step->truth->send(step->truth->self, step->sent, count, fault));
}

static bool send_later(struct step *step, int64_t number, struct fault *fault)
{
    if (step->send_count == QDRANT_BATCH && !send_now(step, fault))
        return false;
    step->sent[step->send_count++] = number;
    return true;
}

static bool drop_later(struct step *step, int64_t number, struct fault *fault)
{
    if (step->drop_count == QDRANT_BATCH && !drop_now(step, fault))
        return false;
    step->dropped[step->drop_count++] = number;
    return true;
}

/* Somebody who was erased may be in it, so it goes, however many there are: PostgreSQL is right,
 * and what it has too few of Qdrant cannot give back. */
static bool orphan(struct step *step, int64_t number, struct fault *fault)
{
    step->told->orphans++;
    return drop_later(step, number, fault);
}

/* Both have it. */
static bool both(struct step *step, const struct qdrant_known *theirs,
                 const struct qdrant_known *ours, struct fault *fault)
{
    if (theirs->revision == ours->revision)
        return true;
    if (theirs->revision > ours->revision) {
        step->told->newer++;
        if (!drop_later(step, ours->number, fault))
            return false;
    } else {
        step->told->older++;
    }
    return send_later(step, ours->number, fault);
}

/* Both pages, in the order of their numbers. */
static bool merge(struct step *step, size_t theirs, size_t ours, struct fault *fault)
{
    size_t at = 0;

    for (size_t i = 0; i < ours; i++) {
        const struct qdrant_known *row = &step->ours[i];
        for (; at < theirs && step->theirs[at].number < row->number; at++)
            if (!orphan(step, step->theirs[at].number, fault))
                return false;
        if (at < theirs && step->theirs[at].number == row->number) {
            if (!both(step, &step->theirs[at++], row, fault))
                return false;
            continue;
        }
        step->told->missing++;
        if (!send_later(step, row->number, fault))
            return false;
    }
    for (; at < theirs; at++)
        if (!orphan(step, step->theirs[at].number, fault))
            return false;
    return send_now(step, fault);
}

static bool take_step(struct step *step, struct qdrant_index *self, struct fault *fault)
{
    struct qdrant_compared *told = step->told;
    size_t theirs, ours;
    bool more;

    if (!qdrant_index_ready(self, fault))
        return false;
    if (told->begun == 0)
        told->begun = self->begun;
    if (!qdrant_index_list(self, told->after, step->theirs, &theirs, &more, fault))
        return false;
    int64_t until = more ? step->theirs[theirs - 1].number : INT64_MAX;
    if (!step->truth->list(step->truth->self, told->after, until, step->ours, &ours, fault))
        return false;
    /* Whichever page ends first ends the step. */
    if (ours == QDRANT_PAGE)
        until = step->ours[ours - 1].number;
    while (theirs > 0 && step->theirs[theirs - 1].number > until)
        theirs--;
    told->seen += (int64_t)theirs;
    if (!merge(step, theirs, ours, fault))
        return false;
    told->after = until;
    told->ended = until == INT64_MAX;
    /* What became doubtful on the way is not compared. */
    if (told->ended && told->begun == self->begun)
        self->is_compared = true;
    return true;
}

bool qdrant_compare(const struct vector_index *index, const struct qdrant_truth *truth,
                    struct qdrant_compared *so_far, struct fault *fault)
{
    struct qdrant_compared told = *so_far;
    auto_free struct step *step = fault_calloc(sizeof *step, "a comparison", fault);

    if (step == NULL)
        return false;
    step->index = index;
    step->truth = truth;
    step->told = &told;
    if (!take_step(step, index->self, fault))
        return false;
    *so_far = told;
    return true;
}
