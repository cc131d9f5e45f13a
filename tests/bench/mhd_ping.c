// SPDX-License-Identifier: MIT
/* The empty reply of the same libmicrohttpd: what an answer without a query is measured against.
 * One thread, epoll, two bytes from one shared response. Prints its port and serves until it is
 * killed. */
#include <netinet/in.h>
#include <stdio.h>
#include <unistd.h>

#include <microhttpd.h>

static enum MHD_Result answer(void *data, struct MHD_Connection *connection, const char *url,
                              const char *method, const char *version, const char *upload,
                              size_t *upload_size, void **context)
{
    static int seen;

    (void)url, (void)method, (void)version, (void)upload, (void)upload_size;
    if (*context == NULL) {
        *context = &seen;
        return MHD_YES;
    }
    return MHD_queue_response(connection, MHD_HTTP_OK, data);
}

int main(void)
{
    static char body[] = "ok";
    struct MHD_Response *response =
        MHD_create_response_from_buffer(2, body, MHD_RESPMEM_PERSISTENT);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    struct MHD_Daemon *daemon = MHD_start_daemon(
        MHD_USE_EPOLL_INTERNAL_THREAD, 0, NULL, NULL, answer, response, MHD_OPTION_SOCK_ADDR,
        &address, MHD_OPTION_CONNECTION_LIMIT, 1024U, MHD_OPTION_END);

    if (response == NULL || daemon == NULL)
        return 1;
    printf("%u\n", (unsigned)MHD_get_daemon_info(daemon, MHD_DAEMON_INFO_BIND_PORT)->port);
    fflush(stdout);
    pause();
    return 0;
}
