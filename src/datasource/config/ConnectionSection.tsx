import React from 'react';
import { Field, Input, SecretInput, Switch } from '@grafana/ui';
import { testIds } from '../../shared/testIds';
import { ConfigSection } from './ConfigSection';
import {
  TENANT_HEADER,
  TOKEN_HEADER,
  isHeaderStored,
  resetHeader,
  setHeader,
  typedHeader,
  type Settings,
} from './headers';

interface Props {
  settings: Settings;
  onChange: (settings: Settings) => void;
}

const WIDTH = 60;
const BEARER = 'Bearer ';

export function ConnectionSection({ settings, onChange }: Props) {
  const { url, jsonData, readOnly: disabled } = settings;
  const urlProblem = problemOfUrl(url);
  const setToken = (token: string) => onChange(setHeader(settings, TOKEN_HEADER, token && BEARER + token));
  return (
    <ConfigSection title="Connection" description="Grafana's server connects to the store; browsers never do.">
      <Field
        label="URL"
        description="The store's query port, as Grafana's server reaches it. Not a port that receives spans (4317, 4318)."
        required
        invalid={urlProblem !== undefined}
        error={urlProblem}
      >
        <Input
          id="clew-url"
          data-testid={testIds.configEditor.url}
          width={WIDTH}
          disabled={disabled}
          placeholder="http://localhost:3200"
          value={url}
          onChange={({ currentTarget }) => onChange({ ...settings, url: currentTarget.value })}
          onBlur={() => url !== url.trim() && onChange({ ...settings, url: url.trim() })}
        />
      </Field>
      <Field
        label="Token"
        description="Only if the store was given one for its query port. Grafana keeps it encrypted and sends it as 'Authorization: Bearer …'."
      >
        <SecretInput
          id="clew-token"
          data-testid={testIds.configEditor.token}
          width={WIDTH}
          disabled={disabled}
          placeholder="none"
          isConfigured={isHeaderStored(settings, TOKEN_HEADER)}
          value={typedHeader(settings, TOKEN_HEADER).replace(BEARER, '')}
          onChange={({ currentTarget }) => setToken(currentTarget.value.trim().replace(/^Bearer\s+/i, ''))}
          onReset={() => onChange(resetHeader(settings, TOKEN_HEADER))}
        />
      </Field>
      <Field
        label="Tenant"
        description="Only for a store with several tenants. Sent as 'X-Scope-OrgID'; users of this datasource cannot change it."
      >
        <SecretInput
          id="clew-tenant"
          data-testid={testIds.configEditor.tenant}
          width={WIDTH}
          disabled={disabled}
          placeholder="none"
          isConfigured={isHeaderStored(settings, TENANT_HEADER)}
          value={typedHeader(settings, TENANT_HEADER)}
          onChange={({ currentTarget }) => onChange(setHeader(settings, TENANT_HEADER, currentTarget.value.trim()))}
          onReset={() => onChange(resetHeader(settings, TENANT_HEADER))}
        />
      </Field>
      <Field label="Timeout" description="Seconds that Grafana waits for an answer to begin. Empty: 30.">
        <Input
          id="clew-timeout"
          type="number"
          min={1}
          width={20}
          disabled={disabled}
          placeholder="30"
          suffix="s"
          value={jsonData.timeout ?? ''}
          onChange={({ currentTarget }) =>
            onChange({ ...settings, jsonData: { ...jsonData, timeout: Number(currentTarget.value) || undefined } })
          }
        />
      </Field>
      {/^https:/i.test(url) && (
        <Field
          label="Skip TLS certificate check"
          description="For a self-signed certificate. Anyone between Grafana and the store can then read the token."
        >
          <Switch
            id="clew-tls-skip-verify"
            disabled={disabled}
            value={jsonData.tlsSkipVerify ?? false}
            onChange={({ currentTarget }) =>
              onChange({ ...settings, jsonData: { ...jsonData, tlsSkipVerify: currentTarget.checked } })
            }
          />
        </Field>
      )}
    </ConfigSection>
  );
}

function problemOfUrl(url: string): string | undefined {
  if (url === '') {
    return undefined;
  }
  if (!/^https?:\/\/[^/\s]+/i.test(url.trim())) {
    return 'Begin with http:// or https:// and a host.';
  }
  const port = /^https?:\/\/[^/]*:(\d+)/i.exec(url.trim())?.[1];
  return port === '4317' || port === '4318'
    ? `Port ${port} usually receives spans; the query port is 3200 unless the store was told otherwise.`
    : undefined;
}
