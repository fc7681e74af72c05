import React, { useCallback, useEffect, useState } from 'react';
import { css } from '@emotion/css';
import { type GrafanaTheme2 } from '@grafana/data';
import { Alert, Button, Icon, Spinner, Stack, Text, useStyles2 } from '@grafana/ui';
import { type Datasource, type DoctorContext, type Link, type LinkProposal } from '@clew/doctor';
import { RemedyBox } from '../../scenes/doctor/RemedyBox';
import { useLoaded } from '../../scenes/useLoaded';

interface Props {
  context: DoctorContext;
  link: Link;
  from: Datasource;
  to: Datasource;
  onState: (id: Link['id'], isLinked: boolean) => void;
  onApplied: () => void;
}

const STATES: Readonly<Record<LinkProposal['state'], string>> = {
  linked: 'Linked',
  missing: 'Not linked',
  broken: 'Linked, but broken',
  elsewhere: 'Leads elsewhere',
};

/** A link as it is and as it would be, tried on live data, with what makes it. */
export function LinkCard({ context, link, from, to, onState, onApplied }: Props) {
  const styles = useStyles2(getStyles);
  const [turn, setTurn] = useState(0);
  const load = useCallback(() => {
    void turn;
    return link.propose(context, from, to);
  }, [context, link, from, to, turn]);
  const { value: proposal, error, isLoading } = useLoaded(`${link.id} ${from.uid} ${to.uid}`, load);
  const isLinked = proposal?.state === 'linked' && !proposal.remedy;
  useEffect(() => onState(link.id, isLinked), [onState, link.id, isLinked]);
  return (
    <div className={styles.card} role="group" aria-label={link.title} aria-busy={isLoading}>
      <Stack justifyContent="space-between" alignItems="center" gap={1}>
        <Text element="h3" variant="h5">
          {link.title}
        </Text>
        {isLoading && !proposal ? (
          <Spinner inline />
        ) : (
          proposal && (
            <Text color={isLinked ? 'success' : 'warning'}>
              <Icon name={isLinked ? 'check-circle' : 'exclamation-triangle'} aria-hidden /> {STATES[proposal.state]}
            </Text>
          )
        )}
      </Stack>
      {error !== undefined && (
        <Alert severity="error" title="This link could not be tried">
          <Stack direction="column" gap={1} alignItems="flex-start">
            {error instanceof Error ? error.message : String(error)}
            <Button size="sm" variant="secondary" onClick={() => setTurn(turn + 1)}>
              Try again
            </Button>
          </Stack>
        </Alert>
      )}
      {proposal && (
        <>
          <Text>{proposal.sentence}</Text>
          {proposal.preview.lines.length > 0 && (
            <figure className={styles.preview}>
              <figcaption>
                <Text color="secondary">{captionOf(proposal.preview.works)}</Text>
              </figcaption>
              <pre className={styles.lines}>{proposal.preview.lines.join('\n')}</pre>
            </figure>
          )}
          {proposal.remedy && (
            <RemedyBox remedy={proposal.remedy} inventory={context.inventory} onApplied={onApplied} />
          )}
        </>
      )}
    </div>
  );
}

function captionOf(works: boolean | undefined): string {
  if (works === undefined) {
    return 'On your data: nothing to try it on yet';
  }
  return works ? 'On your data: it works' : 'On your data: it does not work yet';
}

const getStyles = (theme: GrafanaTheme2) => ({
  card: css({
    display: 'flex',
    flexDirection: 'column',
    gap: theme.spacing(1),
    padding: theme.spacing(1.5),
    border: `1px solid ${theme.colors.border.weak}`,
    borderRadius: theme.shape.radius.default,
  }),
  preview: css({ margin: 0, display: 'flex', flexDirection: 'column', gap: theme.spacing(0.5) }),
  lines: css({
    margin: 0,
    padding: theme.spacing(1),
    maxHeight: 180,
    overflow: 'auto',
    whiteSpace: 'pre-wrap',
    overflowWrap: 'anywhere',
  }),
});
