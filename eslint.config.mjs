import { defineConfig } from 'eslint/config';
import baseConfig from './.config/eslint.config.mjs';

// Who may import whom is one table, in .dependency-cruiser.cjs; `npm run lint` runs both.
export default defineConfig([
  {
    ignores: [
      '**/node_modules/',
      '**/dist/',
      '.config/',
      'data/',
      'test-results/',
      'playwright-report/',
      'blob-report/',
      'playwright/',
    ],
  },
  ...baseConfig,
  {
    files: ['**/*.{ts,tsx}'],
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
    },
  },
  {
    files: ['store/**/*.ts', 'packages/**/*.ts', 'demo/**/*.ts', 'scripts/**/*.ts', 'bench/**/*.ts', 'tests/**/*.ts'],
    rules: {
      // There is no React here: a function called useX is just a function.
      'react-hooks/rules-of-hooks': 'off',
    },
  },
]);
