import React, { useState } from 'react';
import { Alert, Button, Combobox, Field, Input, Stack, Text } from '@grafana/ui';
import { CLEW_TYPE, callerOf, isRecord, ofType, type Datasource, type DoctorContext } from '@clew/doctor';
import { CopyBlock } from '../../scenes/CopyBlock';
import { may } from '../../scenes/permissions';
import { grafanaApi } from '../../shared/grafanaApi';
import { Step } from './Step';

interface Props {
  context: DoctorContext;
  onChoose: (uid: string) => void;
  /** After one was added. */
  onAdded: (uid: string) => void;
}

const USUAL_URL = 'http://localhost:3200';

/** Which store: one that Grafana has, or a new one. */
export function StoreStep({ context, onChoose, onAdded }: Props) {
  const { store } = context;
  const stores = ofType(context.inventory, CLEW_TYPE);
  return (
    <Step number={1} title="Connect the trace store" done={store && `${store.name} is connected`}>
      {store ? (
        stores.length > 1 ? (
          <Field label="Which store" noMargin>
            <Combobox
              aria-label="Which store"
              width={40}
              options={stores.map(({ uid, name, url }) => ({ value: uid, label: name, description: url }))}
              value={store.uid}
              onChange={({ value }) => onChoose(value)}
            />
          </Field>
        ) : (
          <Text color="secondary">{`${store.name}${store.url === undefined ? '' : `, at ${store.url}`}`}</Text>
        )
      ) : may('datasources:create') ? (
        <NewStore onAdded={onAdded} taken={context.inventory.datasources} />
      ) : (
        <Alert severity="info" title="There is no trace store yet, and you may not add one">
          Ask an admin of this Grafana to open this page.
        </Alert>
      )}
    </Step>
  );
}

function NewStore({ taken, onAdded }: { taken: readonly Datasource[]; onAdded: (uid: string) => void }) {
  const [url, setUrl] = useState(USUAL_URL);
  const [isWriting, setWriting] = useState(false);
  const [problem, setProblem] = useState<string>();
  const isUrl = /^https?:\/\/[^\s/]+/.test(url.trim());
  const name = freeName(taken);
  const add = async () => {
    setWriting(true);
    setProblem(undefined);
    try {
      const call = callerOf(grafanaApi(new AbortController().signal));
      const body = { name, type: CLEW_TYPE, access: 'proxy', url: url.trim(), jsonData: {} };
      const { status, data } = await call({ method: 'POST', path: '/api/datasources', body });
      const made = isRecord(data) && isRecord(data.datasource) ? data.datasource.uid : undefined;
      if (status === 200 && typeof made === 'string') {
        onAdded(made);
      } else {
        const message = isRecord(data) && typeof data.message === 'string' ? `: ${data.message}` : '';
        setProblem(`Grafana did not add it (${status})${message}.`);
      }
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error));
    } finally {
      setWriting(false);
    }
  };
  return (
    <Stack direction="column" gap={1.5}>
      <Text>If no store runs yet, start one beside Grafana, in the folder of Clew:</Text>
      <CopyBlock name="the command" text="npm start" />
      <Field
        label="URL of the store's query port"
        description="As Grafana's server reaches it."
        invalid={!isUrl}
        error={`Give an address such as ${USUAL_URL}`}
        noMargin
      >
        <Input
          id="clew-store-url"
          width={50}
          value={url}
          onChange={({ currentTarget }) => setUrl(currentTarget.value)}
        />
      </Field>
      {problem !== undefined && <Alert severity="error" title={problem} />}
      <div>
        <Button icon={isWriting ? 'spinner' : 'plus'} disabled={!isUrl || isWriting} onClick={() => void add()}>
          {`Add the datasource “${name}”`}
        </Button>
      </div>
    </Stack>
  );
}

function freeName(taken: readonly Datasource[]): string {
  const isTaken = (name: string) => taken.some((datasource) => datasource.name.toLowerCase() === name.toLowerCase());
  for (let number = 1; ; number++) {
    const name = number === 1 ? 'Clew' : `Clew ${number}`;
    if (!isTaken(name)) {
      return name;
    }
  }
}
