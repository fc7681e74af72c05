import { stringify } from 'yaml';

/** prometheus.yml for a run: the shop every 5 s (its exposition carries the exemplars), the store itself, and the metrics that it makes of spans. */
export function prometheusConfig(shopControlPort: number, storeAdminPort: number): string {
  const job = (name: string, port: number, path = '/metrics'): object => ({
    job_name: name,
    metrics_path: path,
    static_configs: [{ targets: [`127.0.0.1:${port}`] }],
  });
  return stringify({
    global: { scrape_interval: '5s', scrape_timeout: '4s' },
    scrape_configs: [
      job('shop', shopControlPort),
      job('store', storeAdminPort),
      job('spans', storeAdminPort, '/metrics/spans'),
    ],
  });
}

export function prometheusArgs(configFile: string, dataFolder: string, port: number): string[] {
  return [
    `--config.file=${configFile}`,
    `--storage.tsdb.path=${dataFolder}`,
    `--web.listen-address=127.0.0.1:${port}`,
    '--enable-feature=exemplar-storage',
    '--log.level=warn',
  ];
}
