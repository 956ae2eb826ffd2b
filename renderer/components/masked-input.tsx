import { ActionIcon, TextInput, type TextInputProps } from '@mantine/core';
import { type Ref, useState } from 'react';
import { IconEye, IconEyeOff } from '../theme/icons.ts';
import css from './masked-input.module.css';

/**
 * A text box whose content is shown as dots. Not `type="password"`: that has no textbox role, and
 * password managers would offer to keep an application's secret as if it were the streamer's own.
 */
export function MaskedInput(props: TextInputProps & { ref?: Ref<HTMLInputElement> }) {
  const [shown, setShown] = useState(false);
  const Icon = shown ? IconEyeOff : IconEye;
  return (
    <TextInput
      {...props}
      autoComplete="off"
      spellCheck={false}
      classNames={{ input: shown ? '' : (css.masked ?? '') }}
      rightSection={
        <ActionIcon
          variant="subtle"
          color="gray"
          aria-label={shown ? 'Hide what I typed' : 'Show what I typed'}
          disabled={props.disabled ?? false}
          onClick={() => setShown(!shown)}
        >
          <Icon size={17} aria-hidden />
        </ActionIcon>
      }
    />
  );
}
