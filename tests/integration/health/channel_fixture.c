// SPDX-License-Identifier: MIT
#include "channel_fixture.h"

#include "http/client.h"

struct health_config config;
struct incident incident;
struct check check;
struct alert_story story;
struct channel_result end;
static struct service service;
static struct plan plan;
static struct channel channel;
static struct channel_tools tools;

void channel_fixture_begin(void)
{
    servers_begin();
    service = (struct service){.loop = loop, .work = work};
    tools = (struct channel_tools){.config = &config, .service = &service, .plan = &plan};
    ck_ok((tools.web = http_client_create(loop, work, &(const struct http_client_options){0},
                                          &fault)) != NULL);
    config = (struct health_config){.common.environment = "test", .public_url = ""};
    incident = (struct incident){.id = uuid_make(),
                                 .check = "postgres",
                                 .level = LEVEL_RED,
                                 .severity = SEVERITY_CRITICAL,
                                 .trouble = TROUBLE_REFUSED,
                                 .reading = {.measure = MEASURES},
                                 .started_us = now_wall_us()};
    check = (struct check){
        .name = "postgres", .server = "server2", .title = {"База", "", ""},
                .runbook = "postgres"
    };
    story = (struct alert_story){.incident = &incident,
                                 .check = &check,
                                 .now_us = now_wall_us(),
                                 .public_url = "https://health.example/"};
}

void channel_fixture_close(void)
{
    if (channel.self != NULL)
        channel.destroy(channel.self);
    channel = (struct channel){0};
}

void channel_fixture_end(void)
{
    channel_fixture_close();
    http_client_destroy(tools.web);
    servers_end();
}

const char *channel_fixture_refusal(channel_open_fn *open)
{
    static struct fault fault;

    fault = (struct fault){.code = "", .detail = ""};
    const bool opened = open(&tools, &channel, &fault);
    ck_lacks(fault.detail, "C4nary");
    return opened ? "" : fault.code;
}

void channel_fixture_open(channel_open_fn *open)
{
    ck_assert_str_eq(channel_fixture_refusal(open), "");
}

void channel_fixture_send(void *data)
{
    const struct alert_story of_note = {.note = data};

    end = (struct channel_result){
        .outcome = CHANNEL_UNREACHABLE, .fault = {.code = "", .detail = ""}
    };
    channel.send(channel.self, data != NULL ? &of_note : &story, &end);
}

void send_note(const struct alert_note *note)
{
    struct alert_note copy = note != NULL ? *note : (struct alert_note){0};

    run_fiber(channel_fixture_send, note != NULL ? &copy : NULL);
    ck_lacks(end.fault.detail, "C4nary");
}

void send_now(void)
{
    send_note(NULL);
}

const char *sink_url(const char *const *answers, const char *path)
{
    const char *options[16] = {NULL};

    for (int i = 0; answers[i] != NULL; i++) {
        options[2 * i] = "--answer";
        options[2 * i + 1] = answers[i];
    }
    return textf("http://127.0.0.1:%d%s", http_sink_start(options), path);
}
