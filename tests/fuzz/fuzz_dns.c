// SPDX-License-Identifier: MIT
/* Answers of name servers, arbitrary bytes: the parser never reads beyond the end. */
#include "fuzz.h"
#include "probes/dns_answer.h"

enum { QUESTION = NS_HFIXEDSZ + 3 + NS_QFIXEDSZ, MESSAGE_MAX = 1232 };

static const ns_type types[] = {ns_t_a, ns_t_ns, ns_t_cname, ns_t_mx, ns_t_txt, ns_t_aaaa};

static void read_message(ns_type type, const uint8_t *data, size_t size)
{
    struct dns_answer answer;
    if (dns_answer_read(data, size, type, &arena, &answer)) {
        PROMISE(answer.count <= DNS_RECORDS_MAX && answer.rcode >= 0 && answer.rcode < 16);
        for (size_t i = 0; i < answer.count; i++)
            PROMISE(answer.records[i].at != NULL && strlen(answer.records[i].at) < 8192);
    }
}

FUZZ(1 << 20)
{
    /* An answer to the question; the fuzzer's input is its records. */
    uint8_t message[MESSAGE_MAX] = {0, 7, 0x81, 0x80, 0, 1, 0, 3, 0, 0, 0, 0, 1, 'a', 0, 0};
    const ns_type type = types[fuzz_byte(&input) % 6];
    read_message(type, (const uint8_t *)input.at, input.len);
    const size_t rest =
        input.len < sizeof(message) - QUESTION ? input.len : sizeof(message) - QUESTION;
    message[16] = (uint8_t)type;
    message[18] = 1;
    memcpy(message + QUESTION, input.at, rest);
    read_message(type, message, QUESTION + rest);
}
