# Grafana with the plugin baked in. Build from the root of the repository.

ARG GRAFANA_VERSION=12.4.0

FROM node:24-bookworm-slim AS plugin
WORKDIR /build
COPY . .
# The plugin and the packages it bundles; the store's engine is not needed here.
RUN npm ci --no-audit --no-fund --include-workspace-root \
      --workspace packages/doctor --workspace packages/traceql --workspace packages/trace-model --workspace packages/trace-gen \
 && npm run build

FROM grafana/grafana:${GRAFANA_VERSION}
COPY --from=plugin /build/dist /var/lib/grafana-plugins/clew-correlation-app
COPY provisioning /etc/grafana/provisioning
ENV GF_PATHS_PLUGINS=/var/lib/grafana-plugins \
    GF_PLUGINS_ALLOW_LOADING_UNSIGNED_PLUGINS=clew-correlation-app,clew-traces-datasource,clew-waterfall-panel \
    GF_PLUGINS_PREINSTALL_DISABLED=true \
    GF_ANALYTICS_REPORTING_ENABLED=false \
    GF_ANALYTICS_CHECK_FOR_UPDATES=false \
    GF_ANALYTICS_CHECK_FOR_PLUGIN_UPDATES=false
