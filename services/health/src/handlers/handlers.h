// SPDX-License-Identifier: MIT
/* The handlers of the routes in routes.c, and the files that they are in. */
#pragma once

#include "http/route.h"

http_guard check_edge_secret; /* from here on: page_handlers.c */
http_handler get_page;
http_handler get_page_public;
http_handler get_page_badge;
http_handler get_page_file;
http_handler post_page_ack;

http_handler get_status; /* from here on: status_handlers.c */
http_handler get_check_history;

http_handler get_incidents; /* from here on: incident_handlers.c */
http_handler post_incident_ack;

http_handler get_silences; /* from here on: silence_handlers.c */
http_handler post_silence;
http_handler delete_silence;
http_handler post_maintenance;
http_handler delete_maintenance;

http_handler post_alerts_test; /* from here on: alert_handlers.c */
http_handler post_report;

http_handler post_heartbeat; /* from here on: heartbeat_handlers.c */

http_handler post_alerts; /* from here on: rule_handlers.c */
