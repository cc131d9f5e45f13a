// SPDX-License-Identifier: MIT
#include "vectors/matrix.h"

#include <assert.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "base/value.h"

#include "vectors/matrix_private.h"

enum {
    MAP_MORE = 8, /* the map has MAP_MORE / MAP_LESS times as many entries as the matrix has slots,
                   * which keeps lookups short */
    MAP_LESS = 7,
    EVICTED_SHARE = 1024, /* an eviction frees up to 2 / EVICTED_SHARE of the slots */
    HISTOGRAM_BITS = 10,
    HISTOGRAM = 1 << HISTOGRAM_BITS /* ranges of numbers that are counted at once */
};

/* An era of scans, with the slots that were freed during it. A scan belongs to the era in which it
 * started. An era ends when no scan of the previous era runs: then no scan reads the slots that
 * were freed in the previous era. */
struct era {
    size_t scans;    /* running scans that started in this era */
    size_t freed;    /* number of freed slots */
    uint64_t *slots; /* one bit per slot: it was freed */
};

/* The rows of all tenants of a group (matrix_group_from_key()). */
struct group {
    int64_t begin;  /* rows with lower numbers were evicted; 0: no rows were */
    uint32_t count; /* rows in the matrix */
};

struct matrix {
    size_t dimensions;
    size_t stride;
    size_t chunk_count;
    size_t chunk_max;
    struct matrix_chunk **chunks; /* chunk_max */
    uint64_t *live;               /* one bit per slot: it has a row */
    size_t count;                 /* number of rows */
    struct era eras[2];
    size_t era;       /* index of the current era */
    size_t next_word; /* start of the search for a free slot */
    uint32_t *map;    /* from numbers to slots: slot + 1, and bits of the number's hash; 0: free.
                       * Open addressing, linear probing. */
    size_t map_size;
    uint32_t slot_mask; /* bits of an entry that hold the slot */
    int64_t highest;    /* the highest number of any row so far */
    bool destroyed;     /* the owner has destroyed it, but scans still read it */
    struct group groups[MATRIX_GROUPS];
};

size_t matrix_padded_row_bytes(size_t dimensions)
{
    return (dimensions + DOT_STEP - 1) / DOT_STEP * DOT_STEP;
}

static size_t chunk_bytes(size_t stride)
{
    return sizeof(struct matrix_chunk) + MATRIX_CHUNK * stride;
}

double matrix_row_bytes_with_overhead(size_t dimensions)
{
    const double bits = 3.0 / 8; /* bytes for three bits of a slot: live, and freed in either era */

    return (double)chunk_bytes(matrix_padded_row_bytes(dimensions)) / MATRIX_CHUNK +
           (double)sizeof(uint32_t) * MAP_MORE / MAP_LESS + bits;
}

static void matrix_free(struct matrix *matrix)
{
    for (size_t i = 0; i < matrix->chunk_count; i++)
        munmap(matrix->chunks[i], chunk_bytes(matrix->stride));
    free(matrix->map);
    free(matrix->eras[1].slots);
    free(matrix->eras[0].slots);
    free(matrix->live);
    free(matrix->chunks);
    free(matrix);
}

static bool has_running_scans(const struct matrix *matrix)
{
    return matrix->eras[0].scans + matrix->eras[1].scans > 0;
}

bool matrix_free_last_chunk(struct matrix *matrix)
{
    if (matrix->chunk_count == 0 || has_running_scans(matrix))
        return false;
    munmap(matrix->chunks[--matrix->chunk_count], chunk_bytes(matrix->stride));
    return true;
}

void matrix_destroy(struct matrix *matrix)
{
    if (matrix == NULL)
        return;
    matrix->destroyed = true;
    if (!has_running_scans(matrix))
        matrix_free(matrix);
}

static size_t slots_max(const struct matrix *matrix)
{
    return matrix->chunk_max * MATRIX_CHUNK;
}

struct matrix *matrix_create(size_t dimensions, size_t bytes_max, struct fault *fault)
{
    assert(dimensions >= 1 && dimensions <= VECTOR_DIMENSIONS_MAX);
    static const char what[] = "the vectors";
    struct matrix *matrix = fault_calloc(sizeof *matrix, what, fault);
    const double fit =
        (double)bytes_max / matrix_row_bytes_with_overhead(dimensions) / MATRIX_CHUNK;

