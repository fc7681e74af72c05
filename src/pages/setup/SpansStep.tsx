import React, { useCallback, useEffect, useState } from 'react';
import { Alert, Button, Spinner, Stack, Tab, TabsBar, Text } from '@grafana/ui';
import { STORE_CHECKS, runDoctor, type CheckResult } from '@clew/doctor';
import { CopyBlock } from '../../scenes/CopyBlock';
import { OutcomeMark } from '../../scenes/doctor/OutcomeMark';
import { browserClock } from '../../scenes/doctor/browserClock';
import { useLoaded } from '../../scenes/useLoaded';
import { grafanaApi } from '../../shared/grafanaApi';
import { collectorExporter, curlCommand, sdkEnvironment } from '../start/firstTrace';
import { Step } from './Step';

const EVERY_MS = 5000;
/** Where a store listens unless it is told otherwise. */
const OTLP = { grpc: 'localhost:4317', http: 'localhost:4318' };
const WAYS = [
  {
    id: 'sdk',
    title: 'An application',
    text: sdkEnvironment(OTLP),
    about: 'Any OpenTelemetry SDK or agent reads these variables.',
  },
  {
    id: 'collector',
    title: 'A Collector',
    text: collectorExporter(OTLP),
    about: 'Add the exporter to the ones that the traces pipeline has.',
  },
  { id: 'curl', title: 'By hand', text: curlCommand(OTLP), about: 'One span, to see that it works.' },
];

/** Whether spans arrive, and how to send some. Looks again by itself until they do. */
export function SpansStep({ storeUid }: { storeUid: string }) {
  const [turn, setTurn] = useState(0);
  const [way, setWay] = useState('sdk');
  const load = useCallback(
    async (signal: AbortSignal) => {
      void turn;
      const report = await runDoctor({
        ...{ transport: grafanaApi(signal), clock: browserClock, storeUid },
        checks: STORE_CHECKS.filter(({ id }) => WANTED.includes(id)),
      });
      return report.results;
    },
    [storeUid, turn]
  );
  const { value: results, error } = useLoaded(storeUid, load);
  const arriving = results?.find(({ id }) => id === 'spans-arriving');
  const isArriving = arriving?.outcome === 'ok';
  useEffect(() => {
    if (isArriving || !results) {
      return;
    }
    const timer = setTimeout(() => setTurn((before) => before + 1), EVERY_MS);
    return () => clearTimeout(timer);
  }, [isArriving, results]);
  const troubles = results?.filter(({ outcome }) => outcome !== 'ok' && outcome !== 'skipped') ?? [];
  return (
    <Step number={2} title="Send it spans" done={isArriving ? arriving.verdicts[0]?.sentence : undefined}>
      {error !== undefined && (
        <Alert severity="error" title={error instanceof Error ? error.message : String(error)}>
          <Button size="sm" variant="secondary" onClick={() => setTurn(turn + 1)}>
            Try again
          </Button>
        </Alert>
      )}
      {!results && error === undefined && <Spinner />}
      {troubles.map((result) => (
        <Trouble key={result.id} result={result} />
      ))}
      {results && !isArriving && (
        <>
          <Text color="secondary">This page notices when the first span comes.</Text>
          <TabsBar>
            {WAYS.map(({ id, title }) => (
              <Tab key={id} label={title} active={id === way} onChangeTab={() => setWay(id)} />
            ))}
          </TabsBar>
          {WAYS.filter(({ id }) => id === way).map(({ id, title, text, about }) => (
            <Stack key={id} direction="column" gap={1}>
              <Text color="secondary">{about}</Text>
              <CopyBlock name={title} text={text} />
            </Stack>
          ))}
        </>
      )}
    </Step>
  );
}

const WANTED = ['store-datasource', 'store-reachable', 'store-ready', 'spans-arriving'];

function Trouble({ result }: { result: CheckResult }) {
  return (
    <div>
      <OutcomeMark outcome={result.outcome} />{' '}
      {result.verdicts.map(({ sentence, remedy }) => [sentence, remedy?.summary].filter(Boolean).join(' ')).join(' ')}
    </div>
  );
}
