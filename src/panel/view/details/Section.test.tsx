import React from 'react';
import { fireEvent, render, screen } from '@testing-library/react';
import { Section } from './Section';

beforeEach(() => window.sessionStorage.clear());

const button = () => screen.getByRole('button', { name: 'Metrics' });

test('what is open stays open for the next span, and the other way round', () => {
  const section = (
    <Section title="Metrics" kept="metrics" isOpenAtFirst={false}>
      inside
    </Section>
  );
  const first = render(section);
  expect(button()).toHaveAttribute('aria-expanded', 'false');
  expect(screen.queryByText('inside')).not.toBeInTheDocument();
  fireEvent.click(button());
  expect(screen.getByText('inside')).toBeInTheDocument();
  first.unmount();
  const second = render(section);
  expect(screen.getByText('inside')).toBeInTheDocument();
  fireEvent.click(button());
  second.unmount();
  render(section);
  expect(screen.queryByText('inside')).not.toBeInTheDocument();
});

test('sections do not answer for each other', () => {
  render(
    <Section title="Attributes" kept="attributes">
      values
    </Section>
  ).unmount();
  window.sessionStorage.setItem('clew.details.metrics', 'closed');
  render(
    <Section title="Attributes" kept="attributes">
      values
    </Section>
  );
  expect(screen.getByText('values')).toBeInTheDocument();
});