    if (matrix == NULL)
        return NULL;
    matrix->dimensions = dimensions;
    matrix->stride = matrix_padded_row_bytes(dimensions);
    matrix->chunk_max = fit < 1 ? 1 : fit > UINT16_MAX ? UINT16_MAX : (size_t)fit;
    const size_t words = matrix->chunk_max * MATRIX_CHUNK_WORDS;
    matrix->map_size = slots_max(matrix) * MAP_MORE / MAP_LESS;
    for (matrix->slot_mask = 1; matrix->slot_mask <= slots_max(matrix);)
        matrix->slot_mask <<= 1;
    matrix->slot_mask--;
    if ((matrix->chunks = fault_calloc(matrix->chunk_max * sizeof(struct matrix_chunk *), what,
                                       fault)) != NULL &&
        (matrix->live = fault_calloc(words * sizeof(uint64_t), what, fault)) != NULL &&
        (matrix->eras[0].slots = fault_calloc(words * sizeof(uint64_t), what, fault)) != NULL &&
        (matrix->eras[1].slots = fault_calloc(words * sizeof(uint64_t), what, fault)) != NULL &&
        (matrix->map = fault_calloc(matrix->map_size * sizeof(uint32_t), what, fault)) != NULL)
        return matrix;
    matrix_free(matrix);
    return NULL;
}

size_t matrix_dimensions(const struct matrix *matrix)
{
    return matrix->dimensions;
}

size_t matrix_count_rows(const struct matrix *matrix)
{
    return matrix->count;
}

bool matrix_has_evicted(const struct matrix *matrix, const struct uuid *tenant_id)
{
    if (tenant_id != NULL)
        return matrix->groups[matrix_group_from_key(matrix_tenant_key(tenant_id))].begin > 0;
    for (size_t i = 0; i < MATRIX_GROUPS; i++)
        if (matrix->groups[i].begin > 0)
            return true;
    return false;
}

/* --- bits --- */

static void set_bit(uint64_t *bits, size_t slot)
{
    bits[slot / MATRIX_WORD] |= UINT64_C(1) << slot % MATRIX_WORD;
}

static void clear_bit(uint64_t *bits, size_t slot)
{
    bits[slot / MATRIX_WORD] &= ~(UINT64_C(1) << slot % MATRIX_WORD);
}

static bool has_bit(const uint64_t *bits, size_t slot)
{
    return (bits[slot / MATRIX_WORD] >> slot % MATRIX_WORD & 1) != 0;
}

/* --- from numbers to slots --- */

static int64_t number_at(const struct matrix *matrix, size_t slot)
{
    return matrix_number_at(matrix->chunks[slot / MATRIX_CHUNK], slot % MATRIX_CHUNK);
}

static size_t group_at(const struct matrix *matrix, size_t slot)
{
    return matrix_group_from_key(matrix->chunks[slot / MATRIX_CHUNK]->key[slot % MATRIX_CHUNK]);
}

static size_t home_index_of_hash(const struct matrix *matrix, uint64_t hash)
{
    return (size_t)((hash >> 32) * matrix->map_size >> 32);
}

static size_t slot_from_entry(const struct matrix *matrix, uint32_t entry)
{
    return (entry & matrix->slot_mask) - 1;
}

static uint32_t entry_from_slot(const struct matrix *matrix, uint64_t hash, size_t slot)
{
    return ((uint32_t)hash & ~matrix->slot_mask) | ((uint32_t)slot + 1);
}

/* The entry of the number in the map, or the free entry where the number belongs. */
static uint32_t *find_entry(const struct matrix *matrix, int64_t number)
{
    const uint64_t hash = matrix_mix_bits((uint64_t)number);
    const uint32_t bits = (uint32_t)hash & ~matrix->slot_mask;
    size_t at = home_index_of_hash(matrix, hash);

    while (matrix->map[at] != 0 &&
           ((matrix->map[at] & ~matrix->slot_mask) != bits ||
            number_at(matrix, slot_from_entry(matrix, matrix->map[at])) != number))
        at = at + 1 < matrix->map_size ? at + 1 : 0;
    return &matrix->map[at];
}

/* Removes an entry from the map. Each later entry of the same run moves into the hole, unless the
 * hole lies before the entry's home position; its old place is then the hole. */
static void remove_map_entry(struct matrix *matrix, uint32_t *entry)
{
    size_t hole = (size_t)(entry - matrix->map);
    size_t at = hole;

    for (;;) {
        at = at + 1 < matrix->map_size ? at + 1 : 0;
        if (matrix->map[at] == 0)
            break;
        const uint64_t hash =
            matrix_mix_bits((uint64_t)number_at(matrix, slot_from_entry(matrix, matrix->map[at])));
        const size_t home = home_index_of_hash(matrix, hash);
        const size_t from_home = (at + matrix->map_size - home) % matrix->map_size;
        const size_t from_hole = (at + matrix->map_size - hole) % matrix->map_size;
        if (from_home < from_hole)
            continue;
        matrix->map[hole] = matrix->map[at];
        hole = at;
    }
    matrix->map[hole] = 0;
}

