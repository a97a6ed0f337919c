# The bot for `docker compose up` (compose.yml). The base image is one for all platforms, pinned to the byte; Dependabot proposes newer ones.
# By hand: `docker buildx imagetools inspect python:3.13-slim-bookworm` shows the newest digest.
FROM python:3.13.16-slim-bookworm@sha256:a1165e272e578941b84abc79e4ab38a0305cd12803a5c4247979ac7655f4d641 AS base
# Debian's security updates since the image was made.
RUN apt-get update -qq && apt-get upgrade -y -qq && rm -rf /var/lib/apt/lists/*

FROM base AS parts
WORKDIR /source
COPY deploy/install.sh /source/
COPY requirements.txt /source/
RUN sh install.sh requirements.txt /venv
COPY requirements-tools.txt /source/
RUN sh install.sh requirements-tools.txt /tools
COPY pyproject.toml /source/
COPY README.md /source/
COPY LICENSE /source/
COPY manifest.yml /source/
COPY bot /source/bot
COPY handlers /source/handlers
COPY reporting /source/reporting
COPY sandbox /source/sandbox
RUN /tools/bin/hatchling build --target wheel \
    && /venv/bin/python -m pip install --no-index --no-deps dist/*.whl \
    && /venv/bin/python -m pip uninstall --yes --quiet pip

FROM base
# Nothing that installs or builds is left, and nobody can log in.
RUN python -m pip uninstall --yes --quiet pip \
    && useradd --uid 10001 --no-create-home --home-dir /data --shell /usr/sbin/nologin bot \
    && install -d -o bot -g bot -m 0700 /data
COPY --from=parts /venv /venv
# The root file system can be read-only: the bot writes to /data, and its picture's fonts to /tmp.
ENV PATH=/venv/bin:$PATH PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 \
    DATA_DIR=/data HTTP_PORT=3000 MPLCONFIGDIR=/tmp/matplotlib
USER bot
WORKDIR /data
VOLUME /data
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=10s --start-period=60s --retries=3 \
    CMD ["python", "-c", "import http.client, os, sys; ask = http.client.HTTPConnection('127.0.0.1', int(os.environ['HTTP_PORT']), timeout=5); ask.request('GET', '/healthz'); sys.exit(ask.getresponse().status != 200)"]
ENTRYPOINT ["docspace-compliance-bot"]
CMD ["run"]
