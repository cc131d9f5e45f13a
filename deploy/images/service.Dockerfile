# One image of one of our services: `docker build -f deploy/images/service.Dockerfile
# --build-arg SERVICE=NAME .` from the repository's root. Works with the classic builder of Docker
# 20.10 and with BuildKit; nothing is fetched but Debian packages, over the base image's own sources.
#
# Their images differ in the last layer alone: one stage compiles all services of services.tsv.
#
# The last stage has neither a shell nor a package manager: the service, the libraries it needs, zones,
# CA certificates. The libraries are a layer of their own, the same for every service.
ARG BASE=debian:trixie-slim

# ---- libmicrohttpd: Debian 13's has known holes, so the newer one is rebuilt here ----------------------
FROM ${BASE} AS microhttpd
# At least this version; 1.0.1 means Debian 13's own (where Debian unstable cannot be reached).
ARG MICROHTTPD=1.0.10
COPY deploy/images/microhttpd.sh /build/
RUN sh /build/microhttpd.sh "${MICROHTTPD}" /packages

# ---- the tools, the same for every service ------------------------------------------------------------
FROM ${BASE} AS tools
COPY --from=microhttpd /packages /packages
COPY deploy/images/tools.sh /build/
RUN sh /build/tools.sh /packages

# ---- what every service needs at run time, gathered ---------------------------------------------------
FROM tools AS libraries
COPY deploy/images/gather.sh /build/
RUN lib=/usr/lib/$(gcc -print-multiarch) && \
    sh /build/gather.sh /root-of-image "$lib/libmicrohttpd.so" "$lib/libjansson.so" "$lib/libpq.so" \
        "$lib/libhiredis.so" "$lib/libcurl.so" "$lib/libcrypto.so" "$lib/libutf8proc.so" \
        "$lib/libsqlite3.so" "$lib/libyaml.so" "$lib/libstemmer.so" \
        /etc/ssl/certs/ca-certificates.crt /usr/share/zoneinfo

# ---- the services -----------------------------------------------------------------------------------
FROM tools AS build
ARG VERSION=dev
ARG SOURCE_DATE_EPOCH=0
COPY CMakeLists.txt LICENSE services.tsv /src/
COPY cmake /src/cmake
COPY third_party /src/third_party
COPY common /src/common
COPY services /src/services
COPY deploy/images/build.sh /src/deploy/images/
RUN sh /src/deploy/images/build.sh "${VERSION}" /out

# ---- the image --------------------------------------------------------------------------------------
FROM scratch AS runtime
COPY --from=libraries /root-of-image/ /
ENV PATH=/usr/bin

FROM runtime
ARG SERVICE
ARG VERSION=dev
ARG REVISION=unknown
ARG MICROHTTPD=1.0.10
COPY --from=build /out/${SERVICE}/ /
# docker-compose.yml gives each service a user of its own.
USER 10000:10000
# A link to the service: an entry point in this form takes no build argument.
ENTRYPOINT ["/usr/bin/service"]
HEALTHCHECK --interval=5s --timeout=3s --retries=3 CMD ["/usr/bin/service", "--healthcheck"]
LABEL org.opencontainers.image.title="${SERVICE}" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.vendor="tapbot.kz" \
      org.opencontainers.image.licenses="MIT" \
      kz.tapbot.libmicrohttpd="${MICROHTTPD}"