/* --- slots --- */

/* Ends the current era, unless scans of the previous era run. Slots freed in the previous era
 * become free. */
static void try_end_era(struct matrix *matrix)
{
    struct era *before = &matrix->eras[1 - matrix->era];

    if (before->scans > 0)
        return;
    if (before->freed > 0)
        memset(before->slots, 0, matrix->chunk_count * MATRIX_CHUNK_WORDS * sizeof(uint64_t));
    before->freed = 0;
    matrix->era = 1 - matrix->era;
}

static void free_slot(struct matrix *matrix, size_t slot)
{
    struct era *era = &matrix->eras[matrix->era];

    clear_bit(matrix->live, slot);
    matrix->count--;
    matrix->groups[group_at(matrix, slot)].count--;
    if (!has_running_scans(matrix))
        return;
    set_bit(era->slots, slot);
    era->freed++;
}

bool matrix_delete_row(struct matrix *matrix, int64_t number)
{
    uint32_t *entry = find_entry(matrix, number);

    if (*entry == 0)
        return false;
    const size_t slot = slot_from_entry(matrix, *entry);
    remove_map_entry(matrix, entry);
    free_slot(matrix, slot);
    return true;
}

static bool add_chunk(struct matrix *matrix, struct fault *fault)
{
    void *memory = mmap(NULL, chunk_bytes(matrix->stride), PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    if (memory == MAP_FAILED)
        return fault_out_of_memory(fault, "the vectors");
    matrix->chunks[matrix->chunk_count++] = memory;
    return true;
}

static bool has_row_of_group(const struct matrix *matrix, size_t slot, size_t group)
{
    return has_bit(matrix->live, slot) && group_at(matrix, slot) == group;
}

/* Counts the rows of a group by number, in HISTOGRAM ranges of 2^shift numbers from `number_min`.
 */
static void count_rows_by_number(const struct matrix *matrix, size_t group, int64_t number_min,
                                 int shift, uint32_t counts[HISTOGRAM])
{
    memset(counts, 0, HISTOGRAM * sizeof counts[0]);
    for (size_t slot = 0; slot < matrix->chunk_count * MATRIX_CHUNK; slot++) {
        const uint64_t range = (uint64_t)(number_at(matrix, slot) - number_min) >> shift;
        counts[range % HISTOGRAM] += range < HISTOGRAM && has_row_of_group(matrix, slot, group);
    }
}

/* Returns a number such that at least one row of the group, and at most 2 * `row_count` rows, have
 * a lower number. */
static int64_t find_eviction_bound(const struct matrix *matrix, size_t group, size_t row_count)
{
    int64_t low = matrix->groups[group].begin;
    uint32_t counts[HISTOGRAM];
    int shift = 0;

    while ((matrix->highest - low) >> shift >= HISTOGRAM)
        shift++;
    for (;; shift = shift > HISTOGRAM_BITS ? shift - HISTOGRAM_BITS : 0) {
        size_t range = 0, sum = 0;
        count_rows_by_number(matrix, group, low, shift, counts);
        while (range < HISTOGRAM && sum + counts[range] <= 2 * row_count)
            sum += counts[range++];
        low += (int64_t)range << shift;
        if (sum > 0)
            return low;
    }
}

static size_t largest_group(const struct matrix *matrix)
{
    size_t largest = 0;

    for (size_t i = 1; i < MATRIX_GROUPS; i++)
        if (matrix->groups[i].count > matrix->groups[largest].count)
            largest = i;
    return largest;
}

/* Makes room: evicts the rows with the lowest numbers of the largest group. */
static void evict_rows_of_largest_group(struct matrix *matrix)
{
    const size_t share = slots_max(matrix) / EVICTED_SHARE, index = largest_group(matrix);
    struct group *group = &matrix->groups[index];

    group->begin = find_eviction_bound(matrix, index, share > 0 ? share : 1);
    for (size_t slot = 0; slot < matrix->chunk_count * MATRIX_CHUNK; slot++) {
        const int64_t number = number_at(matrix, slot);
        if (number < group->begin && has_row_of_group(matrix, slot, index))
            matrix_delete_row(matrix, number);
    }
}

static bool find_free_slot(struct matrix *matrix, size_t *out)
{
    const size_t words = matrix->chunk_count * MATRIX_CHUNK_WORDS;

    for (size_t i = 0; i < words; i++, matrix->next_word++) {
        if (matrix->next_word >= words)
            matrix->next_word = 0;
        const size_t word = matrix->next_word;
        const uint64_t taken =
            matrix->live[word] | matrix->eras[0].slots[word] | matrix->eras[1].slots[word];
        if (taken == UINT64_MAX)
            continue;
        *out = word * MATRIX_WORD + (size_t)__builtin_ctzll(~taken);
        return true;
    }
    return false;
}

static size_t count_free_slots(const struct matrix *matrix)
{
    return matrix->chunk_count * MATRIX_CHUNK - matrix->count - matrix->eras[0].freed -
           matrix->eras[1].freed;
}

static bool find_or_make_free_slot(struct matrix *matrix, size_t *out, struct fault *fault)
{
    if (count_free_slots(matrix) == 0 && matrix->chunk_count < matrix->chunk_max &&
        !add_chunk(matrix, fault))
        return false;
    if (count_free_slots(matrix) == 0 && matrix->eras[0].freed + matrix->eras[1].freed == 0)
        evict_rows_of_largest_group(matrix);
    if (count_free_slots(matrix) > 0 && find_free_slot(matrix, out))
        return true;
    return fault_set(fault, FAULT_UNAVAILABLE, "busy", "Scans hold the slots of the matrix.");
}

static void fill_slot(const struct matrix *matrix, size_t slot, const struct vector_row *row)
{
    struct matrix_chunk *chunk = matrix->chunks[slot / MATRIX_CHUNK];
    const size_t at = slot % MATRIX_CHUNK;

    chunk->key[at] = matrix_key_from_row(row);
    chunk->sent_at[at] = matrix_seconds_from_us(row->sent_at);
    chunk->number_low[at] = (uint32_t)row->number;
    chunk->number_high[at] = (uint8_t)((uint64_t)row->number >> 32);
    chunk->length[at] = matrix_vector_length_in_eighths(row->vector, matrix->dimensions);
    memcpy(chunk->vectors + at * matrix->stride, row->vector, matrix->dimensions);
}

bool matrix_upsert_row(struct matrix *matrix, const struct vector_row *row, struct fault *fault)
{
    struct group *group =
        &matrix->groups[matrix_group_from_key(matrix_tenant_key(&row->tenant_id))];
    size_t slot = 0;

    if (row->number < 1 || row->number >> MATRIX_NUMBER_BITS != 0)
        return fault_set(fault, FAULT_INVALID, "number", "A document's number is out of range.");
    if (row->number >= group->begin && !find_or_make_free_slot(matrix, &slot, fault))
        return false;
    if (row->number < group->begin) /* making room may have evicted rows of this group */
        return true;
    fill_slot(matrix, slot, row);
    uint32_t *entry = find_entry(matrix, row->number);
    if (*entry != 0)
        free_slot(matrix, slot_from_entry(matrix, *entry));
    *entry = entry_from_slot(matrix, matrix_mix_bits((uint64_t)row->number), slot);
    set_bit(matrix->live, slot);
    matrix->count++;
    group->count++;
    if (row->number > matrix->highest)
        matrix->highest = row->number;
    return true;
}

/* --- scans --- */

bool matrix_begin_scan(struct matrix *matrix, struct matrix_view *view, struct fault *fault)
{
    const size_t size = matrix->chunk_count * MATRIX_CHUNK_WORDS * sizeof(uint64_t);

    if (matrix->eras[0].scans + matrix->eras[1].scans >= MATRIX_SCANS_MAX)
        return fault_set(fault, FAULT_UNAVAILABLE, "overloaded", "Too many scans are under way.");
    uint64_t *live = fault_calloc(size + 1, "a scan", fault);
    if (live == NULL)
        return false;
    if (size > 0)
        memcpy(live, matrix->live, size);
    try_end_era(matrix);
    matrix->eras[matrix->era].scans++;
    *view = (struct matrix_view){.matrix = matrix,
                                 .chunks = (const struct matrix_chunk *const *)matrix->chunks,
                                 .chunk_count = matrix->chunk_count,
                                 .live = live,
                                 .era = matrix->era};
    return true;
}

void matrix_end_scan(struct matrix_view *view)
{
    struct matrix *matrix = view->matrix;

    if (matrix == NULL)
        return;
    free(view->live);
    matrix->eras[view->era].scans--;
    try_end_era(matrix);
    try_end_era(matrix); /* twice: if no scan runs, the slots of both eras become free */
    if (matrix->destroyed && !has_running_scans(matrix))
        matrix_free(matrix);
    *view = (struct matrix_view){.chunk_count = 0};
}
