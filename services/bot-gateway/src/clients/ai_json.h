// SPDX-License-Identifier: MIT
/* Requests and answers of an OpenAI-compatible endpoint (OpenAI API reference, "Create chat
 * completion"; Ollama, vLLM and the server of llama.cpp have the same). */
#pragma once

#include "base/arena.h"
#include "base/buf.h"
#include "base/fault.h"

enum { AI_CONTENT_MAX = 4096 /* bytes of what the model says */ };

/* What the model is told to do; ai_prompt.c. */
extern const char ai_prompt[];

/* The body of POST /chat/completions. `said` is what the guest has said, as JSON. */
void ai_request_write(const char *model, struct slice said, struct buf *out);

/* What the model has said, in the arena or borrowed from `body`. FAULT_UNREADABLE "bad_json";
 * "no_content": there is none, or it is longer than AI_CONTENT_MAX. */
bool ai_reply_read(struct slice body, struct arena *arena, struct slice *content,
                   struct fault *fault) MUST_CHECK;
