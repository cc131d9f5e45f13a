# restic of Debian 13: older versions have no exit codes for a wrong key and a missing repository.
ARG BASE=debian:trixie-slim
FROM ${BASE}
RUN apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends restic ca-certificates && \
    rm -rf /var/lib/apt/lists/*
ENTRYPOINT ["restic"]
