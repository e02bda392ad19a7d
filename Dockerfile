# Browser assets need Node, running the program does not.
FROM node:24-bookworm-slim AS packages
WORKDIR /opt/gxftz
COPY package.json package-lock.json .npmrc ./
RUN npm ci --loglevel error

FROM python:3.11-slim-bookworm
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PIP_NO_CACHE_DIR=1 PIP_ROOT_USER_ACTION=ignore
WORKDIR /opt/gxftz
RUN useradd --system --home-dir /var/lib/gxftz --create-home gxftz
COPY requirements.txt constraints.txt ./
RUN python -m venv .venv && .venv/bin/pip install --quiet -r requirements.txt
COPY . .
COPY --from=packages /opt/gxftz/node_modules node_modules
RUN .venv/bin/python -m common.assets \
  && for catalog in locale/*/LC_MESSAGES/*.po; do \
       [ ! -f "$catalog" ] || .venv/bin/pybabel --quiet compile -i "$catalog" -o "${catalog%.po}.mo" || exit 1; \
     done \
  && rm -rf node_modules
ENV PATH=/opt/gxftz/.venv/bin:$PATH GXFTZ_DATA_DIR=/var/lib/gxftz HOST=0.0.0.0
USER gxftz
VOLUME /var/lib/gxftz
EXPOSE 8000
# The worker and the beat are the same image with another command; see compose.yaml.
CMD ["python", "-m", "gunicorn", "-c", "deploy/gunicorn.conf.py", "gxftz.wsgi"]
