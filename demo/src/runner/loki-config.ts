import { join } from 'node:path';
import { stringify } from 'yaml';

/** A single-process Loki on the loopback, with its files in `folder`; the same settings as deploy/loki.yaml. */
export function lokiConfig(folder: string, httpPort: number, grpcPort: number): string {
  const address = '127.0.0.1';
  return stringify({
    auth_enabled: false,
    server: {
      http_listen_address: address,
      http_listen_port: httpPort,
      grpc_listen_address: address,
      grpc_listen_port: grpcPort,
      log_level: 'warn',
    },
    common: {
      instance_addr: address,
      path_prefix: folder,
      replication_factor: 1,
      ring: { instance_addr: address, kvstore: { store: 'inmemory' } },
      storage: {
        filesystem: { chunks_directory: join(folder, 'chunks'), rules_directory: join(folder, 'rules') },
      },
    },
    memberlist: { bind_addr: [address] },
    // A ring of one has nothing to wait for.
    ingester: { lifecycler: { min_ready_duration: '0s' } },
    schema_config: {
      configs: [
        {
          from: '2024-01-01',
          store: 'tsdb',
          object_store: 'filesystem',
          schema: 'v13',
          index: { prefix: 'index_', period: '24h' },
        },
      ],
    },
    limits_config: { allow_structured_metadata: true, volume_enabled: true },
    pattern_ingester: { enabled: false },
    analytics: { reporting_enabled: false },
  });
}
