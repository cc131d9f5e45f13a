// SPDX-License-Identifier: MIT
/* Answers of name servers, arbitrary bytes: the parser never reads beyond the end. */
#include "fuzz.h"
#include "probes/dns_message.h"

enum { QUESTION = 12 + 3 + 4 };

static const enum dns_type types[] = {DNS_A, DNS_NS, DNS_CNAME, DNS_MX, DNS_TXT, DNS_AAAA};

static void read_message(enum dns_type type, const uint8_t *data, size_t size)
{
    const struct dns_question question = {.id = 7, .type = type, .name = "a"};
    struct dns_answer answer;
    struct arena arena;
    arena_init(&arena, 1 << 20);
    if (dns_answer_read(&question, data, size, &arena, &answer) == DNS_ANSWER_OK) {
        PROMISE(answer.count <= DNS_RECORDS_MAX && answer.rcode >= 0 && answer.rcode < 16);
        for (size_t i = 0; i < answer.count; i++)
            PROMISE(answer.records[i].at != NULL && strlen(answer.records[i].at) < 8192);
    }
    arena_finish(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    /* An answer to the question; the fuzzer's input is its records. */
    uint8_t message[DNS_ANSWER_MAX] = {0, 7, 0x81, 0x80, 0, 1, 0, 3, 0, 0, 0, 0, 1, 'a', 0, 0};
    if (size < 1)
        return 0;
    const enum dns_type type = types[data[0] % 6];
    read_message(type, data + 1, size - 1);
    const size_t rest =
        size - 1 < sizeof(message) - QUESTION ? size - 1 : sizeof(message) - QUESTION;
    message[16] = (uint8_t)type;
    message[18] = 1;
    memcpy(message + QUESTION, data + 1, rest);
    read_message(type, message, QUESTION + rest);
    return 0;
}
