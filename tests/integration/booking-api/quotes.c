// SPDX-License-Identifier: MIT
#include "quotes.h"

#include "handlers/handlers.h"

struct answer quotes_request(const struct api_caller *caller, const char *apartment, int from,
                             int nights, int guests)
{
    char body[QUOTES_BODY];

    snprintf(body, sizeof body,
             "{'apartment_id':'%s','check_in':'%s','check_out':'%s','guests':%d}", apartment,
             stand_day(from), stand_day(from + nights), guests);
    return ask_post(post_quote, .caller = caller, .body = body);
}

struct answer quotes_create(const struct api_caller *caller, const char *apartment, int from,
                            int nights)
{
    struct answer answer = ck_status(quotes_request(caller, apartment, from, nights, 2), 201);
    return answer;
}

struct answer quotes_book(const struct api_caller *caller, const char *quote_id, const char *more)
{
    char body[QUOTES_BODY];

    snprintf(body, sizeof body, "{'quote_id':'%s','guest':{'name':'Данияр'}%s}", quote_id, more);
    return ask_post(post_booking, .caller = caller, .body = body);
}

struct answer quotes_book_status(const struct api_caller *caller, const char *quote_id,
                                 const char *more)
{
    return quotes_book(caller, quote_id, more);
}

json_t *answer_at(const struct answer *answer, const char *name)
{
    return json_object_get(answer->json, name);
}

long long money_of(const json_t *sum)
{
    return number_at(sum, "amount");
}
