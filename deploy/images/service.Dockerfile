# One image per service: `docker build -f deploy/images/service.Dockerfile --build-arg SERVICE=NAME .` from the
# repository's root. Works with the classic builder of Docker 20.10 and with BuildKit; only Debian packages are downloaded,
# from the base image's own sources.
#
# One stage compiles all services of services.tsv, so the images differ only in the last layer.
#
# The last stage has the service, the libraries it needs, time zones and CA certificates, but no shell and no package
# manager. The libraries are a separate layer, the same for every service.
ARG BASE=debian:trixie-slim

# ---- libmicrohttpd: Debian 13's has known vulnerabilities, so a newer version is built ----------------
FROM ${BASE} AS microhttpd
# The minimum version; 1.0.1 means Debian 13's own (if Debian unstable cannot be reached).
ARG MICROHTTPD=1.0.10
COPY deploy/images/microhttpd.sh /build/
RUN sh /build/microhttpd.sh "${MICROHTTPD}" /packages

# ---- libical: Debian's needs ICU, which is larger than all else in the image -----------------------------
FROM ${BASE} AS ical
COPY deploy/images/ical.sh /build/
RUN sh /build/ical.sh /packages

# ---- the tools, the same for every service ------------------------------------------------------------
FROM ${BASE} AS tools
COPY --from=microhttpd /packages /packages
COPY --from=ical /packages /packages
COPY deploy/images/tools.sh /build/
RUN sh /build/tools.sh /packages

# ---- the run-time dependencies of every service -------------------------------------------------------
FROM tools AS libraries
COPY deploy/images/gather.sh /build/
RUN lib=/usr/lib/$(gcc -print-multiarch) && \
    sh /build/gather.sh /root-of-image "$lib/libmicrohttpd.so" "$lib/libjansson.so" "$lib/libpq.so" \
        "$lib/libhiredis.so" "$lib/libcurl.so" "$lib/libcrypto.so" "$lib/libutf8proc.so" \
        "$lib/libsqlite3.so" "$lib/libyaml.so" "$lib/libstemmer.so" "$lib/libical.so" "$lib/libcares.so" "$lib/libresolv.so" \
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
# docker-compose.yml gives each service its own user.
USER 10000:10000
# A symbolic link to the service, because an entry point in exec form cannot use a build argument.
ENTRYPOINT ["/usr/bin/service"]
HEALTHCHECK --interval=5s --timeout=3s --retries=3 CMD ["/usr/bin/service", "--healthcheck"]
LABEL org.opencontainers.image.title="${SERVICE}" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.vendor="tapbot.kz" \
      org.opencontainers.image.licenses="MIT" \
      kz.tapbot.libmicrohttpd="${MICROHTTPD}"
