# The bot for `docker compose up` (compose.yml), or with another PYTHON: docker build --build-arg PYTHON=3.13-slim .
ARG PYTHON=3.13.9-slim-bookworm

FROM python:${PYTHON} AS parts
COPY requirements.txt /
RUN python -m venv --without-pip /venv \
    && python -m pip --python /venv/bin/python install --no-cache-dir --only-binary :all: --require-hashes -r /requirements.txt
COPY bot /app/bot
COPY handlers /app/handlers
COPY reporting /app/reporting
RUN /venv/bin/python -m compileall -q /app

FROM python:${PYTHON}
# Nothing that installs or builds is left, and nobody can log in.
RUN python -m pip uninstall --yes --quiet pip \
    && useradd --uid 10001 --no-create-home --home-dir /data --shell /usr/sbin/nologin bot \
    && install -d -o bot -g bot -m 0700 /data
COPY --from=parts /venv /venv
COPY --from=parts /app /app
# The root file system can be read-only: the bot writes to /data, and its picture's fonts to /tmp.
ENV PATH=/venv/bin:$PATH PYTHONPATH=/app PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 \
    DATA_DIR=/data HTTP_PORT=3000 MPLCONFIGDIR=/tmp/matplotlib
USER bot
WORKDIR /data
VOLUME /data
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=10s --start-period=60s --retries=3 \
    CMD ["python", "-c", "import http.client, os, sys; ask = http.client.HTTPConnection('127.0.0.1', int(os.environ['HTTP_PORT']), timeout=5); ask.request('GET', '/healthz'); sys.exit(ask.getresponse().status != 200)"]
ENTRYPOINT ["python", "-m", "bot"]
CMD ["run"]
