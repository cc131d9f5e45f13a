// SPDX-License-Identifier: MIT
/* Requests and answers of an OpenAI-compatible endpoint (OpenAI API reference, "Create chat
 * completion"); Ollama, vLLM and the server of llama.cpp have the same API. */
#pragma once

#include "base/arena.h"
#include "base/buf.h"
#include "base/fault.h"

enum { AI_CONTENT_MAX = 4096 /* bytes of the model's answer */ };

/* The instructions for the model (the system message). */
extern const char ai_prompt[];

/* Writes the body of POST /chat/completions. `request` is the user message, itself JSON. */
void ai_request_write(const char *model, struct slice request, struct buf *out);

/* Reads the content of the model's answer, which is in the arena or borrowed from `body`.
 * FAULT_UNREADABLE "bad_json", or "no_content": the content is missing or longer than
 * AI_CONTENT_MAX. */
bool ai_reply_read_content(struct slice body, struct arena *arena, struct slice *content,
                           struct fault *fault) MUST_CHECK;
