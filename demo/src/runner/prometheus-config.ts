import { stringify } from 'yaml';

/** prometheus.yml for a run: the shop every 5 s (its exposition carries the exemplars), and the store itself. */
export function prometheusConfig(shopControlPort: number, storeAdminPort: number): string {
  const job = (name: string, port: number): object => ({
    job_name: name,
    static_configs: [{ targets: [`127.0.0.1:${port}`] }],
  });
  return stringify({
    global: { scrape_interval: '5s', scrape_timeout: '4s' },
    scrape_configs: [job('shop', shopControlPort), job('store', storeAdminPort)],
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
