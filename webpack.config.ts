import CopyWebpackPlugin from 'copy-webpack-plugin';
import type { Configuration } from 'webpack';
import { merge } from 'webpack-merge';

import grafanaConfig, { type Env } from './.config/webpack/webpack.config.ts';

const config = async (env: Env): Promise<Configuration> =>
  merge(await grafanaConfig(env), {
    plugins: [
      // The scaffold copies the images that the root plugin.json names; nested plugins bring their own.
      new CopyWebpackPlugin({
        patterns: [{ from: '{datasource,panel}/img/**', to: '.', noErrorOnMissing: true }],
      }),
    ],
  });

export default config;
