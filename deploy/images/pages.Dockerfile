# The site and the documentation as static pages: `docker build -f deploy/images/pages.Dockerfile .` from
# the repository's root. They are rendered from docs/ and site/ and served by Debian's nginx; the image has no shell.
ARG BASE=debian:trixie-slim

FROM ${BASE} AS build
RUN export DEBIAN_FRONTEND=noninteractive && apt-get update -q && \
    apt-get install -y -q --no-install-recommends nginx-light gcc libc6-dev binutils python3 python3-markdown && \
    rm -rf /var/lib/apt/lists/*
COPY deploy/images/gather.sh deploy/images/probe.c /build/
RUN gcc -O2 -Wall -Wextra -static -o /usr/bin/probe /build/probe.c && strip /usr/bin/probe && \
    sh /build/gather.sh /root-of-image /usr/sbin/nginx /etc/nginx/mime.types && \
    cp /usr/bin/probe /root-of-image/usr/bin/
COPY deploy/images/nginx.conf deploy/images/edge-answers.conf /root-of-image/etc/nginx/
ARG SOURCE_DATE_EPOCH=0
ARG SITE_APARTMENTS_BOT= SITE_TAXI_BOT= SITE_PHONE= SITE_EMAIL=
COPY site /src/site
COPY docs /src/docs
RUN cd /src && python3 -B site/render.py /root-of-image/srv && \
    find /root-of-image -exec touch -h -d "@${SOURCE_DATE_EPOCH}" {} +

FROM scratch
ARG VERSION=dev
ARG REVISION=unknown
COPY --from=build /root-of-image/ /
USER 10050:10050
ENTRYPOINT ["/usr/sbin/nginx", "-e", "stderr", "-g", "daemon off;"]
STOPSIGNAL SIGQUIT
HEALTHCHECK --interval=10s --timeout=3s --retries=3 CMD ["/usr/bin/probe", "8082", "/livez"]
LABEL org.opencontainers.image.title="pages" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.vendor="tapbot.kz" \
      org.opencontainers.image.licenses="MIT"
