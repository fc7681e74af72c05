# The trace store. Debian, because the embedded engine needs glibc. Build from the root of the repository.

FROM node:24-bookworm-slim
ENV NODE_ENV=production
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
COPY demo/package.json demo/package.json
COPY packages packages
COPY store store
RUN npm ci --omit=dev --no-audit --no-fund --workspace store \
 && mkdir /data && chown node:node /data
USER node
ENV CLEW_DATA_DIR=/data \
    CLEW_LISTEN_HOST=0.0.0.0
VOLUME /data
EXPOSE 4317 4318 3200 3201
HEALTHCHECK --interval=5s --timeout=3s --start-period=30s --retries=6 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:3201/ready').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "store/src/main.ts"]
