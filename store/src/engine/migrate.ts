import { BOOTSTRAP, MIGRATIONS, VERSION_TABLE } from '../schema/migrations.ts';
import type { Engine } from './engine.ts';

/** Brings the schema to the newest version. Rejects when the data was written by a newer store than this one. */
export async function migrate(engine: Engine): Promise<void> {
  for (const statement of BOOTSTRAP) {
    await engine.command(statement);
  }
  const [{ version }] = await engine.rows<{ version: number }>({
    sql: `SELECT max(version) AS version FROM ${VERSION_TABLE}`,
    params: {},
  });
  const newest = MIGRATIONS.at(-1)?.version ?? 0;
  if (version > newest) {
    throw new Error(
      `The data has schema version ${version}, this store knows ${newest}: start the newer store, or another data directory`
    );
  }
  for (const migration of MIGRATIONS.filter((candidate) => candidate.version > version)) {
    for (const statement of migration.statements) {
      await engine.command(statement);
    }
    await engine.command(`INSERT INTO ${VERSION_TABLE} (version) VALUES (${migration.version})`);
  }
}
