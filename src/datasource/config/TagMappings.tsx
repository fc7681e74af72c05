import React from 'react';
import { Button, IconButton, Input, Stack, Text } from '@grafana/ui';
import { type TagMapping } from '../types';

interface Props {
  /** For ids and labels of the inputs. */
  name: string;
  tags: readonly TagMapping[];
  onChange: (tags: TagMapping[]) => void;
  disabled: boolean;
}

/** Attributes of the span and the labels that carry their values in the other signal. */
export function TagMappings({ name, tags, onChange, disabled }: Props) {
  const change = (index: number, changes: Partial<TagMapping>) =>
    onChange(tags.map((tag, at) => (at === index ? { ...tag, ...changes } : tag)));
  return (
    <Stack direction="column" gap={1} alignItems="flex-start">
      {tags.map(({ key, value }, index) => (
        <Stack key={index} alignItems="center" gap={1}>
          <Input
            aria-label={`${name}: attribute ${index + 1}`}
            width={28}
            disabled={disabled}
            placeholder="service.name"
            value={key}
            onChange={({ currentTarget }) => change(index, { key: currentTarget.value })}
          />
          <Text color="secondary">as</Text>
          <Input
            aria-label={`${name}: label ${index + 1}`}
            width={28}
            disabled={disabled}
            placeholder={key || 'service_name'}
            value={value ?? ''}
            onChange={({ currentTarget }) => change(index, { value: currentTarget.value || undefined })}
          />
          <IconButton
            name="trash-alt"
            tooltip={`Remove ${key || 'attribute'}`}
            disabled={disabled}
            onClick={() => onChange(tags.filter((_, at) => at !== index))}
          />
        </Stack>
      ))}
      <Button
        variant="secondary"
        size="sm"
        icon="plus"
        disabled={disabled}
        onClick={() => onChange([...tags, { key: '' }])}
      >
        Add attribute
      </Button>
    </Stack>
  );
}
