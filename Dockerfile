# One image for web, worker and beat; docker-compose.yml gives each its command.
FROM python:3.11-slim-bookworm

ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PATH="/app/.venv/bin:$PATH"
WORKDIR /app

# What changes seldom first: system libraries, packages, page assets and fonts come from config/setup as on any machine.
COPY requirements.txt requirements-dev.txt package.json package-lock.json ./
COPY config/__init__.py config/
COPY config/setup config/setup
RUN apt-get update -qq && python -m config.setup && rm -rf /var/lib/apt/lists/* /root/.cache /root/.npm

COPY . .
ENV DATA_DIR=/data FONTS_DIR=/app/var/fonts STATIC_ROOT=/app/staticfiles HOST=0.0.0.0 PORT=8000
RUN python -m config.setup.messages \
    && python -m config.setup.styles \
    && python -m config.prepare --static-only \
    && useradd --system --uid 10001 portal && rm -rf /data && install -d -o portal /data
USER portal
VOLUME /data
EXPOSE 8000
CMD ["python", "-m", "gunicorn", "--config", "config/gunicorn.py", "config.wsgi"]
