import { type ClewJsonData } from '../types';

/** A part of the configuration page that edits `jsonData` alone. */
export interface SectionProps {
  readonly jsonData: ClewJsonData;
  readonly onChange: (changes: Partial<ClewJsonData>) => void;
  /** Provisioned datasources cannot be changed here. */
  readonly disabled: boolean;
}
