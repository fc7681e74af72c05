import { type DataSourceSettings } from '@grafana/data';
import { type ClewJsonData, type ClewSecureJsonData } from '../types';

export type Settings = DataSourceSettings<ClewJsonData, ClewSecureJsonData>;

export const TOKEN_HEADER = 'Authorization';
export const TENANT_HEADER = 'X-Scope-OrgID';

/**
 * Secret headers that Grafana adds to each request. It reads them from 1 up to the first missing name, so a name stays
 * when its value is cleared: a gap would silence those behind it.
 */
export function setHeader(settings: Settings, header: string, value: string): Settings {
  const slot = slotOf(settings, header) ?? freeSlot(settings);
  return {
    ...settings,
    jsonData: { ...settings.jsonData, [`httpHeaderName${slot}`]: header },
    secureJsonData: { ...settings.secureJsonData, [`httpHeaderValue${slot}`]: value },
  };
}

/** Forgets the stored value; the form asks for a new one. */
export function resetHeader(settings: Settings, header: string): Settings {
  const slot = slotOf(settings, header);
  if (slot === undefined) {
    return settings;
  }
  return {
    ...settings,
    secureJsonFields: { ...settings.secureJsonFields, [`httpHeaderValue${slot}`]: false },
    secureJsonData: { ...settings.secureJsonData, [`httpHeaderValue${slot}`]: '' },
  };
}

/** Whether Grafana keeps a value for it; the value itself never comes back. */
export function isHeaderStored(settings: Settings, header: string): boolean {
  const slot = slotOf(settings, header);
  return slot !== undefined && settings.secureJsonFields?.[`httpHeaderValue${slot}`] === true;
}

/** What was typed and is not saved yet. */
export function typedHeader(settings: Settings, header: string): string {
  const slot = slotOf(settings, header);
  return (slot === undefined ? undefined : settings.secureJsonData?.[`httpHeaderValue${slot}`]) ?? '';
}

function slotOf({ jsonData }: Settings, header: string): number | undefined {
  for (let slot = 1; jsonData[`httpHeaderName${slot}`]; slot += 1) {
    if (jsonData[`httpHeaderName${slot}`]?.toLowerCase() === header.toLowerCase()) {
      return slot;
    }
  }
  return undefined;
}

function freeSlot({ jsonData }: Settings): number {
  let slot = 1;
  while (jsonData[`httpHeaderName${slot}`]) {
    slot += 1;
  }
  return slot;
}
