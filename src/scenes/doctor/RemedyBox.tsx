import React, { useEffect, useMemo, useState } from 'react';
import { css } from '@emotion/css';
import { type GrafanaTheme2 } from '@grafana/data';
import { Alert, Button, ConfirmModal, Stack, Text, useStyles2 } from '@grafana/ui';
import {
  applyChange,
  callerOf,
  provisioningOf,
  type DatasourceChange,
  type Inventory,
  type Remedy,
} from '@clew/doctor';
import { CopyBlock } from '../CopyBlock';
import { may } from '../permissions';
import { grafanaApi } from '../../shared/grafanaApi';

interface Props {
  remedy: Remedy;
  inventory: Inventory;
  /** After a change was written. */
  onApplied: () => void;
}

/** How something is mended: as a file, as steps, or at once. */
export function RemedyBox({ remedy: { summary, change, file, steps }, inventory, onApplied }: Props) {
  const styles = useStyles2(getStyles);
  return (
    <div className={styles.box}>
      <Text element="p" weight="medium">
        {summary}
      </Text>
      {steps && steps.length > 0 && (
        <ol className={styles.steps}>
          {steps.map((step) => (
            <li key={step}>{step}</li>
          ))}
        </ol>
      )}
      {change && <ChangeBox change={change} inventory={inventory} onApplied={onApplied} />}
      {file && (
        <Stack direction="column" gap={0.5}>
          <Text color="secondary">{file.name}</Text>
          <CopyBlock name={file.name} text={file.text} />
        </Stack>
      )}
    </div>
  );
}

function ChangeBox({ change, inventory, onApplied }: { change: DatasourceChange } & Omit<Props, 'remedy'>) {
  const [isAsked, setAsked] = useState(false);
  const [isWriting, setWriting] = useState(false);
  const [isShown, setShown] = useState(false);
  const [refusal, setRefusal] = useState<string>();
  const now = inventory.datasources.find(({ uid }) => uid === change.datasource.uid);
  const { name } = change.datasource;
  const why = whyNot(now?.readOnly);
  const before = Object.fromEntries(Object.keys(change.jsonData).map((key) => [key, now?.jsonData[key] ?? null]));
  const apply = async () => {
    setAsked(false);
    setWriting(true);
    setRefusal(undefined);
    try {
      const applied = await applyChange(callerOf(grafanaApi(new AbortController().signal)), change);
      if (applied.ok) {
        onApplied();
      } else {
        setRefusal(applied.sentence);
      }
    } catch (error) {
      setRefusal(error instanceof Error ? error.message : String(error));
    } finally {
      setWriting(false);
    }
  };
  return (
    <Stack direction="column" gap={1}>
      <Stack gap={1} alignItems="center" wrap="wrap">
        {why === undefined && (
          <Button
            size="sm"
            icon={isWriting ? 'spinner' : 'save'}
            disabled={isWriting}
            onClick={() => setAsked(true)}
          >{`Change ${name}`}</Button>
        )}
        <Button
          size="sm"
          variant="secondary"
          icon="brackets-curly"
          aria-expanded={isShown}
          onClick={() => setShown(!isShown)}
        >
          {isShown ? 'Hide the YAML' : 'Show the YAML'}
        </Button>
        {why !== undefined && <Text color="secondary">{why}</Text>}
      </Stack>
      {refusal !== undefined && <Alert severity="error" title={refusal} />}
      {isShown && <Yaml name={`the provisioning of ${name}`} value={provisioningOf(change, now)} />}
      <ConfirmModal
        isOpen={isAsked}
        title={`Change ${name}?`}
        body="These settings become"
        description={
          <Stack direction="column" gap={1}>
            <Yaml name="the new settings" value={change.jsonData} />
            <Text color="secondary">Now they are</Text>
            <Yaml name="the settings as they are" value={before} />
          </Stack>
        }
        confirmText="Change"
        confirmButtonVariant="primary"
        onConfirm={() => void apply()}
        onDismiss={() => setAsked(false)}
      />
    </Stack>
  );
}

/** Why it cannot be changed from here. */
function whyNot(readOnly: boolean | undefined): string | undefined {
  if (!may('datasources:write')) {
    return 'An admin can change it here, or with the YAML.';
  }
  return readOnly === true ? 'It is provisioned from a file: change that, with the YAML.' : undefined;
}

/** The library is loaded when the first text is wanted. */
function Yaml({ name, value }: { name: string; value: object }) {
  const [text, setText] = useState<string>();
  const key = useMemo(() => JSON.stringify(value), [value]);
  useEffect(() => {
    let isWanted = true;
    void import('yaml').then(({ stringify }) => {
      if (isWanted) {
        setText(stringify(JSON.parse(key), { lineWidth: 0 }));
      }
    });
    return () => {
      isWanted = false;
    };
  }, [key]);
  return text === undefined ? null : <CopyBlock name={name} text={text} />;
}

const getStyles = (theme: GrafanaTheme2) => ({
  box: css({
    display: 'flex',
    flexDirection: 'column',
    gap: theme.spacing(1),
    padding: theme.spacing(1.5),
    borderLeft: `2px solid ${theme.colors.border.medium}`,
  }),
  steps: css({ margin: 0, paddingLeft: theme.spacing(3) }),
});
