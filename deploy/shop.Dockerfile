# The demo shop: all its services in one process. Build from the root of the repository.

FROM node:24-bookworm-slim
ENV NODE_ENV=production
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
COPY packages packages
COPY store/package.json store/package.json
COPY demo demo
RUN npm ci --omit=dev --no-audit --no-fund --workspace demo
USER node
EXPOSE 8080 8099
HEALTHCHECK --interval=5s --timeout=3s --start-period=15s --retries=6 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:8099/ready').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "demo/src/shop/main.ts"]
