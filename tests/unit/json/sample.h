// SPDX-License-Identifier: MIT
/* An apartment with a field of every type, for the suites of json/. */
#pragma once

#include "base/uuid.h"
#include "json/fields.h"

struct sample_text {
    struct slice ru, kz;
};

struct sample_rule {
    int32_t from;
    int64_t percent;
    bool closed;
};

struct sample {
    struct uuid id;
    struct sample_text title;
    struct sample_text description;
    struct slice code;
    struct slice site;
    struct slice phone;
    int64_t rooms;
    int64_t any_number;
    bool instant;
    int64_t price;
    int64_t fee;
    int32_t from;
    int32_t check_in;
    int64_t created_at;
    struct uuid owner;
    struct field_geo place;
    int policy;
    struct field_texts amenities;
    struct field_texts photos;
    struct field_texts words;
    struct field_list rules;
    struct slice actions;
    int city;
    struct slice secret;
};

enum sample_policy { POLICY_FLEXIBLE, POLICY_MODERATE, POLICY_STRICT };

/* Indexes into sample_fields, for fields_seen. */
enum sample_index { SAMPLE_ID, SAMPLE_TITLE, SAMPLE_DESCRIPTION, SAMPLE_CODE, SAMPLE_SITE };

extern const struct fields sample_fields;

/* All fields absent. */
struct sample sample_empty(void);
/* All fields set; texts are static. */
struct sample sample_full(void);
/* The JSON of sample_full(). */
extern const char sample_full_json[];

/* The members that a new object must have. */
#define SAMPLE_REQUIRED                                                                            \
    "\"title\":{\"ru\":\"Дом\"},\"rooms\":1,\"price\":{\"amount\":100,\"currency\":\"KZT\"}"

/* Decode the body of a new object, and of a change; with support/scratch.h. */
#define sample_create(body, sample, seen)                                                          \
    fields_decode(&sample_fields, slice_of(body), false, sample, seen, &arena, &fault)
#define sample_patch(body, sample, seen)                                                           \
    fields_decode(&sample_fields, slice_of(body), true, sample, seen, &arena, &fault)

/* The codes and fields of a fault as "field:code field:code". */
const char *sample_problems(const struct fault *fault);
