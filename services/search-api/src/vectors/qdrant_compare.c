// SPDX-License-Identifier: MIT
#include "vectors/qdrant_compare.h"

#include "base/auto.h"
#include "base/value.h"

#include "vectors/qdrant_index_private.h"

/* One step of a comparison, with its pending batches. */
struct step {
    const struct vector_index *index;
    const struct qdrant_source *truth;
    struct qdrant_progress *progress;
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

/* Sends the collected rows, after deleting the collected points: a point that is newer than its row
 * must be deleted first, because Qdrant refuses older revisions. */
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

/* Deletes a point without a row, however many such points there are: it may be of an erased person.
 * PostgreSQL is authoritative, and Qdrant cannot restore its rows. */
static bool drop_orphan(struct step *step, int64_t number, struct fault *fault)
{
    step->progress->orphans++;
    return drop_later(step, number, fault);
}

/* Compares a point that exists on both sides. */
static bool compare_both(struct step *step, const struct qdrant_known *theirs,
                         const struct qdrant_known *ours, struct fault *fault)
{
    if (theirs->revision == ours->revision)
        return true;
    if (theirs->revision > ours->revision) {
        step->progress->newer++;
        if (!drop_later(step, ours->number, fault))
            return false;
    } else {
        step->progress->older++;
    }
    return send_later(step, ours->number, fault);
}

/* Compares both pages, which are in the order of numbers. */
static bool merge(struct step *step, size_t theirs, size_t ours, struct fault *fault)
{
    size_t at = 0;

    for (size_t i = 0; i < ours; i++) {
        const struct qdrant_known *row = &step->ours[i];
        for (; at < theirs && step->theirs[at].number < row->number; at++)
            if (!drop_orphan(step, step->theirs[at].number, fault))
                return false;
        if (at < theirs && step->theirs[at].number == row->number) {
            if (!compare_both(step, &step->theirs[at++], row, fault))
                return false;
            continue;
        }
        step->progress->missing++;
        if (!send_later(step, row->number, fault))
            return false;
    }
    for (; at < theirs; at++)
        if (!drop_orphan(step, step->theirs[at].number, fault))
            return false;
    return send_now(step, fault);
}

static bool run_step(struct step *step, struct qdrant_index *self, struct fault *fault)
{
    struct qdrant_progress *progress = step->progress;
    size_t theirs, ours;
    bool more;

    if (!qdrant_index_open(self, fault))
        return false;
    if (progress->doubts == 0)
        progress->doubts = self->doubts;
    if (!qdrant_index_list_points(self, progress->after, step->theirs, &theirs, &more, fault))
        return false;
    int64_t until = more ? step->theirs[theirs - 1].number : INT64_MAX;
    if (!step->truth->list(step->truth->self, progress->after, until, step->ours, &ours, fault))
        return false;
    /* The step ends where the page ends that has the lower last number. */
    if (ours == QDRANT_PAGE)
        until = step->ours[ours - 1].number;
    while (theirs > 0 && step->theirs[theirs - 1].number > until)
        theirs--;
    progress->seen += (int64_t)theirs;
    if (!merge(step, theirs, ours, fault))
        return false;
    progress->after = until;
    progress->ended = until == INT64_MAX;
    /* If the content of the index became doubtful again during the comparison, the comparison must
     * be repeated. */
    if (progress->ended && progress->doubts == self->doubts)
        self->is_compared = true;
    return true;
}

bool qdrant_compare_page(const struct vector_index *index, const struct qdrant_source *truth,
                         struct qdrant_progress *so_far, struct fault *fault)
{
    struct qdrant_progress progress = *so_far;
    auto_free struct step *step = fault_calloc(sizeof *step, "a comparison", fault);

    if (step == NULL)
        return false;
    step->index = index;
    step->truth = truth;
    step->progress = &progress;
    if (!run_step(step, index->self, fault))
        return false;
    *so_far = progress;
    return true;
}
