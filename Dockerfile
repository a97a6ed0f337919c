# The bot for `docker compose up` (compose.yml), or with another PYTHON: docker build --build-arg PYTHON=3.13-slim .
# To hold the base image to the byte, add its digest, as `docker buildx imagetools inspect python:3.13.16-slim-bookworm` shows it
# on a machine with network: --build-arg PYTHON=3.13.16-slim-bookworm@sha256:… . None stands here, for none was looked up.
ARG PYTHON=3.13.16-slim-bookworm

FROM python:${PYTHON} AS parts
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
RUN /tools/bin/hatchling build --target wheel \
    && /venv/bin/python -m pip install --no-index --no-deps dist/*.whl \
    && /venv/bin/python -m pip uninstall --yes --quiet pip

FROM python:${PYTHON}
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
