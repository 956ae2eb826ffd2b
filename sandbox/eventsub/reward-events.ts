import { broadcaster, causer, idOf, newId, type Scene, timeOf } from './scene.ts';

/** A reward for channel points. */
export interface Reward {
  readonly id: string;
  readonly title: string;
  readonly cost: number;
  readonly prompt: string;
  /** Whether who redeems it has to write something. */
  readonly input: boolean;
}

const reward = (title: string, cost: number, prompt = ''): Reward => ({
  ...{ id: idOf(`reward ${title}`), title, cost, prompt, input: prompt !== '' },
});

/** What every channel offers. */
export const REWARDS: readonly Reward[] = [
  reward('Drink water', 300),
  reward('Pick the next song', 1500, 'Which one?'),
];

/** The reward that is meant, by title or ID; an unknown title is a reward of that name. */
export function rewardOf({ details }: Scene): Reward {
  const wanted = details.reward;
  const known = REWARDS.find(({ id, title }) => id === wanted || title === wanted) ?? reward(wanted, 500);
  return { ...known, cost: details.cost ?? known.cost, title: details.title ?? known.title };
}

const imageUrls = () => {
  const at = (scale: number) => `https://static-cdn.jtvnw.net/custom-reward-images/default-${scale}.png`;
  return { url_1x: at(1), url_2x: at(2), url_4x: at(4) };
};

/** What Helix and the events say of a reward alike. */
const rewardFacts = ({ id, title, cost, prompt, input }: Reward) => ({
  ...{ id, title, cost, prompt, is_enabled: true, is_paused: false, is_in_stock: true },
  ...{ is_user_input_required: input, should_redemptions_skip_request_queue: false },
  ...{ cooldown_expires_at: null, redemptions_redeemed_current_stream: null },
  ...{ background_color: '#9147FF', image: null, default_image: imageUrls() },
});

/** A reward in the events about it. */
export const rewardEvent = (scene: Scene): object => ({
  ...broadcaster(scene),
  ...rewardFacts(rewardOf(scene)),
  max_per_stream: { is_enabled: false, value: 0 },
  max_per_user_per_stream: { is_enabled: false, value: 0 },
  global_cooldown: { is_enabled: false, seconds: 0 },
});

/** A reward in Helix, which names the limits otherwise. */
export const rewardRow = (one: Reward): object => ({
  ...rewardFacts(one),
  max_per_stream_setting: { is_enabled: false, max_per_stream: 0 },
  max_per_user_per_stream_setting: { is_enabled: false, max_per_user_per_stream: 0 },
  global_cooldown_setting: { is_enabled: false, global_cooldown_seconds: 0 },
});

/** Somebody redeems a reward, or a redemption was decided. */
export const redemption =
  (status: 'unfulfilled' | 'fulfilled') =>
  (scene: Scene): object => {
    const { id, title, cost, prompt, input } = rewardOf(scene);
    return {
      id: newId(),
      ...broadcaster(scene),
      ...causer(scene),
      user_input: input ? scene.details.text : '',
      status: scene.details.status ?? status,
      reward: { id, title, cost, prompt },
      redeemed_at: timeOf(scene.at),
    };
  };
