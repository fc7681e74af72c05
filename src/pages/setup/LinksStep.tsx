import React, { useCallback, useState } from 'react';
import { Alert, Combobox, Field, Stack, Text } from '@grafana/ui';
import { LINKS, ofType, type Datasource, type DoctorContext, type Link } from '@clew/doctor';
import { LinkCard } from './LinkCard';
import { Step } from './Step';

interface Props {
  number: number;
  title: string;
  /** The plugin's id of what is linked with the store, and its name in sentences. */
  type: string;
  name: string;
  context: DoctorContext;
  store: Datasource;
  /** The one that was chosen; undefined: the default one, else the first. */
  chosen: string | undefined;
  onChoose: (uid: string) => void;
  onApplied: () => void;
}

/** Links between the store and one datasource of metrics or logs, both ways. */
export function LinksStep({ number, title, type, name, context, store, chosen, onChoose, onApplied }: Props) {
  const [linked, setLinked] = useState<Readonly<Partial<Record<Link['id'], boolean>>>>({});
  const onState = useCallback(
    (id: Link['id'], isLinked: boolean) =>
      setLinked((before) => (before[id] === isLinked ? before : { ...before, [id]: isLinked })),
    []
  );
  const all = ofType(context.inventory, type);
  const other = all.find(({ uid }) => uid === chosen) ?? all.find(({ isDefault }) => isDefault) ?? all[0];
  const links = LINKS.filter(({ from, to }) => from === type || to === type);
  const isDone = other !== undefined && links.every(({ id }) => linked[id] === true);
  return (
    <Step number={number} title={title} done={isDone ? 'Linked both ways' : undefined}>
      {other ? (
        <>
          {all.length > 1 ? (
            <Field label={`Which ${name}`} noMargin>
              <Combobox
                aria-label={`Which ${name}`}
                width={40}
                options={all.map(({ uid, name: label, url }) => ({ value: uid, label, description: url }))}
                value={other.uid}
                onChange={({ value }) => onChoose(value)}
              />
            </Field>
          ) : (
            <Text color="secondary">{`${other.name}${other.url === undefined ? '' : `, at ${other.url}`}`}</Text>
          )}
          {links.map((link) => (
            <LinkCard
              key={`${link.id} ${other.uid}`}
              context={context}
              link={link}
              from={link.from === type ? other : store}
              to={link.from === type ? store : other}
              onState={onState}
              onApplied={onApplied}
            />
          ))}
        </>
      ) : (
        <Alert severity="info" title={`This Grafana has no datasource of the type ${name}`}>
          <Stack direction="column" gap={1}>
            {`Add one under Connections, and come back. Without ${name} the app's pages work all the same: they ask the store.`}
          </Stack>
        </Alert>
      )}
    </Step>
  );
}
