# Kiln in a container: built in one stage, run in a slim one as an unprivileged user.
FROM docker.io/library/debian:bookworm-slim AS build
RUN apt-get update -q \
 && DEBIAN_FRONTEND=noninteractive apt-get install -qy --no-install-recommends \
      cmake ninja-build gcc libc6-dev pkg-config libmicrohttpd-dev libcjson-dev libopenblas-pthread-dev \
      libarchive-dev libpq-dev liblua5.4-dev libssl-dev libcsv-dev libhdf5-dev zlib1g-dev libdeflate-dev \
 && rm -rf /var/lib/apt/lists/*
WORKDIR /kiln
COPY . .
RUN cmake --preset release -DKILN_TESTS=OFF && cmake --build build --target kilnd

FROM docker.io/library/debian:bookworm-slim
# The package's own cluster would only lie there: Kiln makes its own in the data volume.
RUN mkdir -p /etc/postgresql-common && echo 'create_main_cluster = false' > /etc/postgresql-common/createcluster.conf \
 && apt-get update -q \
 && DEBIAN_FRONTEND=noninteractive apt-get install -qy --no-install-recommends \
      libmicrohttpd12 libcjson1 libopenblas0-pthread libarchive13 libpq5 liblua5.4-0 libssl3 libcsv3 libhdf5-103-1 zlib1g \
      libdeflate0 postgresql-15 curl ca-certificates \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --system --uid 10001 --home-dir /data --shell /usr/sbin/nologin kiln \
 && install -d -o kiln -g kiln -m 0750 /data
COPY --from=build /kiln/build/kilnd /usr/local/bin/kilnd
COPY --from=build /kiln/examples /usr/share/kiln/examples
USER kiln
VOLUME /data
ENV KILN_DATA=/data KILN_LISTEN=127.0.0.1:8080
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s CMD curl -fsS "http://127.0.0.1:8080/healthz" || exit 1
STOPSIGNAL SIGTERM
ENTRYPOINT ["kilnd"]
CMD ["serve"]
