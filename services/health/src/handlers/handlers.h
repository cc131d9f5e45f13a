// SPDX-License-Identifier: MIT
/* The handlers of the routes in routes.c, and the files that they are in. */
#pragma once

#include "http/route.h"

http_guard check_edge_secret; /* this and the next ones: page_handlers.c */
http_handler get_page;
http_handler get_page_public;
http_handler get_page_badge;
http_handler get_page_file;
http_handler post_page_ack;

http_handler get_status; /* this and the next ones: status_handlers.c */
http_handler get_check_history;

http_handler get_incidents; /* this and the next ones: incident_handlers.c */
http_handler post_incident_ack;

http_handler get_silences; /* this and the next ones: silence_handlers.c */
http_handler post_silence;
http_handler delete_silence;
http_handler post_maintenance;
http_handler delete_maintenance;

http_handler post_alerts_test; /* this and the next ones: alert_handlers.c */
http_handler post_report;

http_handler post_heartbeat; /* heartbeat_handlers.c */

http_handler post_alerts; /* rule_handlers.c */
