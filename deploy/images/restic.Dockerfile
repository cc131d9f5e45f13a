# restic of Debian 13: older ones do not say by their exit code whether a key is wrong or a copy is missing.
ARG BASE=debian:trixie-slim
FROM ${BASE}
RUN apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends restic ca-certificates && \
    rm -rf /var/lib/apt/lists/*
ENTRYPOINT ["restic"]
