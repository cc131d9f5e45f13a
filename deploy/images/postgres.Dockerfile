# PostgreSQL's official image with pgBackRest from the same Debian release, which archives the WAL and makes base backups.
# docker-compose.yml has the version, next to the tag.
ARG BASE
FROM ${BASE}
RUN apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends pgbackrest=2.55.* && \
    rm -rf /var/lib/apt/lists/* /etc/pgbackrest.conf && \
    install -d -o postgres -g postgres -m 0750 /var/lib/pgbackrest
