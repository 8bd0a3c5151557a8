# syntax=docker/dockerfile:1
# The site alone; compose.yaml puts PostgreSQL, Redis and nginx around two of it.
#     docker build -t modelry . && docker run -p 127.0.0.1:8000:8000 -v modelry:/data modelry

FROM python:3.13-slim-trixie AS build
WORKDIR /srv/modelry
ENV PIP_NO_CACHE_DIR=1
COPY requirements.txt ./
COPY scripts scripts
# By the lock with its hashes. What installed it is of no use any more.
RUN scripts/install requirements.txt && .venv/bin/python -m pip uninstall --quiet --yes pip
COPY . .
RUN DATA_DIR=/tmp/build STATIC_ROOT=/srv/modelry/collected .venv/bin/python manage.py collectstatic --no-input -v0 \
    && .venv/bin/python -m compileall -q catalog config gateway playground

FROM python:3.13-slim-trixie
# pg_dump and pg_restore, for manage.py backup and restore; as new as the server of compose.yaml.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends postgresql-client-17 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --home-dir /data --shell /usr/sbin/nologin modelry \
    && install --directory --owner=modelry --group=modelry --mode=0700 /data /files
COPY --from=build /srv/modelry /srv/modelry
WORKDIR /srv/modelry
ENV HOST=0.0.0.0 PORT=8000 DATA_DIR=/data STATIC_ROOT=/srv/modelry/collected PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
USER modelry
VOLUME /data
EXPOSE 8000
# Runs under way go on for DRAIN_SECONDS: give it 10 s more than that before it is killed (docker stop --time 30).
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=120s --start-interval=1s \
    CMD ["python", "-c", "import os, urllib.request as ask; ask.urlopen(f'http://127.0.0.1:{os.environ[\"PORT\"]}/healthz')"]
CMD ["scripts/serve"]
