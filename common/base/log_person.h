// SPDX-License-Identifier: MIT
/* Identifies a person in a log line by a keyed hash, not by an id or a phone number.
 *
 *     "person":"4f1c09d2a87be630"
 *
 * are the first 16 hex digits of HMAC-SHA256(key of the day, "telegram:123456789"), or of
 * "phone:+77011234567". A day is one of UTC. With the key of a day, the hash of a person can be
 * computed and the lines about that person found. Once the key is deleted, this is impossible.
 * Lines of two days cannot be linked to the same person.
 *
 * Services with a database load the keys (api/service_log_keys.c). For a day without a key, and in
 * a service without a database, a random key is used that never leaves the process: its lines about
 * one person have the same hash until the day or the process ends.
 */
#pragma once

#include "base/log.h"

enum { LOG_PERSON_KEY_LEN = 32, LOG_PERSON_KEYS_MAX = 3 /* yesterday, today, tomorrow */ };

struct log_person_key {
    int32_t day; /* since 1970-01-01 */
    uint8_t key[LOG_PERSON_KEY_LEN];
};

/* Copies at most LOG_PERSON_KEYS_MAX keys, which replace those given before. */
void log_person_keys_set(const struct log_person_key *keys, size_t count);

/* The field "person", for one of these: */
struct log_field log_person_telegram(int64_t user_id);
struct log_field log_person_phone(struct slice phone /* as text_phone() gives it */);
