# The image tcpbridge: node, the bundled product and koffi, on nothing else.
#
# One base for building and as the source of node and its libraries. Pin it by tag or digest:
#   docker build --build-arg BASE_IMAGE=node:20-bookworm-slim@sha256:... .
# It needs a shell, ldd, node and npm; the architecture is the one that the base is pulled for (amd64, arm64).
# http_proxy, https_proxy and no_proxy are build arguments that every engine knows; NPM_CONFIG_REGISTRY names a mirror.
ARG BASE_IMAGE=node:20-bookworm-slim

FROM ${BASE_IMAGE} AS build
ARG NPM_CONFIG_REGISTRY
WORKDIR /build
# Packages come from .cache/npm when there is one (a machine without a network, see docs/docker.md), else from npm.
# package.json stands beside the pattern because COPY wants at least one match.
COPY package.json .cache/npm* /npm-cache/
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund --prefer-offline --cache /npm-cache
COPY . .
RUN npm run build \
 && npm prune --omit=dev --ignore-scripts --no-audit --no-fund --offline --cache /npm-cache
RUN sh scripts/docker-root.sh /image

FROM scratch
COPY --from=build /image/ /
# The engine's name server does not answer for a router that is not there if no server behind it answers: on a host without
# a network every question would take resolv.conf(5)'s 2 x 5 s, and four such questions node's whole thread pool.
# /dev/shm is writable for every user and under --read-only: there are the health file and the control socket, which
# "docker exec" finds by the same variable.
ENV PATH=/usr/local/bin:/usr/bin:/bin \
    NODE_ENV=production \
    RES_OPTIONS="timeout:1 attempts:1" \
    UV_THREADPOOL_SIZE=32 \
    XDG_RUNTIME_DIR=/dev/shm \
    TCPBRIDGE_HEALTH_FILE=/dev/shm/tcpbridge-health
LABEL org.opencontainers.image.title="tcpbridge" \
      org.opencontainers.image.description="The patch panel for virtual network labs" \
      org.opencontainers.image.licenses="MIT"
WORKDIR /
# Links and hubs need no privilege. TAP and raw interfaces do: --user root --cap-add NET_ADMIN.
USER 10001:10001
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=5s --timeout=3s --start-period=30s --retries=3 CMD ["/healthcheck"]
ENTRYPOINT ["tcpbridge"]
