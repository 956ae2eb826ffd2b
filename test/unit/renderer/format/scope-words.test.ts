import { describe, expect, it } from 'vitest';
import { byRisk, byTopic, topicOf } from '../../../../renderer/format/scope-words.ts';
import { SCOPES } from '../../../../shared/scopes.ts';

describe('scopes in words', () => {
  it('puts what needs most thought first and drops doubles', () => {
    const groups = byRisk(['chat:read', 'chat:edit', 'channel:read:stream_key', 'chat:read']);
    expect(groups.map(({ risk, scopes }) => [risk, scopes.length])).toEqual([
      ['careful', 1],
      ['act', 1],
      ['look', 1],
    ]);
  });

  it('treats a scope nobody knows with care', () => {
    expect(byRisk(['channel:manage:teleport'])[0]?.risk).toBe('careful');
  });

  it('offers every current scope in exactly one topic, and old ones only when held', () => {
    const offered = byTopic([], '').flatMap((group) => group.scopes.map((info) => info.scope));
    expect(offered.toSorted()).toEqual(
      SCOPES.filter((info) => !info.old)
        .map((info) => info.scope)
        .toSorted(),
    );
    expect(
      byTopic(['chat_login'], '')
        .flatMap((group) => group.scopes)
        .some(({ scope }) => scope === 'chat_login'),
    ).toBe(true);
  });

  it('finds by word and by name', () => {
    const names = (query: string) =>
      byTopic([], query).flatMap((group) => group.scopes.map((info) => info.scope));
    expect(names('slow mode')).toEqual(['moderator:manage:chat_settings']);
    expect(names('CHAT:READ')).toEqual(['chat:read']);
    expect(topicOf('user:write:chat')).toBe('Chat');
  });
});
