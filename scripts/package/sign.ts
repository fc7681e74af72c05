import { spawnSync } from 'node:child_process';

import { PackageError } from './package-error.ts';

/** Exact, so that the bytes that sign are known. */
const SIGNER = '@grafana/sign-plugin@3.3.3';

/**
 * Has Grafana sign the plugin in a folder, which gets a MANIFEST.txt. Needs the network and `GRAFANA_ACCESS_POLICY_TOKEN`;
 * `rootUrls` (comma-separated) makes it a private plugin of these Grafanas.
 */
export function sign(folder: string, rootUrls: string | undefined): void {
  const args = ['--yes', SIGNER, '--distDir', folder, ...(rootUrls ? ['--rootUrls', rootUrls] : [])];
  const { status, error } = spawnSync('npx', args, { stdio: 'inherit' });
  if (status !== 0) {
    throw new PackageError(
      `Signing failed${error ? `: ${error.message}` : ''}. Without GRAFANA_ACCESS_POLICY_TOKEN the plugin is packaged unsigned.`
    );
  }
}
